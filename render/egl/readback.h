#ifndef VITRINE_RENDER_EGL_READBACK_H_
#define VITRINE_RENDER_EGL_READBACK_H_

#include "absl/status/status.h"
#include "base/operation.h"
#include "image/raster.h"
#include "render/egl/gl_objects.h"
#include "render/egl/target.h"

namespace vitrine::render::egl {

// Copies targets to memory through a pixel buffer that is kept between jobs. GL thread only.
class Readback {
 public:
  // Fills raster.samples, which has its final size, from a target of integers. Stops waiting for the device when
  // `operation` ends.
  absl::Status Read(const GlApi& gl, const Target& target, const Operation& operation, image::Raster& raster);

 private:
  GlObject buffer_;
  size_t capacity_ = 0;
};

}  // namespace vitrine::render::egl

#endif  // VITRINE_RENDER_EGL_READBACK_H_
