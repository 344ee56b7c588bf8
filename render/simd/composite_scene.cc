#include "render/simd/composite_scene.h"

namespace vitrine::render::simd {

using image::Vector3;

CompositeScene::CompositeScene(const VolumeJob& job)
    : volume(*job.volume),
      function(*job.transfer_function),
      interpolation(job.interpolation),
      layout(volume),
      bricks(MakeBrickMap(volume, OpaqueRanges(function, volume.rescale), interpolation)),
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
  table = MakeTransferTable(scene.function, scene.volume.rescale, distance);
}

CompositeQueue::CompositeQueue() {
  for (std::vector<float>* values : {&x, &y, &z, &entry, &weight}) values->resize(kCapacity + kSpare);
}

}  // namespace vitrine::render::simd
