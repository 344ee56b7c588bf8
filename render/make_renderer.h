#ifndef VITRINE_RENDER_MAKE_RENDERER_H_
#define VITRINE_RENDER_MAKE_RENDERER_H_

// Which backend draws.

#include <cstdint>
#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "render/renderer.h"

namespace vitrine::render {

enum class RendererChoice {
  kAuto,  // EGL on a hardware GPU where there is one, otherwise the CPU.
  kGpu,   // EGL on a hardware GPU; an error where there is none.
  kEgl,   // EGL on any device, Mesa's llvmpipe included; an error where EGL does not work.
  kCpu,   // SIMD.
};

struct RendererOptions {
  RendererChoice choice = RendererChoice::kAuto;
};

// FAILED_PRECONDITION, with a sentence for the operator, where the choice cannot be met.
absl::StatusOr<std::unique_ptr<Renderer>> MakeRenderer(const RendererOptions& options);

}  // namespace vitrine::render

#endif  // VITRINE_RENDER_MAKE_RENDERER_H_
