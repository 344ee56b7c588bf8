#ifndef VITRINE_DICOM_BULK_DATA_H_
#define VITRINE_DICOM_BULK_DATA_H_

// Single values of a file's header.

#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "dicom/limits.h"

class DcmElement;

namespace vitrine::dicom {

// The bytes of one attribute's value, little endian, of a header's bytes as ReadJsonHeader() takes them. `path` is its
// tag, or in a sequence "TAG/ITEM/TAG" with items from 1 on. kNotFound where there is no such attribute or it is a
// sequence; nullopt and the other errors as ReadJsonHeader().
absl::StatusOr<std::optional<std::string>> ReadBulkData(absl::string_view bytes, bool complete, const Limits& limits,
                                                        absl::string_view path);

// Of DCMTK's element; nullopt where it refuses.
std::optional<std::string> ValueBytes(DcmElement& element);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_BULK_DATA_H_
