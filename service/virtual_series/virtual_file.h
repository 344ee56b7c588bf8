#ifndef VITRINE_SERVICE_VIRTUAL_SERIES_VIRTUAL_FILE_H_
#define VITRINE_SERVICE_VIRTUAL_SERIES_VIRTUAL_FILE_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "nlohmann/json.hpp"

namespace vitrine::service {

// A PS3.10 file, Explicit VR Little Endian, of these attributes (a DICOM JSON object without bulk data) and native
// pixel data of 8 or 16 bits a sample. kBadInstance for attributes that are no DICOM.
absl::StatusOr<std::string> WriteVirtualFile(const nlohmann::json& attributes, absl::string_view pixels);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_VIRTUAL_SERIES_VIRTUAL_FILE_H_
