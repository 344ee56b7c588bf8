#ifndef VITRINE_RENDER_VOLUME_JOB_H_
#define VITRINE_RENDER_VOLUME_JOB_H_

// A view of a volume as plain data: a lattice of samples, and how the samples behind each pixel become one. Planes,
// slabs, projections, volume rendering and curved reformations are all of this form.

#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "image/geometry.h"
#include "image/tone_curve.h"
#include "image/transfer_function.h"
#include "image/volume.h"

namespace vitrine::render {

enum class Interpolation {
  kLinear,  // Of the eight voxels around the sample.
  kCubic,   // Catmull-Rom (a = -1/2) on each axis, of the 64 voxels around the sample.
};

enum class Reduction {
  kMaximum,
  kMinimum,
  kMean,
  kComposite,  // Front to back through a transfer function.
};

// See Reduction::kComposite.
inline constexpr int kLightsPerSample = 3;

// Of weights of interpolation, which sum to 1.
inline constexpr double kPaddingTolerance = 1e-5;

// Sample k of pixel (u, v) - column u from the left, row v from the top - lies at the voxel coordinates
//   origin + u * right + v * down + k * step,        0 <= k < samples, k = 0 nearest to the eye.
//
// Samples outside the volume (voxel coordinates below -1/2 or above size - 1/2) or outside `crop` do not count; see
// RayClipper. Between -1/2 and 0, and beyond size - 1, the nearest voxel counts (coordinates are clamped).
// Interpolation leaves padding voxels out: their weights are dropped and the others scaled up to sum to 1; where less
// than half of the weight (of the sum of absolute weights, for kCubic) is left, the sample does not count. Exactly
// half, within kPaddingTolerance, is enough.
//
// kMaximum, kMinimum, kMean: of the samples that count, in stored values; then the tone curve. A pixel without any
// shows 0 (black), whatever the tone curve says. One channel.
//
// kComposite: each sample that counts has a colour c, lit as image::TransferFunction says, and the opacity
//   a = 1 - (1 - opacity)^(mm between samples);
// front to back, C += T * a * c and T *= 1 - a from C = 0, T = 1; a renderer may stop where T < 1/512, which leaves
// less than half a step of 8 bits. Three channels, each clamped to [0, 1].
//
// A sample stands for a stretch of its ray, from half a step before it to half a step after it: its light is the mean
// of the light on the middles of kLightsPerSample equal parts of the stretch, where the gradient is interpolated
// linearly between those at the two ends. (On a surface the light changes within fractions of a millimetre. Light on
// the samples alone would draw lines of equal depth on it.) A gradient at an end is that of the interpolated modality
// value in patient space, by central differences over one voxel to each side along each axis of the lattice,
// coordinates clamped and padding voxels taken as the value that they hold.
//
// Results are rounded half up.
struct VolumeJob {
  std::shared_ptr<const image::Volume> volume;  // Required.

  image::Vector3 origin;  // Voxel coordinates, as the next three; each at most 1e9 in magnitude.
  image::Vector3 right;
  image::Vector3 down;
  image::Vector3 step;  // Not zero where samples > 1.
  int samples = 1;      // At least 1.

  // A curved reformation: column u begins at columns[u].origin and runs along columns[u].down, instead of the above;
  // its samples follow each other by columns[u].step. Empty, or one for each output column.
  struct Column {
    image::Vector3 origin;
    image::Vector3 down;
    image::Vector3 step;
  };
  std::vector<Column> columns;

  std::optional<image::Box> crop;  // mm, LPS.
  Interpolation interpolation = Interpolation::kLinear;
  Reduction reduction = Reduction::kMean;

  // Not for kComposite. Its modality stage is the volume's rescale; it has no padding.
  image::ToneCurve tone;
  // kComposite only.
  std::shared_ptr<const image::TransferFunction> transfer_function;

  int width = 0;  // Output pixels; required, 1 to 65535 each. The caller limits the product and the samples.
  int height = 0;
  int bits = 8;  // Of the raster: 8, or 16 where the reduction is not kComposite.

  image::Vector3 origin_of(int u) const {
    return columns.empty() ? origin + static_cast<double>(u) * right : columns[u].origin;
  }
  const image::Vector3& down_of(int u) const { return columns.empty() ? down : columns[u].down; }
  const image::Vector3& step_of(int u) const { return columns.empty() ? step : columns[u].step; }
};

// Checks what the comments above require. INVALID_ARGUMENT says which field is wrong.
absl::Status Validate(const VolumeJob& job);

// The position of a sample, always computed in this order, so that every backend agrees on which samples count.
image::Vector3 SamplePosition(const VolumeJob& job, int u, int v, int k);

// Which samples of one pixel lie in the volume and in the crop box: [first, last), a range because both are convex.
struct RayRange {
  int first = 0;
  int last = 0;
};

// Finds the ranges of a job's pixels, in double precision. Immutable; borrows the job.
class RayClipper {
 public:
  // low <= Dot(normal, position in voxel coordinates) <= high.
  struct Slab {
    image::Vector3 normal;
    double low;
    double high;
  };

  explicit RayClipper(const VolumeJob& job);

  RayRange Clip(int u, int v) const;

  // Of a job with one sample a pixel: the rows of column u whose sample counts, the same pixels as Clip() finds.
  RayRange ClipRows(int u) const;

  // Whether all samples of the pixels [first_u, last_u) x [first_v, last_v) count. False where that is not known, and
  // for curved reformations.
  bool ContainsAll(int first_u, int last_u, int first_v, int last_v) const;

  // What samples must lie in, in the order in which Clip() looks at them.
  const std::vector<Slab>& slabs() const { return slabs_; }

 private:
  RayRange ClipLine(const image::Vector3& start, const image::Vector3& step, int count) const;

  const VolumeJob& job_;
  std::vector<Slab> slabs_;
};

}  // namespace vitrine::render

#endif  // VITRINE_RENDER_VOLUME_JOB_H_
