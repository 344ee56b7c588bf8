#include "service/handler/animation.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "service/handler/camera.h"
#include "service/handler/curved_lattice.h"
#include "service/handler/view_extent.h"
#include "service/handler/view_parts.h"

namespace vitrine::service {
namespace {

// A range or path that is a whole number of steps but for rounding is that number.
constexpr double kRounding = 1e-9;

double SwivelParts(const v1::Animation::Swivel& swivel) {
  return std::max(1.0, std::ceil(swivel.range_degrees() / swivel.step_degrees() - kRounding));
}

absl::Status CheckCount(double count, const RenderLimits& limits) {
  if (count <= limits.max_animation_pictures) return absl::OkStatus();
  return MakeError(ErrorCategory::kInvalidRequest,
                   absl::StrCat("an animation has at most ", limits.max_animation_pictures, " pictures"));
}

absl::StatusOr<std::vector<ResolvedCamera>> SwivelCameras(const v1::RenderRequest& canonical,
                                                          const image::Lattice& lattice, const RenderLimits& limits) {
  const v1::Animation::Swivel& swivel = canonical.animation().swivel();
  const double parts = SwivelParts(swivel);
  const double pictures = swivel.range_degrees() == 360 ? parts : parts + 1;
  VITRINE_RETURN_IF_ERROR(CheckCount(pictures, limits));
  VITRINE_ASSIGN_OR_RETURN(const ResolvedCamera middle, ResolveCamera(canonical.view().volume().camera(),
                                                                      CentreOf(lattice), DefaultDistance(lattice)));
  std::vector<ResolvedCamera> cameras;
  for (int i = 0; i < static_cast<int>(pictures); ++i) {
    cameras.push_back(Swivelled(middle, (i / parts - 0.5) * swivel.range_degrees()));
  }
  return cameras;
}

absl::StatusOr<std::vector<ResolvedCamera>> CrossCurveCameras(const v1::RenderRequest& canonical,
                                                              const image::Lattice& lattice,
                                                              const RenderLimits& limits) {
  const v1::SliceView& slice = canonical.view().slice();
  const CurvePath path = PathOf(slice);
  const double step = canonical.animation().cross_curve().step_mm();
  const double pictures = std::floor(path.length() / step + kRounding) + 1;
  VITRINE_RETURN_IF_ERROR(CheckCount(pictures, limits));
  image::Vector3 up = slice.camera().has_up() ? ToVector(slice.camera().up()) : image::Vector3{0, 0, 1};
  std::vector<ResolvedCamera> cameras;
  for (int i = 0; i < static_cast<int>(pictures); ++i) {
    const image::Vector3 along = path.Direction(i * step);
    auto camera = LookAlong(along, up);
    if (!camera.ok()) camera = LookAlong(along, {0, -1, 0});
    if (!camera.ok()) return camera.status();
    camera->look_at = path.At(i * step);
    camera->position = camera->look_at - DefaultDistance(lattice) * camera->forward;
    camera->up = up = -camera->down;
    cameras.push_back(*camera);
  }
  return cameras;
}

// One scale for all: that of the largest extents.
PictureScale CommonScale(const std::vector<ResolvedCamera>& cameras, const image::Lattice& lattice,
                         const v1::Camera& camera, const v1::Output& output) {
  ViewExtent extent;
  for (const ResolvedCamera& each : cameras) {
    const ViewExtent seen = ExtentOf(lattice, each);
    extent.width = std::max(extent.width, seen.width);
    extent.height = std::max(extent.height, seen.height);
  }
  return ScaleInto(extent, camera, output);
}

v1::RenderRequest Still(const v1::RenderRequest& canonical, const ResolvedCamera& camera, const PictureScale& scale) {
  v1::RenderRequest still = canonical;
  still.clear_animation();
  v1::View& view = *still.mutable_view();
  if (view.has_slice()) view.mutable_slice()->clear_curve();
  v1::Camera& still_camera =
      view.has_slice() ? *view.mutable_slice()->mutable_camera() : *view.mutable_volume()->mutable_camera();
  v1::Camera viewpoint = ViewpointOf(camera);
  viewpoint.set_field_of_view_mm(scale.pixel_mm * std::max(scale.width, scale.height));
  viewpoint.set_zoom(1);
  viewpoint.set_pan_right_mm(still_camera.pan_right_mm());
  viewpoint.set_pan_down_mm(still_camera.pan_down_mm());
  still_camera = std::move(viewpoint);
  still.mutable_output()->set_width(scale.width);
  still.mutable_output()->set_height(scale.height);
  return still;
}

}  // namespace

double StepSizeOf(const v1::Animation& animation) {
  if (!animation.has_swivel()) return animation.cross_curve().step_mm();
  return animation.swivel().range_degrees() / SwivelParts(animation.swivel());
}

absl::StatusOr<std::vector<v1::RenderRequest>> ExpandAnimation(const v1::RenderRequest& canonical,
                                                               const SourceVolume& source, const RenderLimits& limits) {
  const image::Lattice& lattice = source.volume.lattice;
  const v1::View& view = canonical.view();
  VITRINE_ASSIGN_OR_RETURN(const std::vector<ResolvedCamera> cameras,
                           canonical.animation().has_swivel() ? SwivelCameras(canonical, lattice, limits)
                                                              : CrossCurveCameras(canonical, lattice, limits));
  const PictureScale scale = CommonScale(cameras, lattice, CameraOf(view), canonical.output());
  if (static_cast<int64_t>(scale.width) * scale.height * static_cast<int64_t>(cameras.size()) >
      limits.max_output_pixels) {
    return MakeError(ErrorCategory::kTooLarge, "the animation's pictures have too many pixels together");
  }
  std::vector<v1::RenderRequest> stills;
  for (const ResolvedCamera& camera : cameras) stills.push_back(Still(canonical, camera, scale));
  return stills;
}

}  // namespace vitrine::service
