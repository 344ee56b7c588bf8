#ifndef VITRINE_RENDER_SIMD_VOLUME_COMPOSITE_H_
#define VITRINE_RENDER_SIMD_VOLUME_COMPOSITE_H_

// Volume rendering on the CPU: VolumeJobs whose reduction is kComposite.

#include "absl/status/statusor.h"
#include "base/operation.h"
#include "base/parallel.h"
#include "image/raster.h"
#include "render/simd/brick_map_cache.h"
#include "render/volume_job.h"

namespace vitrine::render::simd {

// `job` is valid, as Validate() says. CANCELLED or DEADLINE_EXCEEDED as `operation` says, in the middle of the picture
// too. Beside the raster and the map of
// bricks it needs 1 MB a thread.
absl::StatusOr<image::Raster> RenderComposite(const VolumeJob& job, BrickMapCache& maps, Parallel& parallel,
                                              const Operation& operation);

}  // namespace vitrine::render::simd

#endif  // VITRINE_RENDER_SIMD_VOLUME_COMPOSITE_H_
