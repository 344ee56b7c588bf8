#ifndef VITRINE_DICOM_METADATA_JSON_H_
#define VITRINE_DICOM_METADATA_JSON_H_

// Reading DICOM JSON (PS3.18 F) that an archive sent, which may be anything.

#include "absl/container/flat_hash_set.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace vitrine::dicom {

// The array of data sets in `text` with only those attributes, at any level of nesting, whose tags ("00280010", upper
// case) are among `tags`: what is not wanted takes no memory. kArchiveProtocol where the text is no array of objects or
// is nested more deeply than DICOM objects are.
absl::StatusOr<nlohmann::json> ParseMetadata(absl::string_view text,
                                             const absl::flat_hash_set<absl::string_view>& tags);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_METADATA_JSON_H_
