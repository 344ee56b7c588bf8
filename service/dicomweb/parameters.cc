#include "service/dicomweb/parameters.h"

#include <cmath>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "service/dicomweb/parameter_values.h"

namespace vitrine::service {
namespace {

// The source region's members of viewport, each of which may be empty.
absl::Status ReadSourceRegion(const std::vector<absl::string_view>& members, v1::FrameView& frame) {
  std::optional<double> values[4];
  for (size_t i = 2; i < members.size(); ++i) {
    if (members[i].empty()) continue;
    values[i - 2] = ParseDecimal(members[i]);
    if (!values[i - 2]) return InvalidParameter("viewport", absl::StrCat("member ", i + 1, " is not a decimal number"));
  }
  const auto& [left, top, width, height] = values;
  if (width && *width == 0) return InvalidParameter("viewport", "the source width must not be 0");
  if (height && *height == 0) return InvalidParameter("viewport", "the source height must not be 0");
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
  if (members.size() < 2 || members.size() > 6) return InvalidParameter("viewport", "give vw,vh or vw,vh,sx,sy,sw,sh");
  const std::optional<int> width = ParseUint(members[0]);
  const std::optional<int> height = ParseUint(members[1]);
  if (!width || *width == 0 || !height || *height == 0) {
    return InvalidParameter("viewport", "the width and height must be positive integers");
  }
  if (members.size() > 2 && members.back().empty()) return InvalidParameter("viewport", "a trailing member is empty");
  request.mutable_output()->set_width(*width);
  request.mutable_output()->set_height(*height);
  if (members.size() == 2) return absl::OkStatus();
  return ReadSourceRegion(members, *request.mutable_view()->mutable_frame());
}

absl::Status ReadInvert(absl::string_view text, v1::RenderRequest& request) {
  VITRINE_ASSIGN_OR_RETURN(const bool invert, ParseYesOrNo("vitrine-invert", text));
  request.mutable_view()->mutable_frame()->set_invert(invert);
  return absl::OkStatus();
}

constexpr RenderParameter kParameters[] = {
    {"window", ReadWindow},     {"viewport", ReadViewport},     {"quality", ReadQuality},
    {"vitrine-bits", ReadBits}, {"vitrine-invert", ReadInvert},
};

const RenderParameter* Find(absl::string_view name) {
  for (const RenderParameter& parameter : kParameters) {
    if (parameter.name == name) return &parameter;
  }
  return nullptr;
}

}  // namespace

absl::Span<const RenderParameter> RenderParameters() { return kParameters; }

absl::Status ReadRenderParameters(const http::Fields& params, v1::RenderRequest& request) {
  absl::flat_hash_set<absl::string_view> seen;
  for (const auto& [name, value] : params) {
    const RenderParameter* const parameter = Find(name);
    if (parameter == nullptr) continue;
    if (!seen.insert(name).second) return InvalidParameter(name, "given more than once");
    VITRINE_RETURN_IF_ERROR(parameter->read(value, request));
  }
  return absl::OkStatus();
}

void SetThumbnailSize(v1::Output& output) {
  constexpr int kSide = 256;
  if (output.width() != 0) return;
  output.set_width(kSide);
  output.set_height(kSide);
}

}  // namespace vitrine::service
