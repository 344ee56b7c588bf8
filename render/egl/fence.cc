#include "render/egl/fence.h"

#include "base/error.h"

namespace vitrine::render::egl {
namespace {

constexpr GLuint64 kNanosecondsPerWait = 20'000'000;

absl::Status Failed(absl::string_view detail) {
  return MakeError(ErrorCategory::kInternal, "The graphics device failed.", detail);
}

}  // namespace

absl::Status Fence::Await(const Operation& operation) const {
  if (sync_ == nullptr) return Failed("glFenceSync");
  while (true) {
    const GLenum state = gl_.ClientWaitSync(sync_, GL_SYNC_FLUSH_COMMANDS_BIT, kNanosecondsPerWait);
    if (state == GL_WAIT_FAILED) return Failed("glClientWaitSync");
    if (state != GL_TIMEOUT_EXPIRED) return absl::OkStatus();
    if (absl::Status status = operation.Check(); !status.ok()) return status;
  }
}

}  // namespace vitrine::render::egl
