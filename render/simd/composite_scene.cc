#include "render/simd/composite_scene.h"

#include <cmath>
#include <limits>

namespace vitrine::render::simd {

using image::Vector3;

CompositeScene::CompositeScene(const VolumeJob& job, BrickMapCache& maps, Parallel& parallel)
    : volume(*job.volume),
      function(*job.transfer_function),
      interpolation(job.interpolation),
      layout(volume),
      offsets_fit(volume.voxels.size() < std::numeric_limits<int32_t>::max()),
      bricks(maps.Get(job.volume, OpaqueRanges(function, volume.rescale), interpolation, parallel)),
      opaque(bricks->opaque) {}

CompositeDirection::CompositeDirection(const CompositeScene& scene, const Vector3& along) : step(along) {
  const Vector3 step_mm = scene.volume.lattice.steps() * along;
  const double distance = Length(step_mm);
  const Vector3 sight = distance > 0 ? Normalized(step_mm) : Vector3{0, 0, 1};
  const Vector3 across = Normalized(Cross(sight, std::abs(sight.z) > 0.5 ? Vector3{1, 0, 0} : Vector3{0, 0, 1}));
  const image::Matrix3 from_view{across, Cross(sight, across), sight};
  // A gradient transforms with the inverse transpose of the map from voxels to millimetres.
  to_view = Transposed(Inverse(scene.volume.lattice.steps()) * from_view);
  table = MakeTransferTable(scene.function, scene.volume.rescale, scene.bricks->stored, distance);
}

CompositeQueue::CompositeQueue() {
  for (std::vector<float>* values : {&x, &y, &z, &entry, &weight}) values->resize(kCapacity + kSpare);
}

}  // namespace vitrine::render::simd
