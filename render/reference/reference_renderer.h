#ifndef VITRINE_RENDER_REFERENCE_REFERENCE_RENDERER_H_
#define VITRINE_RENDER_REFERENCE_REFERENCE_RENDERER_H_

// The slow twin (tests only): every step of the contract as plainly as it can be written, in double precision, one
// thread. The real backends must agree with it within 1/255.

#include "render/renderer.h"

namespace vitrine::render {

class ReferenceRenderer : public Renderer {
 public:
  absl::StatusOr<image::Raster> Render(const RenderJob& job, const Operation& operation) override;
  absl::StatusOr<image::Raster> RenderVolume(const VolumeJob& job, const Operation& operation) override;
  const RendererInfo& info() const override { return info_; }

 private:
  const RendererInfo info_{"reference", "", "", true};
};

}  // namespace vitrine::render

#endif  // VITRINE_RENDER_REFERENCE_REFERENCE_RENDERER_H_
