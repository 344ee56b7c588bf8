#ifndef VITRINE_RENDER_EGL_FRAME_TEXTURES_H_
#define VITRINE_RENDER_EGL_FRAME_TEXTURES_H_

// Frames on the device, so that changing a window or a zoom uploads nothing.

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "image/frame.h"
#include "render/egl/gl_objects.h"
#include "render/egl/texture_cache.h"

namespace vitrine::render::egl {

// The sampler type that reads stored values of `type`: "usampler2D", "isampler2D" or "sampler2D".
const char* SamplerOf(image::SampleType type);

// GL thread only.
class FrameTextures {
 public:
  explicit FrameTextures(uint64_t budget_bytes) : cache_(budget_bytes) {}

  // The texture of the whole frame, stored values unchanged; it stays valid while the caller holds it. A frame over the
  // budget is uploaded and not kept.
  absl::StatusOr<std::shared_ptr<const GlObject>> Get(const GlApi& gl,
                                                      const std::shared_ptr<const image::Frame>& frame);

  void Clear() { cache_.Clear(); }

 private:
  TextureCache<image::Frame, GlObject> cache_;
};

}  // namespace vitrine::render::egl

#endif  // VITRINE_RENDER_EGL_FRAME_TEXTURES_H_
