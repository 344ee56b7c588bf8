#ifndef VITRINE_RENDER_SIMD_COMPOSITE_SCENE_H_
#define VITRINE_RENDER_SIMD_COMPOSITE_SCENE_H_

// What the kernels of volume rendering need to know, once per job and once per ray.

#include <cstddef>
#include <memory>
#include <vector>

#include "base/parallel.h"
#include "image/geometry.h"
#include "image/tone_curve.h"
#include "image/transfer_function.h"
#include "image/volume.h"
#include "render/simd/brick_map.h"
#include "render/simd/brick_map_cache.h"
#include "render/simd/transfer_table.h"
#include "render/simd/volume_layout.h"
#include "render/volume_job.h"

namespace vitrine::render::simd {

// Immutable; borrows the job.
struct CompositeScene {
  CompositeScene(const VolumeJob& job, BrickMapCache& maps, Parallel& parallel);

  const image::Volume& volume;
  const image::TransferFunction& function;
  const Interpolation interpolation;
  const VolumeLayout layout;
  // All voxels lie within the reach of 32-bit offsets.
  const bool offsets_fit;
  const std::shared_ptr<const BrickMap> bricks;
  const OpaqueRange opaque;  // As the map has it.
};

// What the samples of rays of equal direction have in common.
struct CompositeDirection {
  CompositeDirection(const CompositeScene& scene, const image::Vector3& step);

  image::Vector3 step;  // Voxel coordinates.
  // From differences along the lattice to the direction of the gradient in a view space whose z axis is the line of
  // sight.
  image::Matrix3 to_view;
  TransferTable table;
};

struct CompositeRay {
  image::Vector3 origin;  // Of sample 0, voxel coordinates.
  RayRange range;
  float* rgb;  // The result is added to it.
};

// Samples that were found to contribute and wait to be lit. Reusable, so that its memory is taken once.
class CompositeQueue {
 public:
  static constexpr size_t kCapacity = 1024;
  // What a kernel may write past the capacity before it empties the queue, and read past the end.
  static constexpr size_t kSpare = 128;

  CompositeQueue();

  size_t size = 0;
  std::vector<float> x;  // Voxel coordinates.
  std::vector<float> y;
  std::vector<float> z;
  std::vector<float> entry;   // Position in the transfer table.
  std::vector<float> weight;  // Of its colour in the pixel's.

  // The samples from `first` on, up to the next segment's, belong to one pixel.
  struct Segment {
    size_t first;
    float* rgb;
  };
  std::vector<Segment> segments;
};

}  // namespace vitrine::render::simd

#endif  // VITRINE_RENDER_SIMD_COMPOSITE_SCENE_H_
