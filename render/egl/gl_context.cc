#include "render/egl/gl_context.h"

#include <EGL/egl.h>
#include <EGL/eglext.h>

#include <algorithm>
#include <array>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "base/wait_observer.h"
#include "render/egl/egl_display.h"

namespace vitrine::render::egl {
namespace {

// A context that is current on this thread until it is destroyed.
class CurrentContext {
 public:
  CurrentContext(EGLDisplay display, EGLContext context) : display_(display), context_(context) {}
  ~CurrentContext() {
    eglMakeCurrent(display_, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
    eglDestroyContext(display_, context_);
    eglReleaseThread();
  }
  CurrentContext(const CurrentContext&) = delete;
  CurrentContext& operator=(const CurrentContext&) = delete;

 private:
  const EGLDisplay display_;
  const EGLContext context_;
};

struct Opened {
  std::unique_ptr<CurrentContext> context;
  GlApi gl;
  GlDeviceInfo device;
};

absl::StatusOr<std::unique_ptr<CurrentContext>> MakeCurrent(const DisplayCandidate& candidate) {
  VITRINE_ASSIGN_OR_RETURN(const EGLDisplay display, OpenDisplay(candidate));
  if (!eglBindAPI(EGL_OPENGL_API)) return absl::FailedPreconditionError("no desktop OpenGL");
  const EGLint config_attributes[] = {EGL_SURFACE_TYPE, 0, EGL_RENDERABLE_TYPE, EGL_OPENGL_BIT, EGL_NONE};
  EGLConfig config = EGL_NO_CONFIG_KHR;  // Where no configuration fits, a context without one may still do.
  EGLint count = 0;
  eglChooseConfig(display, config_attributes, &config, 1, &count);
  const EGLint context_attributes[] = {
      EGL_CONTEXT_MAJOR_VERSION,           4,       EGL_CONTEXT_MINOR_VERSION, 5, EGL_CONTEXT_OPENGL_PROFILE_MASK,
      EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT, EGL_NONE};
  const EGLContext context = eglCreateContext(display, config, EGL_NO_CONTEXT, context_attributes);
  if (context == EGL_NO_CONTEXT) {
    return absl::FailedPreconditionError(absl::StrCat("no OpenGL 4.5 core context, ", EglErrorText()));
  }
  if (!eglMakeCurrent(display, EGL_NO_SURFACE, EGL_NO_SURFACE, context)) {
    const std::string error = EglErrorText();
    eglDestroyContext(display, context);
    return absl::FailedPreconditionError(absl::StrCat("no surfaceless context, ", error));
  }
  return std::make_unique<CurrentContext>(display, context);
}

std::string Text(const GlApi& gl, GLenum name) {
  const GLubyte* text = gl.GetString(name);
  return text != nullptr ? reinterpret_cast<const char*>(text) : "";
}

int64_t Limit(const GlApi& gl, GLenum name) {
  GLint64 value = 0;
  gl.GetInteger64v(name, &value);
  return value;
}

GlDeviceInfo Describe(const GlApi& gl) {
  GlDeviceInfo device{Text(gl, GL_VENDOR), Text(gl, GL_RENDERER), Text(gl, GL_VERSION)};
  constexpr std::array<absl::string_view, 4> kSoftware = {"llvmpipe", "softpipe", "swrast", "software rasterizer"};
  const std::string name = absl::AsciiStrToLower(device.renderer);
  device.software =
      std::any_of(kSoftware.begin(), kSoftware.end(), [&](absl::string_view s) { return absl::StrContains(name, s); });
  GLint64 viewport[2] = {0, 0};
  gl.GetInteger64v(GL_MAX_VIEWPORT_DIMS, viewport);
  device.max_texture_size = std::min({Limit(gl, GL_MAX_TEXTURE_SIZE), Limit(gl, GL_MAX_FRAMEBUFFER_WIDTH),
                                      Limit(gl, GL_MAX_FRAMEBUFFER_HEIGHT), viewport[0], viewport[1]});
  device.max_3d_texture_size = Limit(gl, GL_MAX_3D_TEXTURE_SIZE);
  device.max_storage_bytes = Limit(gl, GL_MAX_SHADER_STORAGE_BLOCK_SIZE);
  return device;
}

absl::StatusOr<Opened> OpenCandidate(const DisplayCandidate& candidate, GlContextOptions::Policy policy) {
  const bool hardware_only = policy == GlContextOptions::Policy::kHardwareOnly;
  if (hardware_only && candidate.software) return absl::FailedPreconditionError("renders in software");
  Opened opened;
  VITRINE_ASSIGN_OR_RETURN(opened.context, MakeCurrent(candidate));
  VITRINE_ASSIGN_OR_RETURN(opened.gl, LoadGlApi());
  opened.device = Describe(opened.gl);
  if (hardware_only && opened.device.software) {
    return absl::FailedPreconditionError(absl::StrCat(opened.device.renderer, " renders in software"));
  }
  return opened;
}

absl::StatusOr<Opened> Open(const GlContextOptions& options) {
  std::vector<std::string> failures;
  for (const DisplayCandidate& candidate : ListDisplays(options.device)) {
    absl::StatusOr<Opened> opened = OpenCandidate(candidate, options.policy);
    if (opened.ok()) return opened;
    failures.push_back(absl::StrCat(candidate.name, ": ", opened.status().message()));
  }
  if (options.device && failures.empty()) {
    return absl::FailedPreconditionError(absl::StrCat("EGL has no device ", *options.device, "."));
  }
  const bool hardware_only = options.policy == GlContextOptions::Policy::kHardwareOnly;
  return absl::FailedPreconditionError(
      absl::StrCat(hardware_only ? "No hardware GPU can be used through EGL" : "No EGL display can be used", " (",
                   failures.empty() ? "EGL lists none" : absl::StrJoin(failures, "; "), ")."));
}

}  // namespace

absl::StatusOr<std::unique_ptr<GlContext>> GlContext::Create(const GlContextOptions& options) {
  std::unique_ptr<GlContext> context(new GlContext(options.queue_limit));
  absl::Status started;
  absl::Notification ready;
  context->thread_ = std::thread(&GlContext::ThreadMain, context.get(), options, &started, &ready);
  ready.WaitForNotification();
  VITRINE_RETURN_IF_ERROR(started);
  return context;
}

GlContext::~GlContext() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  thread_.join();
}

absl::Status GlContext::Run(const Operation& operation, absl::FunctionRef<absl::Status(const GlApi&)> work) {
  constexpr absl::Duration kCheckPeriod = absl::Milliseconds(20);
  Task task{work, {}, {}};
  {
    absl::MutexLock lock(&mutex_);
    if (queue_.size() >= static_cast<size_t>(queue_limit_)) {
      return MakeError(ErrorCategory::kOverloaded, "The graphics device has too much to do.");
    }
    queue_.push_back(&task);
  }
  AboutToWait();
  while (!task.done.WaitForNotificationWithTimeout(kCheckPeriod)) {
    absl::Status status = operation.Check();
    if (!status.ok() && Withdraw(&task)) return status;
  }
  return task.result;
}

bool GlContext::Withdraw(Task* task) {
  absl::MutexLock lock(&mutex_);
  const auto place = std::find(queue_.begin(), queue_.end(), task);
  if (place == queue_.end()) return false;
  queue_.erase(place);
  return true;
}

void GlContext::ThreadMain(const GlContextOptions& options, absl::Status* started, absl::Notification* ready) {
  absl::StatusOr<Opened> opened = Open(options);
  if (!opened.ok()) {
    *started = opened.status();
    ready->Notify();
    return;
  }
  device_ = opened->device;
  ready->Notify();
  Serve(opened->gl);
}

void GlContext::Serve(const GlApi& gl) {
  const auto has_work = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return stopping_ || !queue_.empty(); };
  while (true) {
    Task* task = nullptr;
    {
      absl::MutexLock lock(&mutex_);
      mutex_.Await(absl::Condition(&has_work));
      if (queue_.empty()) return;
      task = queue_.front();
      queue_.pop_front();
    }
    task->result = task->work(gl);
    task->done.Notify();
  }
}

}  // namespace vitrine::render::egl
