#ifndef VITRINE_RENDER_EGL_EGL_RENDERER_H_
#define VITRINE_RENDER_EGL_EGL_RENDERER_H_

#include <cstdint>
#include <memory>

#include "absl/status/statusor.h"
#include "render/egl/gl_context.h"
#include "render/renderer.h"

namespace vitrine::render {

struct EglRendererOptions {
  egl::GlContextOptions context;
  uint64_t texture_cache_bytes = uint64_t{512} << 20;  // Frames kept on the device.
  uint64_t volume_cache_bytes = uint64_t{2} << 30;     // Volumes kept on the device; also the most that one may take.
  uint64_t job_bytes = uint64_t{1} << 30;  // Of one job beside its frame or volume: targets, weights, readback.
};

// The OpenGL backend: one context, one thread, jobs one after the other. Beside what the contract says,
// RESOURCE_EXHAUSTED means that the job exceeds a limit of the device or of the options, or that too much waits.
class EglRenderer : public Renderer {
 public:
  // FAILED_PRECONDITION as GlContext::Create().
  static absl::StatusOr<std::unique_ptr<EglRenderer>> Create(const EglRendererOptions& options);
  ~EglRenderer() override;

  absl::StatusOr<image::Raster> Render(const RenderJob& job, const Operation& operation) override;
  absl::StatusOr<image::Raster> RenderVolume(const VolumeJob& job, const Operation& operation) override;
  const RendererInfo& info() const override { return info_; }

 private:
  class Device;  // What lives on the GL thread.

  EglRenderer(const EglRendererOptions& options, std::unique_ptr<egl::GlContext> context);

  const EglRendererOptions options_;
  const std::unique_ptr<egl::GlContext> context_;
  const RendererInfo info_;
  std::unique_ptr<Device> device_;  // Made and destroyed on the GL thread.
};

}  // namespace vitrine::render

#endif  // VITRINE_RENDER_EGL_EGL_RENDERER_H_
