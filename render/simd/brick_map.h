#ifndef VITRINE_RENDER_SIMD_BRICK_MAP_H_
#define VITRINE_RENDER_SIMD_BRICK_MAP_H_

// Where a volume can show anything under a transfer function, so that rays leap over the rest.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "image/volume.h"
#include "render/simd/transfer_table.h"
#include "render/volume_job.h"

namespace vitrine::render::simd {

struct BrickMap {
  // The largest that is told; farther is as far.
  static constexpr int kFarthest = 12;

  int columns = 0;  // As image::Bricks.
  int rows = 0;
  int slices = 0;
  // For each brick, how many bricks away (the largest of the three differences) the nearest one is in which a sample
  // can have opacity: 0 in such a brick.
  std::vector<uint8_t> distance;
  // For each brick, whether any of its samples must be interpolated without padding; empty where no voxel is padding.
  std::vector<uint8_t> has_padding;

  size_t index(int a, int b, int c) const { return (static_cast<size_t>(c) * rows + b) * columns + a; }
};

BrickMap MakeBrickMap(const image::Volume& volume, const std::vector<OpaqueRange>& opaque, Interpolation interpolation);

}  // namespace vitrine::render::simd

#endif  // VITRINE_RENDER_SIMD_BRICK_MAP_H_
