#ifndef VITRINE_DICOM_INFLATE_H_
#define VITRINE_DICOM_INFLATE_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace vitrine::dicom {

// Inflates a raw deflate stream (RFC 1951, PS3.5 A.5); bytes after its end are ignored. kTooLarge as soon as the result
// would be longer than `max_bytes`: no more memory than that is taken. kBadInstance where the stream is damaged or ends
// early.
absl::StatusOr<std::string> Inflate(absl::string_view deflated, uint64_t max_bytes);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_INFLATE_H_
