#include "render/volume_job.h"

#include <algorithm>
#include <cmath>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "render/validate_tone.h"

namespace vitrine::render {
namespace {

using image::Dot;
using image::Vector3;

constexpr int kMaxSide = 65535;
// Of the faces of the volume and of the crop box, in voxels: a plane on a face is inside, however its position was
// computed.
constexpr double kTolerance = 1e-6;
// Of all coordinates of the lattice of samples: positions and their products stay finite in single precision.
constexpr double kMaxCoordinate = 1e9;

absl::Status Invalid(absl::string_view what) {
  return MakeError(ErrorCategory::kInvalidRequest, absl::StrCat("Volume job: ", what));
}

bool IsFinite(const Vector3& v) { return std::isfinite(v.x) && std::isfinite(v.y) && std::isfinite(v.z); }
bool IsNear(const Vector3& v) { return std::max({std::abs(v.x), std::abs(v.y), std::abs(v.z)}) <= kMaxCoordinate; }
bool IsZero(const Vector3& v) { return v == Vector3{}; }

absl::Status ValidateVolume(const image::Volume& volume) {
  const image::Lattice& lattice = volume.lattice;
  if (lattice.columns < 1 || lattice.rows < 1 || lattice.slices < 1) return Invalid("volume has no voxels");
  if (volume.voxels.size() != volume.voxel_count() * image::BytesPerSample(volume.type)) {
    return Invalid("volume.voxels has the wrong size");
  }
  if (!volume.padding.empty() && volume.padding.size() != (volume.voxel_count() + 63) / 64) {
    return Invalid("volume.padding has the wrong size");
  }
  if (!(volume.rescale.slope > 0) || !std::isfinite(volume.rescale.slope) || !std::isfinite(volume.rescale.intercept)) {
    return Invalid("volume.rescale must be finite with a slope above 0");
  }
  const double determinant = image::Determinant(lattice.steps());
  if (!std::isfinite(determinant) || determinant == 0) return Invalid("volume.lattice is degenerate");
  return absl::OkStatus();
}

absl::Status ValidateTransferFunction(const image::TransferFunction* function) {
  if (function == nullptr) return Invalid("transfer_function is missing");
  if (function->points.size() < 2 || function->points.size() > 256) {
    return Invalid("transfer_function must have 2 to 256 points");
  }
  const auto in_unit = [](double v) { return v >= 0 && v <= 1; };
  const image::TransferFunction::Point* previous = nullptr;
  for (const image::TransferFunction::Point& point : function->points) {
    if (!std::isfinite(point.value)) return Invalid("transfer_function.value is not finite");
    if (previous != nullptr && point.value <= previous->value) return Invalid("transfer_function.value must ascend");
    if (!in_unit(point.red) || !in_unit(point.green) || !in_unit(point.blue) || !in_unit(point.opacity)) {
      return Invalid("transfer_function colours and opacities must be 0 to 1");
    }
    previous = &point;
  }
  return absl::OkStatus();
}

absl::Status ValidateLattice(const VolumeJob& job) {
  if (job.samples < 1) return Invalid("samples must be at least 1");
  if (!job.columns.empty() && job.columns.size() != static_cast<size_t>(job.width)) {
    return Invalid("columns must be as many as the picture has");
  }
  for (int u = 0; u < (job.columns.empty() ? 1 : job.width); ++u) {
    if (!IsFinite(job.origin_of(u)) || !IsFinite(job.down_of(u)) || !IsFinite(job.step_of(u))) {
      return Invalid("the lattice of samples is not finite");
    }
    if (!IsNear(job.origin_of(u)) || !IsNear(job.down_of(u)) || !IsNear(job.step_of(u))) {
      return Invalid("the lattice of samples is too far from the volume");
    }
    if (job.samples > 1 && IsZero(job.step_of(u))) return Invalid("step must not be zero");
  }
  if (!IsFinite(job.right)) return Invalid("the lattice of samples is not finite");
  if (!IsNear(job.right)) return Invalid("the lattice of samples is too far from the volume");
  if (job.crop && (!IsFinite(job.crop->minimum) || !IsFinite(job.crop->maximum))) return Invalid("crop is not finite");
  return absl::OkStatus();
}

}  // namespace

absl::Status Validate(const VolumeJob& job) {
  if (job.volume == nullptr) return Invalid("volume is missing");
  VITRINE_RETURN_IF_ERROR(ValidateVolume(*job.volume));
  if (job.width < 1 || job.width > kMaxSide) return Invalid("width must be 1 to 65535");
  if (job.height < 1 || job.height > kMaxSide) return Invalid("height must be 1 to 65535");
  VITRINE_RETURN_IF_ERROR(ValidateLattice(job));
  if (job.bits != 8 && (job.bits != 16 || job.reduction == Reduction::kComposite))
    return Invalid("bits must be 8 or 16");
  if (job.reduction == Reduction::kComposite) return ValidateTransferFunction(job.transfer_function.get());
  if (job.tone.padding) return Invalid("tone must have no padding: it is the volume's");
  return ValidateTone(job.tone);
}

Vector3 SamplePosition(const VolumeJob& job, int u, int v, int k) {
  return (job.origin_of(u) + static_cast<double>(v) * job.down_of(u)) + static_cast<double>(k) * job.step_of(u);
}

RayClipper::RayClipper(const VolumeJob& job) : job_(job) {
  const image::Lattice& lattice = job.volume->lattice;
  const double low = -0.5 - kTolerance;
  slabs_.push_back({{1, 0, 0}, low, lattice.columns - 1 - low});
  slabs_.push_back({{0, 1, 0}, low, lattice.rows - 1 - low});
  slabs_.push_back({{0, 0, 1}, low, lattice.slices - 1 - low});
  if (!job.crop) return;
  // Patient coordinates are origin + steps * voxel: row r of the steps gives coordinate r.
  const image::Matrix3 rows = Transposed(lattice.steps());
  const double tolerance = kTolerance * image::SmallestSpacing(lattice);
  const auto add = [&](const Vector3& normal, double minimum, double maximum, double origin) {
    slabs_.push_back({normal, minimum - origin - tolerance, maximum - origin + tolerance});
  };
  add(rows.x, job.crop->minimum.x, job.crop->maximum.x, lattice.origin.x);
  add(rows.y, job.crop->minimum.y, job.crop->maximum.y, lattice.origin.y);
  add(rows.z, job.crop->minimum.z, job.crop->maximum.z, lattice.origin.z);
}

RayRange RayClipper::ClipLine(const Vector3& start, const Vector3& step, int count) const {
  double first = 0;
  double last = count - 1;
  for (const Slab& slab : slabs_) {
    const double at = Dot(slab.normal, start);
    const double rate = Dot(slab.normal, step);
    if (rate == 0) {
      if (at < slab.low || at > slab.high) return {};
      continue;
    }
    const double at_low = (slab.low - at) / rate;
    const double at_high = (slab.high - at) / rate;
    first = std::max(first, std::min(at_low, at_high));
    last = std::min(last, std::max(at_low, at_high));
  }
  if (first > last) return {};
  return {static_cast<int>(std::ceil(first)), static_cast<int>(std::floor(last)) + 1};
}

RayRange RayClipper::Clip(int u, int v) const {
  return ClipLine(SamplePosition(job_, u, v, 0), job_.step_of(u), job_.samples);
}

RayRange RayClipper::ClipRows(int u) const {
  return ClipLine(SamplePosition(job_, u, 0, 0), job_.down_of(u), job_.height);
}

bool RayClipper::ContainsAll(int first_u, int last_u, int first_v, int last_v) const {
  if (!job_.columns.empty()) return false;
  for (int corner = 0; corner < 8; ++corner) {
    const Vector3 position =
        SamplePosition(job_, (corner & 1) != 0 ? last_u - 1 : first_u, (corner & 2) != 0 ? last_v - 1 : first_v,
                       (corner & 4) != 0 ? job_.samples - 1 : 0);
    for (const Slab& slab : slabs_) {
      // Half of the tolerance is left for the samples between the corners.
      const double at = Dot(slab.normal, position);
      const double margin = kTolerance / 2 * Length(slab.normal);
      if (at < slab.low + margin || at > slab.high - margin) return false;
    }
  }
  return true;
}

}  // namespace vitrine::render
