#ifndef VITRINE_RENDER_SIMD_SUBBRICKS_H_
#define VITRINE_RENDER_SIMD_SUBBRICKS_H_

#include <cstdint>
#include <vector>

#include "image/volume.h"
#include "render/simd/transfer_table.h"

namespace vitrine::render::simd {

// Bricks are divided into four on each axis.
inline constexpr int kSubbricks = 4;
inline constexpr int kSubbrickSize = image::Bricks::kSize / kSubbricks;

// Whether a value from `minimum` to `maximum` lies in one of the ranges.
bool Overlaps(float minimum, float maximum, const std::vector<OpaqueRange>& opaque);

// One bit for each subbrick of brick (a, b, c), columns fastest: whether what linear interpolation sees in it overlaps
// one of `opaque`. 0 for subbricks that lie outside the volume. Padding voxels count as what they hold.
uint64_t OpaqueSubbricks(const image::Volume& volume, int a, int b, int c, const std::vector<OpaqueRange>& opaque);

}  // namespace vitrine::render::simd

#endif  // VITRINE_RENDER_SIMD_SUBBRICKS_H_
