#ifndef VITRINE_RENDER_SIMD_VOLUME_REDUCTION_H_
#define VITRINE_RENDER_SIMD_VOLUME_REDUCTION_H_

// Planes, slabs and projections: every VolumeJob but volume rendering.

#include "absl/status/statusor.h"
#include "base/operation.h"
#include "base/parallel.h"
#include "image/raster.h"
#include "render/volume_job.h"

namespace vitrine::render::simd {

// `job` is valid and its reduction is not kComposite. Small jobs run on the caller's thread alone. CANCELLED or
// DEADLINE_EXCEEDED as `operation` says.
absl::StatusOr<image::Raster> RenderReduction(const VolumeJob& job, Parallel& parallel, const Operation& operation);

}  // namespace vitrine::render::simd

#endif  // VITRINE_RENDER_SIMD_VOLUME_REDUCTION_H_
