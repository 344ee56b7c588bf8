#ifndef VITRINE_RENDER_EGL_EGL_DISPLAY_H_
#define VITRINE_RENDER_EGL_EGL_DISPLAY_H_

// EGL displays without a window system.

#include <EGL/egl.h>

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace vitrine::render::egl {

// Something that a display can be opened on.
struct DisplayCandidate {
  std::string name;        // For messages: "device 0", "Mesa surfaceless".
  EGLenum platform = 0;    // EGL_PLATFORM_DEVICE_EXT or EGL_PLATFORM_SURFACELESS_MESA.
  void* native = nullptr;  // The EGLDeviceEXT, or EGL_DEFAULT_DISPLAY.
  bool software = false;   // As far as EGL says (EGL_MESA_device_software); the GL_RENDERER string decides.
};

// The devices of EGL_EXT_device_enumeration, hardware before software, then EGL_MESA_platform_surfaceless. With
// `device` only that one, numbered as eglQueryDevicesEXT() lists them; empty if it does not exist.
std::vector<DisplayCandidate> ListDisplays(std::optional<int> device);

// An initialised EGLDisplay. The displays of one native device are one object to EGL, so users are counted: the last
// one terminates it. eglInitialize() and eglTerminate() never run twice at a time in the process.
class Display {
 public:
  static absl::StatusOr<std::unique_ptr<Display>> Open(const DisplayCandidate& candidate);
  ~Display();
  Display(const Display&) = delete;
  Display& operator=(const Display&) = delete;

  EGLDisplay get() const { return display_; }

 private:
  explicit Display(EGLDisplay display) : display_(display) {}

  const EGLDisplay display_;
};

// The last EGL error of this thread: "EGL_BAD_ALLOC (0x3003)" is written as "EGL error 0x3003".
std::string EglErrorText();

}  // namespace vitrine::render::egl

#endif  // VITRINE_RENDER_EGL_EGL_DISPLAY_H_
