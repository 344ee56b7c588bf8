#include "render/egl/readback.h"

#include <cstring>

#include "base/error.h"
#include "base/status_macros.h"
#include "render/egl/fence.h"

namespace vitrine::render::egl {
namespace {

absl::Status Failed(absl::string_view detail) {
  return MakeError(ErrorCategory::kInternal, "The graphics device failed.", detail);
}

}  // namespace

absl::Status Readback::Read(const GlApi& gl, const Target& target, const Operation& operation, image::Raster& raster) {
  const size_t bytes = raster.samples.size();
  if (bytes > capacity_) {
    capacity_ = 0;
    buffer_ = GlObject();  // Frees the old one first.
    buffer_ = MakeBuffer(gl, bytes, nullptr, GL_MAP_READ_BIT);
    VITRINE_RETURN_IF_ERROR(CheckGl(gl, "readback buffer"));
    capacity_ = bytes;
  }
  gl.BindFramebuffer(GL_FRAMEBUFFER, target.framebuffer());
  gl.BindBuffer(GL_PIXEL_PACK_BUFFER, buffer_.id());
  gl.ReadPixels(0, 0, raster.width, raster.height, raster.channels == 3 ? GL_RGB_INTEGER : GL_RED_INTEGER,
                raster.bits == 8 ? GL_UNSIGNED_BYTE : GL_UNSIGNED_SHORT, nullptr);
  gl.BindBuffer(GL_PIXEL_PACK_BUFFER, 0);
  VITRINE_RETURN_IF_ERROR(CheckGl(gl, "readback"));
  VITRINE_RETURN_IF_ERROR(Fence(gl).Await(operation));
  const void* mapped = gl.MapNamedBufferRange(buffer_.id(), 0, static_cast<GLsizeiptr>(bytes), GL_MAP_READ_BIT);
  if (mapped == nullptr) return Failed("glMapNamedBufferRange");
  std::memcpy(raster.samples.data(), mapped, bytes);
  if (gl.UnmapNamedBuffer(buffer_.id()) != GL_TRUE) return Failed("glUnmapNamedBuffer");
  return absl::OkStatus();
}

}  // namespace vitrine::render::egl
