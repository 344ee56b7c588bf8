#ifndef VITRINE_RENDER_FALLBACK_RENDERER_H_
#define VITRINE_RENDER_FALLBACK_RENDERER_H_

#include <functional>
#include <memory>

#include "render/renderer.h"

namespace vitrine::render {

// Draws with `first`; a job that `first` refuses with RESOURCE_EXHAUSTED (too large for the device, too much waiting)
// is drawn by `second`, after a call of `on_fallback` with the refusal, on the caller's thread. Every other error is
// final. info() is that of `first`.
class FallbackRenderer : public Renderer {
 public:
  // `on_fallback` is thread-safe and never empty.
  FallbackRenderer(std::unique_ptr<Renderer> first, std::unique_ptr<Renderer> second,
                   std::function<void(const absl::Status&)> on_fallback)
      : first_(std::move(first)), second_(std::move(second)), on_fallback_(std::move(on_fallback)) {}

  absl::StatusOr<image::Raster> Render(const RenderJob& job, const Operation& operation) override;
  absl::StatusOr<image::Raster> RenderVolume(const VolumeJob& job, const Operation& operation) override;
  const RendererInfo& info() const override { return first_->info(); }

 private:
  const std::unique_ptr<Renderer> first_;
  const std::unique_ptr<Renderer> second_;
  const std::function<void(const absl::Status&)> on_fallback_;
};

}  // namespace vitrine::render

#endif  // VITRINE_RENDER_FALLBACK_RENDERER_H_
