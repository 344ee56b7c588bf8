#include "render/simd/composite_scene.h"

#include <algorithm>
#include <limits>

namespace vitrine::render::simd {

using image::Vector3;

namespace {

image::Range RangeOf(const image::Volume& volume, Interpolation interpolation) {
  bool is_empty = true;
  image::Range range{0, 0};
  for (const image::Bricks::Extremes& brick : volume.bricks.extremes) {
    if (brick.minimum > brick.maximum) continue;
    range.low = is_empty ? brick.minimum : std::min<double>(range.low, brick.minimum);
    range.high = is_empty ? brick.maximum : std::max<double>(range.high, brick.maximum);
    is_empty = false;
  }
  // Cubic interpolation overshoots; next to padding, where weights are dropped, by more than is worth a bound.
  if (interpolation == Interpolation::kLinear) return range;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (!volume.padding.empty()) return {-kInfinity, kInfinity};
  return {range.low - (range.high - range.low), range.high + (range.high - range.low)};
}

}  // namespace

CompositeScene::CompositeScene(const VolumeJob& job, BrickMapCache& maps, Parallel& parallel)
    : volume(*job.volume),
      function(*job.transfer_function),
      interpolation(job.interpolation),
      layout(volume),
      offsets_fit(volume.voxels.size() < std::numeric_limits<int32_t>::max()),
      bricks(maps.Get(job.volume, OpaqueRanges(function, volume.rescale), interpolation, parallel)),
      stored(RangeOf(volume, interpolation)),
      // A gradient transforms with the inverse transpose of the map from voxels to millimetres.
      to_patient(Transposed(Inverse(volume.lattice.steps()))) {
  const std::vector<OpaqueRange> opaque = OpaqueRanges(function, volume.rescale);
  if (opaque.empty()) return;
  opaque_low = opaque.front().low;
  opaque_high = opaque.back().high;
}

CompositeDirection::CompositeDirection(const CompositeScene& scene, const Vector3& along) : step(along) {
  const Vector3 step_mm = scene.volume.lattice.steps() * along;
  const double distance = Length(step_mm);
  if (distance > 0) sight = Normalized(step_mm);
  table = MakeTransferTable(scene.function, scene.volume.rescale, scene.stored, distance);
}

CompositeQueue::CompositeQueue() {
  for (std::vector<float>* values : {&x, &y, &z, &entry, &weight}) values->resize(kCapacity + kSpare);
}

}  // namespace vitrine::render::simd
