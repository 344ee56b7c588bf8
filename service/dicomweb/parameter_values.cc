#include "service/dicomweb/parameter_values.h"

#include <cmath>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/error.h"

namespace vitrine::service {

absl::Status InvalidParameter(absl::string_view parameter, absl::string_view problem) {
  return MakeError(ErrorCategory::kInvalidRequest, absl::StrCat(parameter, ": ", problem));
}

std::optional<double> ParseDecimal(absl::string_view text) {
  if (text.empty() || text.size() > 16) return std::nullopt;
  if (text.find_first_not_of("0123456789+-.eE") != absl::string_view::npos) return std::nullopt;
  double value = 0;
  if (!absl::SimpleAtod(text, &value) || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::optional<int> ParseUint(absl::string_view text) {
  int value = 0;
  if (text.empty() || text.find_first_not_of("0123456789") != absl::string_view::npos) return std::nullopt;
  if (!absl::SimpleAtoi(text, &value)) return std::nullopt;
  return value;
}

std::vector<absl::string_view> SplitList(absl::string_view text) {
  std::vector<absl::string_view> members = absl::StrSplit(text, ',');
  for (absl::string_view& member : members) member = absl::StripAsciiWhitespace(member);
  return members;
}

absl::Status ReadWindow(absl::string_view text, v1::RenderRequest& request) {
  const std::vector<absl::string_view> members = SplitList(text);
  if (members.size() != 3) return InvalidParameter("window", "give center,width,function");
  const std::optional<double> center = ParseDecimal(members[0]);
  const std::optional<double> width = ParseDecimal(members[1]);
  if (!center) return InvalidParameter("window", "the center is not a decimal number");
  if (!width) return InvalidParameter("window", "the width is not a decimal number");
  v1::Window& window = *request.mutable_view()->mutable_window();
  if (members[2] == "linear") {
    window.set_function(v1::Window::LINEAR);
  } else if (members[2] == "linear-exact") {
    window.set_function(v1::Window::LINEAR_EXACT);
  } else if (members[2] == "sigmoid") {
    window.set_function(v1::Window::SIGMOID);
  } else {
    return InvalidParameter("window", "the function must be linear, linear-exact or sigmoid");
  }
  if (window.function() == v1::Window::LINEAR && *width < 1)
    return InvalidParameter("window", "a linear width is at least 1");
  if (*width <= 0) return InvalidParameter("window", "the width must be above 0");
  window.set_center(*center);
  window.set_width(*width);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<double>> ParseDecimals(absl::string_view parameter, absl::string_view text) {
  std::vector<double> numbers;
  for (const absl::string_view member : SplitList(text)) {
    const std::optional<double> number = ParseDecimal(member);
    if (!number) return InvalidParameter(parameter, "give decimal numbers, separated by commas");
    numbers.push_back(*number);
  }
  return numbers;
}

absl::StatusOr<bool> ParseYesOrNo(absl::string_view parameter, absl::string_view text) {
  if (text != "yes" && text != "no") return InvalidParameter(parameter, "give yes or no");
  return text == "yes";
}

absl::Status ReadQuality(absl::string_view text, v1::RenderRequest& request) {
  const std::optional<int> quality = ParseUint(text);
  if (!quality || *quality < 1 || *quality > 100) return InvalidParameter("quality", "give an integer from 1 to 100");
  request.mutable_output()->set_quality(*quality);
  return absl::OkStatus();
}

absl::Status ReadBits(absl::string_view text, v1::RenderRequest& request) {
  if (text != "8" && text != "16") return InvalidParameter("vitrine-bits", "give 8 or 16");
  request.mutable_output()->set_bits(text == "8" ? 8 : 16);
  return absl::OkStatus();
}

}  // namespace vitrine::service
