#ifndef VITRINE_RENDER_EGL_EGL_DISPLAY_H_
#define VITRINE_RENDER_EGL_EGL_DISPLAY_H_

// EGL displays without a window system.

#include <EGL/egl.h>

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

// An initialised display. EGL has one object per native display, which all users share; it is never terminated, because
// that would pull it away from the others and unload the driver under its own threads. eglInitialize() never runs twice
// at a time in the process.
absl::StatusOr<EGLDisplay> OpenDisplay(const DisplayCandidate& candidate);

// The last EGL error of this thread, such as "EGL error 0x3003".
std::string EglErrorText();

}  // namespace vitrine::render::egl

#endif  // VITRINE_RENDER_EGL_EGL_DISPLAY_H_
