#include "render/egl/await_device.h"

#include "base/error.h"

namespace vitrine::render::egl {
namespace {

constexpr GLuint64 kNanosecondsPerWait = 20'000'000;

absl::Status Failed(absl::string_view detail) {
  return MakeError(ErrorCategory::kInternal, "The graphics device failed.", detail);
}

}  // namespace

absl::Status AwaitDevice(const GlApi& gl, const Operation& operation) {
  const GLsync fence = gl.FenceSync(GL_SYNC_GPU_COMMANDS_COMPLETE, 0);
  if (fence == nullptr) return Failed("glFenceSync");
  absl::Status status;
  GLenum state = GL_TIMEOUT_EXPIRED;
  while (state == GL_TIMEOUT_EXPIRED && status.ok()) {
    state = gl.ClientWaitSync(fence, GL_SYNC_FLUSH_COMMANDS_BIT, kNanosecondsPerWait);
    if (state == GL_TIMEOUT_EXPIRED) status = operation.Check();
  }
  gl.DeleteSync(fence);
  return state == GL_WAIT_FAILED ? Failed("glClientWaitSync") : status;
}

}  // namespace vitrine::render::egl
