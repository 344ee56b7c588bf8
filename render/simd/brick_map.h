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
  // The largest distance that is told; farther is as far.
  static constexpr int kFarthest = 12;
  int columns = 0;  // As image::Bricks.
  int rows = 0;
  int slices = 0;

  // For each brick two words, the lower slices first: one bit for each subbrick in which a sample can have opacity
  // (columns fastest, slices slowest).
  std::vector<uint32_t> visible;

  // For each brick how many bricks away (the largest of the three differences) the nearest one with such a subbrick is.
  // Three more follow the last, so that four bytes may be read anywhere.
  std::vector<uint8_t> distance;

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
