#include "service/handler/volume_job.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "base/error.h"
#include "base/status_macros.h"
#include "service/handler/camera.h"
#include "service/handler/curved_lattice.h"
#include "service/handler/tone_window.h"
#include "service/handler/view_extent.h"
#include "service/handler/view_parts.h"
#include "service/handler/volume_appearance.h"

namespace vitrine::service {
namespace {

using image::Vector3;

// Voxels (the smallest spacing) between samples.
constexpr double kFullStep = 1;
constexpr double kCompositeStep = 0.5;
constexpr double kMovingStep = 2;
// Of the samples of volume rendering, as many as are taken, told by its duration: the others lie in empty space or
// behind what is opaque.
constexpr double kCompositeShare = 0.25;
// Far more than any limit on samples lets through; keeps the numbers integers.
constexpr double kMostSamples = 1e8;

render::Reduction ReductionOf(v1::Projection projection) {
  switch (projection) {
    case v1::MAXIMUM_INTENSITY: return render::Reduction::kMaximum;
    case v1::MINIMUM_INTENSITY: return render::Reduction::kMinimum;
    case v1::VOLUME_RENDERED: return render::Reduction::kComposite;
    default: return render::Reduction::kMean;
  }
}

// Samples along a line of sight, in the middles of equal parts of `thickness` mm, with which they begin at `front`.
struct Sampling {
  double front = 0;  // mm along the line of sight from the plane of look_at.
  double step = 1;   // mm
  int samples = 1;
};

Sampling Divide(double front, double thickness, double largest_step) {
  // A thickness that is a whole number of steps but for rounding is that number.
  const double parts = std::clamp(std::ceil(thickness / largest_step - 1e-6), 1.0, kMostSamples);
  const double step = thickness / parts;
  return {front + step / 2, step > 0 ? step : 1, static_cast<int>(parts)};
}

Sampling SamplingOf(const v1::View& view, const image::Lattice& lattice, const ResolvedCamera& camera) {
  const double voxel = SmallestSpacing(lattice);
  if (view.has_slice()) {
    const double thickness = view.slice().slab_thickness_mm();
    return Divide(-thickness / 2, thickness, kFullStep * voxel);
  }
  const v1::VolumeView& volume = view.volume();
  const double step = volume.moving()                              ? kMovingStep
                      : volume.projection() == v1::VOLUME_RENDERED ? kCompositeStep
                                                                   : kFullStep;
  const double depth = ExtentAlong(lattice, camera.forward);
  const double middle = Dot(CentreOf(lattice) - camera.look_at, camera.forward);
  return Divide(middle - depth / 2, depth, step * voxel);
}

// Of the picture's plane through look_at.
struct Plane {
  Vector3 top_left;  // Outer corner of the first pixel.
  Vector3 right;     // One pixel.
  Vector3 down;
};

Plane PlaneOf(const v1::Camera& view_camera, const ResolvedCamera& camera, const PictureScale& scale) {
  // What is seen moves to the right when the camera moves to the left.
  const Vector3 centre =
      camera.look_at - view_camera.pan_right_mm() * camera.right - view_camera.pan_down_mm() * camera.down;
  const Vector3 right = scale.pixel_mm * camera.right;
  const Vector3 down = scale.pixel_mm * camera.down;
  return {centre - (scale.width / 2.0) * right - (scale.height / 2.0) * down, right, down};
}

v1::PictureGeometry GeometryOf(const Plane& plane) {
  v1::PictureGeometry geometry;
  *geometry.mutable_top_left() = FromVector(plane.top_left);
  *geometry.mutable_right() = FromVector(plane.right);
  *geometry.mutable_down() = FromVector(plane.down);
  return geometry;
}

void SetLattice(const Plane& plane, const ResolvedCamera& camera, const PictureScale& scale, const Sampling& sampling,
                render::VolumeJob& job) {
  const image::Lattice& lattice = job.volume->lattice;
  const Vector3 first = plane.top_left + 0.5 * plane.right + 0.5 * plane.down + sampling.front * camera.forward;
  const image::Matrix3 to_voxel = Inverse(lattice.steps());
  job.origin = ToVoxel(lattice, first);
  job.right = to_voxel * plane.right;
  job.down = to_voxel * plane.down;
  job.step = to_voxel * (sampling.step * camera.forward);
  job.samples = sampling.samples;
  job.width = scale.width;
  job.height = scale.height;
}

// Fields that both views have.
template <typename Message>
void SetCommon(const Message& view, render::VolumeJob& job) {
  job.reduction = ReductionOf(view.projection());
  job.interpolation =
      view.interpolation() == v1::INTERPOLATION_CUBIC ? render::Interpolation::kCubic : render::Interpolation::kLinear;
  job.tone.invert = view.invert();
  if (view.has_crop()) job.crop = image::Box{ToVector(view.crop().minimum()), ToVector(view.crop().maximum())};
}

absl::Status SetAppearance(const v1::View& view, const SourceVolume& source, VolumeViewJob& result) {
  render::VolumeJob& job = result.job;
  if (job.reduction == render::Reduction::kComposite) {
    if (view.has_window()) result.warnings.push_back("the window was ignored: it has no meaning for volume rendering");
    VITRINE_ASSIGN_OR_RETURN(job.transfer_function, AppliedTransferFunction(view.volume(), source));
    return absl::OkStatus();
  }
  job.tone.modality = source.volume.rescale;
  job.tone.voi = ToneWindow(AppliedWindow(view, source));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<VolumeViewJob> MakeVolumeJob(const v1::RenderRequest& canonical,
                                            const std::shared_ptr<const SourceVolume>& source,
                                            const RenderLimits& limits) {
  const v1::View& view = canonical.view();
  const image::Lattice& lattice = source->volume.lattice;
  VITRINE_ASSIGN_OR_RETURN(const ResolvedCamera camera,
                           ResolveCamera(CameraOf(view), CentreOf(lattice), DefaultDistance(lattice)));
  VolumeViewJob result;
  render::VolumeJob& job = result.job;
  job.volume = std::shared_ptr<const image::Volume>(source, &source->volume);
  job.bits = canonical.output().bits();
  if (view.has_slice()) {
    SetCommon(view.slice(), job);
  } else {
    SetCommon(view.volume(), job);
  }
  const Sampling sampling = SamplingOf(view, lattice, camera);
  std::optional<CurvedLattice> curved;
  PictureScale scale;
  if (view.has_slice() && view.slice().curve_size() > 0) {
    VITRINE_ASSIGN_OR_RETURN(curved, CurvedLatticeOf(view.slice(), canonical.output(), lattice, camera));
    scale = curved->scale;
  } else {
    scale = ScaleInto(ExtentOf(lattice, camera), CameraOf(view), canonical.output());
  }
  // In double precision, for the product may overflow.
  const double samples = static_cast<double>(scale.width) * scale.height * sampling.samples;
  if (samples > static_cast<double>(limits.max_volume_samples)) {
    return MakeError(ErrorCategory::kTooLarge, "the picture needs more samples of the volume than the server allows");
  }
  const bool composite = view.has_volume() && view.volume().projection() == v1::VOLUME_RENDERED;
  result.samples = static_cast<int64_t>(composite ? kCompositeShare * samples : samples);
  const Plane plane = PlaneOf(CameraOf(view), camera, scale);
  SetLattice(plane, camera, scale, sampling, job);
  if (curved) {
    job.columns = CurvedColumns(*curved, lattice, sampling.front, sampling.step);
  } else {
    result.geometry = GeometryOf(plane);
  }
  VITRINE_RETURN_IF_ERROR(SetAppearance(view, *source, result));
  return result;
}

}  // namespace vitrine::service
