#ifndef VITRINE_RENDER_SIMD_EXACT_SAMPLE_H_
#define VITRINE_RENDER_SIMD_EXACT_SAMPLE_H_

// One sample at a time in double precision, for what the vectors leave out: padding, cubic interpolation, volumes past
// the reach of 32-bit offsets.

#include <optional>

#include "image/geometry.h"
#include "image/volume.h"
#include "render/volume_job.h"

namespace vitrine::render::simd {

// The interpolated stored value at voxel coordinates; nullopt where padding leaves too little weight.
std::optional<double> ExactValue(const image::Volume& volume, Interpolation interpolation, const image::Vector3& voxel);

// Twice the central differences of the linearly interpolated stored value along the axes of the lattice.
image::Vector3 ExactDifferences(const image::Volume& volume, const image::Vector3& voxel);

}  // namespace vitrine::render::simd

#endif  // VITRINE_RENDER_SIMD_EXACT_SAMPLE_H_
