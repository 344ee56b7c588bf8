#ifndef VITRINE_RENDER_SIMD_SUBBRICK_DISTANCE_H_
#define VITRINE_RENDER_SIMD_SUBBRICK_DISTANCE_H_

#include <cstdint>
#include <vector>

namespace vitrine::render::simd {

// Distances between subbricks are the largest of their differences along the three axes; farther ones count as this.
inline constexpr int kFarthestSubbrick = 3;

// To the nearest marked subbrick. `marked` holds a bit for each subbrick of each brick, as OpaqueSubbricks() gives
// them; bricks are ordered as in image::Bricks. The result has four words for each brick, one for each of its slices of
// subbricks, with two bits for each of the 16 there, columns fastest.
std::vector<uint32_t> SubbrickDistances(std::vector<uint64_t> marked, int columns, int rows, int slices);

}  // namespace vitrine::render::simd

#endif  // VITRINE_RENDER_SIMD_SUBBRICK_DISTANCE_H_
