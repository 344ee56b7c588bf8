#include "render/egl/egl_display.h"

#include <EGL/egl.h>
#include <EGL/eglext.h>

#include <algorithm>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"

namespace vitrine::render::egl {
namespace {

constexpr int kMaxDevices = 64;

template <typename Function>
Function Load(const char* name) {
  return reinterpret_cast<Function>(eglGetProcAddress(name));
}

bool HasExtension(const char* list, absl::string_view name) {
  return list != nullptr && absl::StrContains(absl::StrCat(" ", list, " "), absl::StrCat(" ", name, " "));
}

std::vector<DisplayCandidate> ListDevices() {
  const auto query_devices = Load<PFNEGLQUERYDEVICESEXTPROC>("eglQueryDevicesEXT");
  const auto query_string = Load<PFNEGLQUERYDEVICESTRINGEXTPROC>("eglQueryDeviceStringEXT");
  EGLDeviceEXT devices[kMaxDevices];
  EGLint count = 0;
  if (query_devices == nullptr || !query_devices(kMaxDevices, devices, &count)) return {};
  std::vector<DisplayCandidate> candidates;
  for (int i = 0; i < count; ++i) {
    const char* extensions = query_string != nullptr ? query_string(devices[i], EGL_EXTENSIONS) : nullptr;
    candidates.push_back({absl::StrCat("device ", i), EGL_PLATFORM_DEVICE_EXT, devices[i],
                          HasExtension(extensions, "EGL_MESA_device_software")});
  }
  return candidates;
}

}  // namespace

std::vector<DisplayCandidate> ListDisplays(std::optional<int> device) {
  std::vector<DisplayCandidate> candidates = ListDevices();
  if (device) {
    if (*device < 0 || *device >= static_cast<int>(candidates.size())) return {};
    return {candidates[*device]};
  }
  std::stable_partition(candidates.begin(), candidates.end(), [](const auto& c) { return !c.software; });
  if (HasExtension(eglQueryString(EGL_NO_DISPLAY, EGL_EXTENSIONS), "EGL_MESA_platform_surfaceless")) {
    candidates.push_back({"Mesa surfaceless", EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, false});
  }
  return candidates;
}

absl::StatusOr<EGLDisplay> OpenDisplay(const DisplayCandidate& candidate) {
  ABSL_CONST_INIT static absl::Mutex mutex(absl::kConstInit);  // Drivers race when several threads initialise them.
  absl::MutexLock lock(&mutex);
  const EGLDisplay display = eglGetPlatformDisplay(candidate.platform, candidate.native, nullptr);
  if (display == EGL_NO_DISPLAY) return absl::FailedPreconditionError(absl::StrCat("no display, ", EglErrorText()));
  if (eglInitialize(display, nullptr, nullptr)) return display;
  return absl::FailedPreconditionError(absl::StrCat("eglInitialize failed, ", EglErrorText()));
}

std::string EglErrorText() { return absl::StrCat("EGL error 0x", absl::Hex(eglGetError())); }

}  // namespace vitrine::render::egl
