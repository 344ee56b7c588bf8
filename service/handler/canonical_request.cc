#include "service/handler/canonical_request.h"

#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "fetch/archive.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "service/handler/canonical_volume.h"

namespace vitrine::service {
namespace {

absl::Status Invalid(absl::string_view message) { return MakeError(ErrorCategory::kInvalidRequest, message); }

absl::Status CheckFrameTarget(const v1::Target& target) {
  const auto check = [](const std::string& uid, absl::string_view name) {
    if (uid.empty()) return Invalid(absl::StrCat(name, " is required"));
    if (!fetch::IsValidUid(uid)) return Invalid(absl::StrCat(name, " is not a UID"));
    return absl::OkStatus();
  };
  VITRINE_RETURN_IF_ERROR(check(target.study_instance_uid(), "study_instance_uid"));
  VITRINE_RETURN_IF_ERROR(check(target.series_instance_uid(), "series_instance_uid"));
  VITRINE_RETURN_IF_ERROR(check(target.sop_instance_uid(), "sop_instance_uid"));
  if (target.frame_numbers_size() > 0) return Invalid("frame_numbers is for volumes; set frame.frame_number instead");
  return absl::OkStatus();
}

absl::Status CanonicalizeWindow(v1::Window& window) {
  if (!v1::Window::Function_IsValid(window.function())) return Invalid("window.function is unknown");
  if (window.function() == v1::Window::FUNCTION_UNSPECIFIED) window.set_function(v1::Window::LINEAR);
  if (!std::isfinite(window.center())) return Invalid("window.center must be a finite number");
  if (!std::isfinite(window.width())) return Invalid("window.width must be a finite number");
  if (window.function() == v1::Window::LINEAR && window.width() < 1) {
    return Invalid("window.width must be at least 1 for the linear function");
  }
  if (window.width() <= 0) return Invalid("window.width must be above 0");
  return absl::OkStatus();
}

absl::Status CanonicalizeFrame(v1::FrameView& frame) {
  if (frame.frame_number() < 0) return Invalid("frame_number must be at least 1");
  if (frame.frame_number() == 0) frame.set_frame_number(1);
  if (!frame.has_source_region()) return absl::OkStatus();
  const v1::SourceRegion& region = frame.source_region();
  for (const double value : {region.left(), region.top(), region.width(), region.height()}) {
    if (!std::isfinite(value) || value < 0) return Invalid("source_region must be finite and not negative");
  }
  if (region.has_width() && region.width() == 0) return Invalid("source_region.width must be above 0");
  if (region.has_height() && region.height() == 0) return Invalid("source_region.height must be above 0");
  return absl::OkStatus();
}

absl::Status CanonicalizeFormat(v1::Output& output) {
  if (!v1::Output::Format_IsValid(output.format())) return Invalid("output.format is unknown");
  if (output.format() == v1::Output::FORMAT_UNSPECIFIED) output.set_format(v1::Output::JPEG);
  if (output.has_quality() && (output.quality() < 1 || output.quality() > 100)) {
    return Invalid("output.quality must be 1 to 100");
  }
  if (output.format() != v1::Output::JPEG) {
    output.clear_quality();  // Has no meaning there.
  } else if (!output.has_quality()) {
    output.set_quality(90);
  }
  if (output.bits() == 0) output.set_bits(8);
  if (output.bits() != 8 && output.bits() != 16) return Invalid("output.bits must be 8 or 16");
  const bool deep = output.format() == v1::Output::PNG || output.format() == v1::Output::RAW;
  if (output.bits() == 16 && !deep) return Invalid("16 bits need PNG or RAW");
  return absl::OkStatus();
}

absl::Status CanonicalizeOutput(v1::Output& output, const RenderLimits& limits) {
  VITRINE_RETURN_IF_ERROR(CanonicalizeFormat(output));
  if (output.width() < 0 || output.height() < 0) return Invalid("output.width and output.height must be above 0");
  if ((output.width() == 0) != (output.height() == 0)) return Invalid("output.width and output.height go together");
  if (output.width() > limits.max_output_dimension || output.height() > limits.max_output_dimension) {
    return Invalid(absl::StrCat("output.width and output.height must be at most ", limits.max_output_dimension));
  }
  if (static_cast<int64_t>(output.width()) * output.height() > limits.max_output_pixels) {
    return Invalid(absl::StrCat("the output must have at most ", limits.max_output_pixels, " pixels"));
  }
  return absl::OkStatus();
}

// The one format that holds no still.
absl::Status CheckMp4(const v1::RenderRequest& request) {
  if (request.output().format() != v1::Output::MP4 || request.has_animation()) return absl::OkStatus();
  return Invalid("output.format MP4 needs an animation");
}

absl::Status CanonicalizeKind(v1::RenderRequest& request) {
  v1::View& view = *request.mutable_view();
  switch (view.kind_case()) {
    case v1::View::kFrame:
      if (request.has_animation()) return Invalid("animation is for volumes");
      if (request.metadata_only()) return Invalid("metadata_only is for volumes");
      VITRINE_RETURN_IF_ERROR(CheckFrameTarget(view.target()));
      return CanonicalizeFrame(*view.mutable_frame());
    case v1::View::kSlice:
    case v1::View::kVolume: return CanonicalizeVolumeRequest(request);
    case v1::View::KIND_NOT_SET: break;
  }
  return Invalid("view.kind is required");
}

}  // namespace

absl::StatusOr<v1::RenderRequest> Canonicalize(v1::RenderRequest request, const RenderLimits& limits) {
  if (!request.has_view()) return Invalid("view is required");
  v1::View& view = *request.mutable_view();
  VITRINE_RETURN_IF_ERROR(CanonicalizeOutput(*request.mutable_output(), limits));
  VITRINE_RETURN_IF_ERROR(CheckMp4(request));
  VITRINE_RETURN_IF_ERROR(CanonicalizeKind(request));
  if (view.has_window()) VITRINE_RETURN_IF_ERROR(CanonicalizeWindow(*view.mutable_window()));
  request.DiscardUnknownFields();  // They would make equal requests look different.
  return request;
}

std::string CacheKey(const v1::RenderRequest& canonical) {
  std::string key;
  {
    google::protobuf::io::StringOutputStream stream(&key);
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);
    canonical.SerializeToCodedStream(&coded);
  }
  return key;
}

}  // namespace vitrine::service
