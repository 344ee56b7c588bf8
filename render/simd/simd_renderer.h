#ifndef VITRINE_RENDER_SIMD_SIMD_RENDERER_H_
#define VITRINE_RENDER_SIMD_SIMD_RENDERER_H_

#include "render/renderer.h"

namespace vitrine::render {

// The CPU backend: single precision, the widest instruction set that this processor has, on the caller's thread. Needs
// a few rows of scratch memory beside the raster.
class SimdRenderer : public Renderer {
 public:
  SimdRenderer();

  absl::StatusOr<image::Raster> Render(const RenderJob& job, const Operation& operation) override;
  absl::StatusOr<image::Raster> RenderVolume(const VolumeJob& job, const Operation& operation) override;
  const RendererInfo& info() const override { return info_; }

 private:
  const RendererInfo info_;
};

}  // namespace vitrine::render

#endif  // VITRINE_RENDER_SIMD_SIMD_RENDERER_H_
