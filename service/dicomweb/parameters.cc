#include "service/dicomweb/parameters.h"

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace vitrine::service {
namespace {

absl::Status Invalid(absl::string_view parameter, absl::string_view problem) {
  return MakeError(ErrorCategory::kInvalidRequest, absl::StrCat(parameter, ": ", problem));
}

// "decimal" of PS3.18 Table 5.1-1: sign, digits, fraction and exponent in at most 16 characters. No hex, no "inf".
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

// window=center,width,function
absl::Status ReadWindow(absl::string_view text, v1::RenderRequest& request) {
  const std::vector<absl::string_view> members = SplitList(text);
  if (members.size() != 3) return Invalid("window", "give center,width,function");
  const std::optional<double> center = ParseDecimal(members[0]);
  const std::optional<double> width = ParseDecimal(members[1]);
  if (!center) return Invalid("window", "the center is not a decimal number");
  if (!width) return Invalid("window", "the width is not a decimal number");
  v1::Window& window = *request.mutable_view()->mutable_window();
  if (members[2] == "linear") {
    window.set_function(v1::Window::LINEAR);
  } else if (members[2] == "linear-exact") {
    window.set_function(v1::Window::LINEAR_EXACT);
  } else if (members[2] == "sigmoid") {
    window.set_function(v1::Window::SIGMOID);
  } else {
    return Invalid("window", "the function must be linear, linear-exact or sigmoid");
  }
  if (window.function() == v1::Window::LINEAR && *width < 1) return Invalid("window", "a linear width is at least 1");
  if (*width <= 0) return Invalid("window", "the width must be above 0");
  window.set_center(*center);
  window.set_width(*width);
  return absl::OkStatus();
}

// The source region's members of viewport, each of which may be empty.
absl::Status ReadSourceRegion(const std::vector<absl::string_view>& members, v1::FrameView& frame) {
  std::optional<double> values[4];
  for (size_t i = 2; i < members.size(); ++i) {
    if (members[i].empty()) continue;
    values[i - 2] = ParseDecimal(members[i]);
    if (!values[i - 2]) return Invalid("viewport", absl::StrCat("member ", i + 1, " is not a decimal number"));
  }
  const auto& [left, top, width, height] = values;
  if (width && *width == 0) return Invalid("viewport", "the source width must not be 0");
  if (height && *height == 0) return Invalid("viewport", "the source height must not be 0");
  v1::SourceRegion& region = *frame.mutable_source_region();
  region.set_left(std::abs(left.value_or(0)));
  region.set_top(std::abs(top.value_or(0)));
  if (width) region.set_width(std::abs(*width));
  if (height) region.set_height(std::abs(*height));
  frame.set_flip_horizontal(width.value_or(1) < 0);
  frame.set_flip_vertical(height.value_or(1) < 0);
  return absl::OkStatus();
}

// viewport=vw,vh[,sx,sy,sw,sh]
absl::Status ReadViewport(absl::string_view text, v1::RenderRequest& request) {
  const std::vector<absl::string_view> members = SplitList(text);
  if (members.size() < 2 || members.size() > 6) return Invalid("viewport", "give vw,vh or vw,vh,sx,sy,sw,sh");
  const std::optional<int> width = ParseUint(members[0]);
  const std::optional<int> height = ParseUint(members[1]);
  if (!width || *width == 0 || !height || *height == 0) {
    return Invalid("viewport", "the width and height must be positive integers");
  }
  if (members.size() > 2 && members.back().empty()) return Invalid("viewport", "a trailing member is empty");
  request.mutable_output()->set_width(*width);
  request.mutable_output()->set_height(*height);
  if (members.size() == 2) return absl::OkStatus();
  return ReadSourceRegion(members, *request.mutable_view()->mutable_frame());
}

absl::Status ReadParameter(absl::string_view name, absl::string_view value, v1::RenderRequest& request) {
  if (name == "window") return ReadWindow(value, request);
  if (name == "viewport") return ReadViewport(value, request);
  if (name == "quality") {
    const std::optional<int> quality = ParseUint(value);
    if (!quality || *quality < 1 || *quality > 100) return Invalid("quality", "give an integer from 1 to 100");
    request.mutable_output()->set_quality(*quality);
  } else if (name == "vitrine-bits") {
    if (value != "8" && value != "16") return Invalid("vitrine-bits", "give 8 or 16");
    request.mutable_output()->set_bits(value == "8" ? 8 : 16);
  } else if (name == "vitrine-invert") {
    if (value != "yes" && value != "no") return Invalid("vitrine-invert", "give yes or no");
    request.mutable_view()->mutable_frame()->set_invert(value == "yes");
  }
  return absl::OkStatus();
}

bool IsKnown(absl::string_view name) {
  return name == "window" || name == "viewport" || name == "quality" || name == "vitrine-bits" ||
         name == "vitrine-invert";
}

}  // namespace

absl::Status ReadRenderParameters(const http::Fields& params, v1::RenderRequest& request) {
  absl::flat_hash_set<absl::string_view> seen;
  for (const auto& [name, value] : params) {
    if (IsKnown(name) && !seen.insert(name).second) return Invalid(name, "given more than once");
    VITRINE_RETURN_IF_ERROR(ReadParameter(name, value, request));
  }
  return absl::OkStatus();
}

}  // namespace vitrine::service
