#ifndef VITRINE_RENDER_EGL_TARGET_H_
#define VITRINE_RENDER_EGL_TARGET_H_

#include "absl/status/status.h"
#include "render/egl/gl_objects.h"

namespace vitrine::render::egl {

// A texture to draw into. Kept between jobs and made anew when a job needs another size or format.
class Target {
 public:
  // Any contents.
  absl::Status Prepare(const GlApi& gl, GLenum format, int width, int height);

  const GlObject& texture() const { return texture_; }
  GLuint framebuffer() const { return framebuffer_.id(); }
  int width() const { return width_; }
  int height() const { return height_; }

 private:
  GlObject texture_;
  GlObject framebuffer_;
  GLenum format_ = 0;
  int width_ = 0;
  int height_ = 0;
};

}  // namespace vitrine::render::egl

#endif  // VITRINE_RENDER_EGL_TARGET_H_
