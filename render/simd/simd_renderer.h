#ifndef VITRINE_RENDER_SIMD_SIMD_RENDERER_H_
#define VITRINE_RENDER_SIMD_SIMD_RENDERER_H_

#include "base/parallel.h"
#include "render/renderer.h"
#include "render/simd/brick_map_cache.h"

namespace vitrine::render {

// The CPU backend: single precision, the widest instruction set that this processor has. Frames are drawn on the
// caller's thread; large views of volumes are split over `parallel`. Needs a few rows of scratch memory beside the
// raster; keeps the maps of the last volume renderings.
class SimdRenderer : public Renderer {
 public:
  // `parallel` must outlive the renderer.
  explicit SimdRenderer(Parallel& parallel);

  absl::StatusOr<image::Raster> Render(const RenderJob& job, const Operation& operation) override;
  absl::StatusOr<image::Raster> RenderVolume(const VolumeJob& job, const Operation& operation) override;
  const RendererInfo& info() const override { return info_; }

 private:
  Parallel& parallel_;
  simd::BrickMapCache maps_;
  const RendererInfo info_;
};

}  // namespace vitrine::render

#endif  // VITRINE_RENDER_SIMD_SIMD_RENDERER_H_
