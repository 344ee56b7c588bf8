#ifndef VITRINE_RENDER_EGL_VOLUME_PASSES_H_
#define VITRINE_RENDER_EGL_VOLUME_PASSES_H_

// Draws volumes (volume_shaders.h).

#include "absl/status/status.h"
#include "base/operation.h"
#include "render/egl/gl_objects.h"
#include "render/egl/programs.h"
#include "render/egl/target.h"
#include "render/egl/volume_plan.h"
#include "render/egl/volume_textures.h"

namespace vitrine::render::egl {

// GL thread only.
class VolumePasses {
 public:
  explicit VolumePasses(const GlApi& gl) : gl_(gl), programs_(gl) {}

  // `plan` is that of `job`, `volume` holds the job's. The target has the job's size and an integer format. Gives long
  // jobs to the device tile by tile and does not run ahead of it: CANCELLED or DEADLINE_EXCEEDED as `operation` says.
  // Returns while the device draws the last tiles.
  absl::Status Draw(const VolumeJob& job, const VolumePlan& plan, const VolumeTexture& volume, const Target& target,
                    const Operation& operation);

 private:
  absl::Status DrawTiles(int64_t samples_per_pixel, const Target& target, const Operation& operation);

  const GlApi& gl_;
  Programs programs_;
};

}  // namespace vitrine::render::egl

#endif  // VITRINE_RENDER_EGL_VOLUME_PASSES_H_
