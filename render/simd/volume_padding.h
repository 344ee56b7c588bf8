#ifndef VITRINE_RENDER_SIMD_VOLUME_PADDING_H_
#define VITRINE_RENDER_SIMD_VOLUME_PADDING_H_

#include "image/geometry.h"
#include "image/volume.h"
#include "render/volume_job.h"

namespace vitrine::render::simd {

// What the bricks know of the voxels that samples in a box need.
enum class PaddingIn {
  kNone,
  kSome,
  kAll,
};
// `low` and `high` bound the samples, in voxel coordinates, which are clamped.
PaddingIn FindPadding(const image::Volume& volume, Interpolation interpolation, const image::Vector3& low,
                      const image::Vector3& high);

}  // namespace vitrine::render::simd

#endif  // VITRINE_RENDER_SIMD_VOLUME_PADDING_H_
