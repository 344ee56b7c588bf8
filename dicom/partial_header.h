#ifndef VITRINE_DICOM_PARTIAL_HEADER_H_
#define VITRINE_DICOM_PARTIAL_HEADER_H_

// The header of a PS3.10 file of which only the beginning is there.

#include <optional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "dicom/limits.h"
#include "dicom/part10.h"

namespace vitrine::dicom {

// The file up to its pixel data, as if it ended there. nullopt: the header may go on past the end of `bytes`; come
// again with more. `complete`: there is no more. kBadInstance for bytes that are not a PS3.10 file, break off or
// contradict themselves, kTooLarge over `limits`.
absl::StatusOr<std::optional<Part10>> ScanPartialHeader(absl::string_view bytes, bool complete, const Limits& limits);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_PARTIAL_HEADER_H_
