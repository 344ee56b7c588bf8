#include "render/make_renderer.h"

#include "base/status_macros.h"
#include "render/egl/egl_renderer.h"
#include "render/fallback_renderer.h"
#include "render/simd/simd_renderer.h"

namespace vitrine::render {
namespace {

absl::StatusOr<std::unique_ptr<Renderer>> MakeEgl(const RendererOptions& options, Parallel& parallel) {
  using Policy = egl::GlContextOptions::Policy;
  EglRendererOptions egl_options;
  egl_options.context.policy = options.choice == RendererChoice::kEgl ? Policy::kAny : Policy::kHardwareOnly;
  egl_options.context.device = options.egl_device;
  egl_options.context.queue_limit = options.gpu_queue_limit;
  egl_options.texture_cache_bytes = options.texture_cache_bytes;
  VITRINE_ASSIGN_OR_RETURN(std::unique_ptr<Renderer> gpu, EglRenderer::Create(egl_options));
  return std::make_unique<FallbackRenderer>(std::move(gpu), std::make_unique<SimdRenderer>(parallel),
                                            options.on_fallback);
}

}  // namespace

absl::StatusOr<std::unique_ptr<Renderer>> MakeRenderer(const RendererOptions& options, Parallel& parallel) {
  if (options.choice == RendererChoice::kCpu) return std::make_unique<SimdRenderer>(parallel);
  absl::StatusOr<std::unique_ptr<Renderer>> gpu = MakeEgl(options, parallel);
  if (gpu.ok() || options.choice != RendererChoice::kAuto || options.egl_device) return gpu;
  return std::make_unique<SimdRenderer>(parallel);
}

}  // namespace vitrine::render
