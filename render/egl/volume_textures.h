#ifndef VITRINE_RENDER_EGL_VOLUME_TEXTURES_H_
#define VITRINE_RENDER_EGL_VOLUME_TEXTURES_H_

// Volumes on the device, so that changing a view, a window or a transfer function uploads nothing.

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "base/operation.h"
#include "image/volume.h"
#include "render/egl/gl_objects.h"
#include "render/egl/texture_cache.h"

namespace vitrine::render::egl {

// Texel (i, j, k) is voxel or brick (i, j, k).
struct VolumeTexture {
  GlObject voxels;   // Stored values, unchanged.
  GlObject bricks;   // GL_RGBA32F: minimum, maximum, 1 where there is padding, 0.
  GlObject padding;  // GL_R8UI: not 0 where a voxel is padding. Name 0 where the volume has none.
};

// What a volume takes on the device.
uint64_t DeviceBytes(const image::Volume& volume);

// GL thread only.
class VolumeTextures {
 public:
  explicit VolumeTextures(uint64_t budget_bytes) : cache_(budget_bytes) {}

  // Valid while the caller holds it. The sides are within the device's limits. RESOURCE_EXHAUSTED where the volume
  // exceeds the budget; CANCELLED or DEADLINE_EXCEEDED between two parts of an upload.
  absl::StatusOr<std::shared_ptr<const VolumeTexture>> Get(const GlApi& gl,
                                                           const std::shared_ptr<const image::Volume>& volume,
                                                           const Operation& operation);

  void EraseExpired() { cache_.EraseExpired(); }
  void Clear() { cache_.Clear(); }

 private:
  TextureCache<image::Volume, VolumeTexture> cache_;
};

}  // namespace vitrine::render::egl

#endif  // VITRINE_RENDER_EGL_VOLUME_TEXTURES_H_
