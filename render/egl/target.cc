#include "render/egl/target.h"

#include "base/error.h"
#include "base/status_macros.h"

namespace vitrine::render::egl {

absl::Status Target::Prepare(const GlApi& gl, GLenum format, int width, int height) {
  if (format == format_ && width == width_ && height == height_) return absl::OkStatus();
  *this = Target();  // Frees the old one first.
  texture_ = MakeTexture2D(gl, format, width, height);
  framebuffer_ = MakeFramebuffer(gl, texture_);
  VITRINE_RETURN_IF_ERROR(CheckGl(gl, "target"));
  const GLenum state = gl.CheckNamedFramebufferStatus(framebuffer_.id(), GL_DRAW_FRAMEBUFFER);
  if (state != GL_FRAMEBUFFER_COMPLETE) return MakeError(ErrorCategory::kInternal, "The graphics device failed.");
  format_ = format;
  width_ = width;
  height_ = height;
  return absl::OkStatus();
}

}  // namespace vitrine::render::egl
