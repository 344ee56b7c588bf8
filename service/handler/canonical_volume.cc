#include "service/handler/canonical_volume.h"

#include <cmath>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "fetch/archive.h"
#include "service/handler/camera.h"

namespace vitrine::service {
namespace {

constexpr int kDefaultSide = 512;       // Pixels.
constexpr double kLargestLength = 1e6;  // mm
constexpr double kSmallestFieldOfView = 1e-3;
constexpr double kSmallestZoom = 1e-2;
constexpr double kLargestZoom = 1e3;
constexpr int kMostCurvePoints = 1024;
constexpr int kMostMatches = 64;
constexpr double kDefaultSwivelStep = 5;  // Degrees.
constexpr double kDefaultCurveStep = 1;   // mm
constexpr double kDefaultRate = 10;       // Pictures a second.
constexpr double kLargestRate = 100;

absl::Status Invalid(absl::string_view message) { return MakeError(ErrorCategory::kInvalidRequest, message); }

bool InRange(double value, double low, double high) { return value >= low && value <= high; }  // Not for NaN.

absl::Status CheckVolumeTarget(const v1::Target& target) {
  if (target.study_instance_uid().empty()) return Invalid("study_instance_uid is required");
  for (const std::string* uid :
       {&target.study_instance_uid(), &target.series_instance_uid(), &target.sop_instance_uid()}) {
    if (!uid->empty() && !fetch::IsValidUid(*uid)) return Invalid("the target's UIDs must be UIDs");
  }
  if (!target.sop_instance_uid().empty() && target.series_instance_uid().empty()) {
    return Invalid("sop_instance_uid needs series_instance_uid");
  }
  if (target.frame_numbers_size() > 0 && target.sop_instance_uid().empty()) {
    return Invalid("frame_numbers needs sop_instance_uid");
  }
  int previous = 0;
  for (const int number : target.frame_numbers()) {
    if (number <= previous) return Invalid("frame_numbers must ascend from 1 on");
    previous = number;
  }
  return absl::OkStatus();
}

absl::Status CheckInput(const v1::VolumeInput& input) {
  const std::string& reference = input.reference_sop_instance_uid();
  if (!reference.empty() && !fetch::IsValidUid(reference)) return Invalid("reference_sop_instance_uid is not a UID");
  if (input.reference_frame_number() < 0) return Invalid("reference_frame_number must be at least 1");
  if (input.reference_frame_number() > 0 && reference.empty()) {
    return Invalid("reference_frame_number needs reference_sop_instance_uid");
  }
  if (!reference.empty() && !input.match().empty()) return Invalid("input.match excludes the reference");
  if (input.match_size() > kMostMatches) return Invalid("input.match has too many attributes");
  return absl::OkStatus();
}

absl::Status CanonicalizeCamera(v1::Camera& camera, bool curve) {
  if (!v1::Camera::Orientation_IsValid(camera.orientation())) return Invalid("camera.orientation is unknown");
  if (!camera.has_position() && !camera.has_look_at() && !camera.has_up() &&
      camera.orientation() == v1::Camera::ORIENTATION_UNSPECIFIED) {
    camera.set_orientation(v1::Camera::ANTERIOR);
  }
  VITRINE_RETURN_IF_ERROR(CheckCamera(camera));
  if (camera.field_of_view_mm() != 0 && !InRange(camera.field_of_view_mm(), kSmallestFieldOfView, kLargestLength)) {
    return Invalid("camera.field_of_view_mm must be 0.001 to 1e6");
  }
  if (curve && (camera.zoom() != 0 || camera.pan_right_mm() != 0 || camera.pan_down_mm() != 0)) {
    return Invalid("camera.zoom and pan have no meaning for a curve");
  }
  if (camera.zoom() == 0) camera.set_zoom(1);
  if (!InRange(camera.zoom(), kSmallestZoom, kLargestZoom)) return Invalid("camera.zoom must be 0.01 to 1000");
  for (const double pan : {camera.pan_right_mm(), camera.pan_down_mm()}) {
    if (!InRange(pan, -kLargestLength, kLargestLength)) return Invalid("camera.pan must be finite and at most 1e6 mm");
  }
  return absl::OkStatus();
}

absl::Status CheckCrop(const v1::Box& box) {
  if (!box.has_minimum() || !box.has_maximum()) return Invalid("crop needs minimum and maximum");
  const image::Vector3 low = ToVector(box.minimum());
  const image::Vector3 high = ToVector(box.maximum());
  for (const double value : {low.x, low.y, low.z, high.x, high.y, high.z}) {
    if (!InRange(value, -kLargestLength, kLargestLength)) return Invalid("crop must be finite and at most 1e6 mm");
  }
  if (!(low.x < high.x && low.y < high.y && low.z < high.z)) return Invalid("crop's minimum must be below its maximum");
  return absl::OkStatus();
}

absl::Status CheckCurve(const v1::SliceView& slice) {
  if (slice.curve_size() == 0) return absl::OkStatus();
  if (slice.curve_size() == 1) return Invalid("a curve has at least 2 points");
  if (slice.curve_size() > kMostCurvePoints) return Invalid("a curve has at most 1024 points");
  for (int i = 0; i < slice.curve_size(); ++i) {
    for (const double value : {slice.curve(i).x(), slice.curve(i).y(), slice.curve(i).z()}) {
      if (!InRange(value, -kLargestLength, kLargestLength)) return Invalid("curve must be finite and at most 1e6 mm");
    }
    // Closer points have no direction between them.
    if (i > 0 && !(Length(ToVector(slice.curve(i)) - ToVector(slice.curve(i - 1))) > 1e-6)) {
      return Invalid("neighbouring points of a curve must be different");
    }
  }
  return absl::OkStatus();
}

template <typename Message>
absl::Status CanonicalizeCommon(Message& view, v1::Projection default_projection) {
  VITRINE_RETURN_IF_ERROR(CheckInput(view.input()));
  if (view.has_input() && view.input().ByteSizeLong() == 0) view.clear_input();
  if (view.has_crop()) VITRINE_RETURN_IF_ERROR(CheckCrop(view.crop()));
  if (!v1::Projection_IsValid(view.projection())) return Invalid("projection is unknown");
  if (view.projection() == v1::PROJECTION_UNSPECIFIED) view.set_projection(default_projection);
  if (!v1::Interpolation_IsValid(view.interpolation())) return Invalid("interpolation is unknown");
  if (view.interpolation() == v1::INTERPOLATION_UNSPECIFIED) view.set_interpolation(v1::INTERPOLATION_LINEAR);
  return absl::OkStatus();
}

absl::Status CanonicalizeSlice(v1::SliceView& slice) {
  VITRINE_RETURN_IF_ERROR(CanonicalizeCommon(slice, v1::AVERAGE_INTENSITY));
  VITRINE_RETURN_IF_ERROR(CheckCurve(slice));
  VITRINE_RETURN_IF_ERROR(CanonicalizeCamera(*slice.mutable_camera(), slice.curve_size() > 0));
  if (slice.projection() == v1::VOLUME_RENDERED) return Invalid("VOLUME_RENDERED is not for slices");
  if (!InRange(slice.slab_thickness_mm(), 0, kLargestLength)) {
    return Invalid("slab_thickness_mm must be 0 to 1e6");
  }
  return absl::OkStatus();
}

absl::Status CheckTransferFunction(const v1::TransferFunction& function) {
  if (function.points_size() < 2 || function.points_size() > 256) {
    return Invalid("transfer_function has 2 to 256 points");
  }
  for (int i = 0; i < function.points_size(); ++i) {
    const v1::TransferFunction::Point& point = function.points(i);
    if (!std::isfinite(point.value())) return Invalid("transfer_function: values must be finite");
    if (i > 0 && !(point.value() > function.points(i - 1).value())) {
      return Invalid("transfer_function: values must ascend");
    }
    for (const double share : {point.red(), point.green(), point.blue(), point.opacity()}) {
      if (!InRange(share, 0, 1)) return Invalid("transfer_function: colours and opacities must be 0 to 1");
    }
  }
  return absl::OkStatus();
}

absl::Status CanonicalizeVolume(v1::VolumeView& volume, int bits) {
  VITRINE_RETURN_IF_ERROR(CanonicalizeCommon(volume, v1::VOLUME_RENDERED));
  VITRINE_RETURN_IF_ERROR(CanonicalizeCamera(*volume.mutable_camera(), false));
  if (volume.projection() != v1::VOLUME_RENDERED) {
    if (volume.appearance_case() == v1::VolumeView::APPEARANCE_NOT_SET) return absl::OkStatus();
    return Invalid("presets and transfer functions are for VOLUME_RENDERED");
  }
  if (volume.invert()) return Invalid("VOLUME_RENDERED cannot be inverted");
  if (bits != 8) return Invalid("VOLUME_RENDERED has 8 bits");
  if (volume.has_transfer_function()) {
    VITRINE_RETURN_IF_ERROR(CheckTransferFunction(volume.transfer_function()));
    if (!volume.transfer_function().has_shaded()) volume.mutable_transfer_function()->set_shaded(true);
  }
  return absl::OkStatus();
}

absl::Status CanonicalizeAnimation(const v1::View& view, v1::Animation& animation) {
  if (animation.has_swivel()) {
    v1::Animation::Swivel& swivel = *animation.mutable_swivel();
    if (!view.has_volume()) return Invalid("swivel is for a VolumeView");
    if (!(swivel.range_degrees() > 0 && swivel.range_degrees() <= 360)) {
      return Invalid("swivel.range_degrees must be above 0 and at most 360");
    }
    if (swivel.step_degrees() == 0) swivel.set_step_degrees(kDefaultSwivelStep);
    if (!InRange(swivel.step_degrees(), 1e-3, 360)) return Invalid("swivel.step_degrees must be 0.001 to 360");
  } else if (animation.has_cross_curve()) {
    v1::Animation::CrossCurve& curve = *animation.mutable_cross_curve();
    if (!view.has_slice() || view.slice().curve_size() == 0) return Invalid("cross_curve is for a SliceView's curve");
    if (curve.step_mm() == 0) curve.set_step_mm(kDefaultCurveStep);
    if (!InRange(curve.step_mm(), 1e-3, kLargestLength)) return Invalid("cross_curve.step_mm must be 0.001 to 1e6");
  } else {
    return Invalid("animation.motion is required");
  }
  if (animation.rate() == 0) animation.set_rate(kDefaultRate);
  if (!(animation.rate() > 0 && animation.rate() <= kLargestRate)) {
    return Invalid("animation.rate must be above 0 and at most 100");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CanonicalizeVolumeRequest(v1::RenderRequest& request) {
  v1::View& view = *request.mutable_view();
  v1::Output& output = *request.mutable_output();
  VITRINE_RETURN_IF_ERROR(CheckVolumeTarget(view.target()));
  VITRINE_RETURN_IF_ERROR(view.has_slice() ? CanonicalizeSlice(*view.mutable_slice())
                                           : CanonicalizeVolume(*view.mutable_volume(), output.bits()));
  if (request.has_animation()) VITRINE_RETURN_IF_ERROR(CanonicalizeAnimation(view, *request.mutable_animation()));
  if (output.width() == 0) {
    output.set_width(kDefaultSide);
    output.set_height(kDefaultSide);
  }
  return absl::OkStatus();
}

}  // namespace vitrine::service
