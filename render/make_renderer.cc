#include "render/make_renderer.h"

#include "render/simd/simd_renderer.h"

namespace vitrine::render {

absl::StatusOr<std::unique_ptr<Renderer>> MakeRenderer(const RendererOptions& options) {
  if (options.choice == RendererChoice::kCpu || options.choice == RendererChoice::kAuto) {
    return std::make_unique<SimdRenderer>();
  }
  return absl::FailedPreconditionError("no EGL");
}

}  // namespace vitrine::render
