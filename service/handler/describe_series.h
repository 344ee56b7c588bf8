#ifndef VITRINE_SERVICE_HANDLER_DESCRIBE_SERIES_H_
#define VITRINE_SERVICE_HANDLER_DESCRIBE_SERIES_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "vitrine/v1/render_service.pb.h"

namespace vitrine::service {

// Series metadata (a DICOM JSON array, PS3.18 F) -> its description; instances by InstanceNumber. Values that are
// absent or of the wrong type are left out. kArchiveProtocol where the text is no DICOM JSON array.
absl::StatusOr<v1::DescribeSeriesResponse> DescribeSeriesFromMetadata(absl::string_view metadata);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_DESCRIBE_SERIES_H_
