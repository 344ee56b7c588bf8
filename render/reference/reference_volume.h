#ifndef VITRINE_RENDER_REFERENCE_REFERENCE_VOLUME_H_
#define VITRINE_RENDER_REFERENCE_REFERENCE_VOLUME_H_

// The contract of VolumeJob, step by step, in double precision.

#include <optional>

#include "absl/status/statusor.h"
#include "base/operation.h"
#include "image/raster.h"
#include "render/volume_job.h"

namespace vitrine::render {

// The interpolated stored value at voxel coordinates; nullopt where padding leaves too little weight.
std::optional<double> Interpolate(const image::Volume& volume, Interpolation interpolation, image::Vector3 voxel);

// The gradient of the modality value in patient space, per mm.
image::Vector3 Gradient(const image::Volume& volume, const image::Vector3& voxel);

absl::StatusOr<image::Raster> RenderVolumeReference(const VolumeJob& job, const Operation& operation);

}  // namespace vitrine::render

#endif  // VITRINE_RENDER_REFERENCE_REFERENCE_VOLUME_H_
