#ifndef VITRINE_RENDER_SIMD_EXACT_DIFFERENCES_H_
#define VITRINE_RENDER_SIMD_EXACT_DIFFERENCES_H_

#include "image/geometry.h"
#include "image/volume.h"

namespace vitrine::render::simd {

// Twice the central differences of the linearly interpolated stored value along the axes of the lattice, as VolumeJob
// defines them; in double precision, for volumes past the reach of 32-bit offsets.
image::Vector3 ExactDifferences(const image::Volume& volume, const image::Vector3& voxel);

}  // namespace vitrine::render::simd

#endif  // VITRINE_RENDER_SIMD_EXACT_DIFFERENCES_H_
