#ifndef VITRINE_RENDER_SIMD_OCTANTS_H_
#define VITRINE_RENDER_SIMD_OCTANTS_H_

#include <array>

#include "image/volume.h"

namespace vitrine::render::simd {

// The extremes of the stored values that linear interpolation sees in each octant of brick (a, b, c), columns fastest;
// minimum > maximum for octants that lie outside the volume. Padding voxels count as what they hold.
std::array<image::Bricks::Extremes, 8> OctantExtremes(const image::Volume& volume, int a, int b, int c);

}  // namespace vitrine::render::simd

#endif  // VITRINE_RENDER_SIMD_OCTANTS_H_
