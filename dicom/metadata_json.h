#ifndef VITRINE_DICOM_METADATA_JSON_H_
#define VITRINE_DICOM_METADATA_JSON_H_

// Reading DICOM JSON (PS3.18 F) that an archive sent, which may be anything.

#include <string>

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

// The values of an attribute, such as {"vr":"US","Value":[512]}; null where there are none.
const nlohmann::json* ValuesOf(const nlohmann::json& attribute);
// The same of an attribute of `dataset`.
const nlohmann::json* ValuesOf(const nlohmann::json& dataset, absl::string_view tag);

// The first value as text, a number as JSON writes it; "" where it is neither or there is none.
std::string FirstText(const nlohmann::json& dataset, absl::string_view tag);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_METADATA_JSON_H_
