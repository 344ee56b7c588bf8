#ifndef VITRINE_RENDER_EGL_AWAIT_DEVICE_H_
#define VITRINE_RENDER_EGL_AWAIT_DEVICE_H_

#include "absl/status/status.h"
#include "base/operation.h"
#include "render/egl/gl_api.h"

namespace vitrine::render::egl {

// Waits until the device has done everything that it was told. Stops waiting when `operation` ends: CANCELLED or
// DEADLINE_EXCEEDED.
absl::Status AwaitDevice(const GlApi& gl, const Operation& operation);

}  // namespace vitrine::render::egl

#endif  // VITRINE_RENDER_EGL_AWAIT_DEVICE_H_
