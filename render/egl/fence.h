#ifndef VITRINE_RENDER_EGL_FENCE_H_
#define VITRINE_RENDER_EGL_FENCE_H_

#include "absl/status/status.h"
#include "base/operation.h"
#include "render/egl/gl_api.h"

namespace vitrine::render::egl {

// A point in what the device was told to do: all that came before. GL thread only.
class Fence {
 public:
  explicit Fence(const GlApi& gl) : gl_(gl), sync_(gl.FenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0)) {}
  ~Fence() { gl_.DeleteSync(sync_); }
  Fence(const Fence&) = delete;
  Fence& operator=(const Fence&) = delete;

  // Waits until the device has come here. Stops waiting when `operation` ends: CANCELLED or DEADLINE_EXCEEDED.
  absl::Status Await(const Operation& operation) const;

 private:
  const GlApi& gl_;
  const GLsync sync_;
};

}  // namespace vitrine::render::egl

#endif  // VITRINE_RENDER_EGL_FENCE_H_
