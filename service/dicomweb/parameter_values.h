#ifndef VITRINE_SERVICE_DICOMWEB_PARAMETER_VALUES_H_
#define VITRINE_SERVICE_DICOMWEB_PARAMETER_VALUES_H_

// The values of query parameters (PS3.18 5.1, 8.3), and the parameters that all rendered resources share.

#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "vitrine/v1/render_service.pb.h"

namespace vitrine::service {

// kInvalidRequest with "parameter: problem".
absl::Status InvalidParameter(absl::string_view parameter, absl::string_view problem);

// "decimal" of Table 5.1-1: sign, digits, fraction and exponent in at most 16 characters. No hex, no "inf".
std::optional<double> ParseDecimal(absl::string_view text);
// "uint" of the same: digits.
std::optional<int> ParseUint(absl::string_view text);

// A list's members (PS3.18 5.1.3) without the white space around them.
std::vector<absl::string_view> SplitList(absl::string_view text);
absl::StatusOr<std::vector<double>> ParseDecimals(absl::string_view parameter, absl::string_view text);
absl::StatusOr<bool> ParseYesOrNo(absl::string_view parameter, absl::string_view text);

// window=center,width,function
absl::Status ReadWindow(absl::string_view text, v1::RenderRequest& request);
// quality=1 to 100
absl::Status ReadQuality(absl::string_view text, v1::RenderRequest& request);
// vitrine-bits=8 or 16
absl::Status ReadBits(absl::string_view text, v1::RenderRequest& request);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_DICOMWEB_PARAMETER_VALUES_H_
