#ifndef VITRINE_RENDER_EGL_GL_CONTEXT_H_
#define VITRINE_RENDER_EGL_GL_CONTEXT_H_

// A surfaceless desktop OpenGL 4.5 core context with a thread of its own. GL runs on that thread and nowhere else.

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "base/operation.h"
#include "render/egl/gl_api.h"

namespace vitrine::render::egl {

struct GlContextOptions {
  enum class Policy {
    kAny,           // Hardware first, then software.
    kHardwareOnly,  // Refuses llvmpipe, softpipe and swrast.
  };
  Policy policy = Policy::kAny;
  std::optional<int> device;  // As eglQueryDevicesEXT() numbers them; all are tried otherwise.
  int queue_limit = 64;       // Work that waits; at least 1.
};

struct GlDeviceInfo {
  std::string vendor;    // GL_VENDOR
  std::string renderer;  // GL_RENDERER
  std::string version;   // GL_VERSION
  bool software = false;
  int64_t max_texture_size = 0;     // Of a side, for drawing too.
  int64_t max_3d_texture_size = 0;  // Of a side.
  int64_t max_storage_bytes = 0;    // Of one shader storage buffer.
};

// Thread-safe, except that nobody may call Run() once destruction has begun.
class GlContext {
 public:
  // FAILED_PRECONDITION, with what was tried on each device, when no device meets the options.
  static absl::StatusOr<std::unique_ptr<GlContext>> Create(const GlContextOptions& options);

  // Ends the thread, and the context with it, after the work that was accepted.
  ~GlContext();
  GlContext(const GlContext&) = delete;
  GlContext& operator=(const GlContext&) = delete;

  // Calls `work` on the GL thread and returns what it returns. RESOURCE_EXHAUSTED at once when the queue is full;
  // CANCELLED or DEADLINE_EXCEEDED, and `work` is never called, where `operation` ends before its turn. Work that has
  // begun is waited for: it asks `operation` itself. GL objects that outlive `work` must be deleted by later work. Must
  // not be called from `work`.
  absl::Status Run(const Operation& operation, absl::FunctionRef<absl::Status(const GlApi&)> work);

  const GlDeviceInfo& device() const { return device_; }

 private:
  struct Task {
    absl::FunctionRef<absl::Status(const GlApi&)> work;
    absl::Status result;
    absl::Notification done;
  };

  explicit GlContext(int queue_limit) : queue_limit_(queue_limit) {}

  // Takes the task out of the queue; false where its turn has come.
  bool Withdraw(Task* task);
  void ThreadMain(const GlContextOptions& options, absl::Status* started, absl::Notification* ready);
  void Serve(const GlApi& gl);

  const int queue_limit_;
  GlDeviceInfo device_;  // Written before Create() returns.
  absl::Mutex mutex_;
  std::deque<Task*> queue_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace vitrine::render::egl

#endif  // VITRINE_RENDER_EGL_GL_CONTEXT_H_
