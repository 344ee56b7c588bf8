#ifndef VITRINE_RENDER_SIMD_BRICK_MAP_H_
#define VITRINE_RENDER_SIMD_BRICK_MAP_H_

// Where a volume can show anything under a transfer function, so that rays leap over the rest.

#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/parallel.h"
#include "image/tone_curve.h"
#include "image/volume.h"
#include "render/simd/subbricks.h"
#include "render/simd/transfer_table.h"
#include "render/volume_job.h"

namespace vitrine::render::simd {

struct BrickMap {
  // The largest distance of bricks that is told; farther is as far.
  static constexpr int kFarthest = 12;
  int columns = 0;  // As image::Bricks.
  int rows = 0;
  int slices = 0;

  // One of the four slices of a brick's subbricks.
  struct BrickSlice {
    // Two bits for each of its 16 subbricks, columns fastest: how many subbricks away, at most kFarthestSubbrick, the
    // nearest one is in which a sample can have opacity.
    uint32_t subbrick_distances = 0;
    // Of the whole brick: how many bricks away the nearest one with such a subbrick is. All distances are the largest
    // of the three differences.
    uint32_t brick_distance = 0;
  };

  // Four for each brick, the lower slices first.
  std::vector<BrickSlice> brick_slices;

  // For each brick, whether any of its samples must be interpolated without padding; empty where no voxel is padding.
  std::vector<uint8_t> has_padding;

  // What an interpolated value can be.
  image::Range stored;

  // Outside of it every stored value has the opacity 0; low > high where all have.
  OpaqueRange opaque{1, 0};

  size_t index(int a, int b, int c) const { return (static_cast<size_t>(c) * rows + b) * columns + a; }
};

// `opaque`: ascending and disjoint.
BrickMap MakeBrickMap(const image::Volume& volume, const std::vector<OpaqueRange>& opaque, Interpolation interpolation,
                      Parallel& parallel);

}  // namespace vitrine::render::simd

#endif  // VITRINE_RENDER_SIMD_BRICK_MAP_H_
