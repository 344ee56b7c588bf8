#ifndef VITRINE_RENDER_MAKE_RENDERER_H_
#define VITRINE_RENDER_MAKE_RENDERER_H_

// Which backend draws.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "absl/status/statusor.h"
#include "base/parallel.h"
#include "render/renderer.h"

namespace vitrine::render {

enum class RendererChoice {
  kAuto,  // EGL on a hardware GPU where there is one, otherwise the CPU.
  kGpu,   // EGL on a hardware GPU; llvmpipe, softpipe and swrast are refused.
  kEgl,   // EGL on any device, hardware first.
  kCpu,   // SIMD.
};

struct RendererOptions {
  RendererChoice choice = RendererChoice::kAuto;
  // For the choices that use EGL: the one device to try, as eglQueryDevicesEXT() numbers them. All in turn otherwise.
  std::optional<int> egl_device;
  uint64_t texture_cache_bytes = uint64_t{512} << 20;  // Frames kept on the GPU.
  int gpu_queue_limit = 64;                            // Jobs that wait for the GPU; at least 1.
  // Called, on any thread, with the reason whenever the CPU draws a job that was too large for the GPU or found its
  // queue full.
  std::function<void(const absl::Status&)> on_fallback = [](const absl::Status&) {};
};

// FAILED_PRECONDITION, with a sentence for the operator, where kGpu or kEgl cannot be met; and where kAuto finds a
// hardware GPU unusable although `egl_device` names it. Never silently another backend than the one chosen.
//
// The CPU splits large jobs over `parallel`, which must outlive the renderer.
absl::StatusOr<std::unique_ptr<Renderer>> MakeRenderer(const RendererOptions& options, Parallel& parallel);

}  // namespace vitrine::render

#endif  // VITRINE_RENDER_MAKE_RENDERER_H_
