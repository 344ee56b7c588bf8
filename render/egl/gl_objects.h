#ifndef VITRINE_RENDER_EGL_GL_OBJECTS_H_
#define VITRINE_RENDER_EGL_GL_OBJECTS_H_

// GL names that are deleted when their owner goes. Create, move and destroy them on the GL thread.

#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "render/egl/gl_api.h"

namespace vitrine::render::egl {

class GlObject {
 public:
  using Deleter = void (*)(const GlApi& gl, GLuint id);

  GlObject() = default;
  GlObject(const GlApi& gl, GLuint id, Deleter deleter) : gl_(&gl), id_(id), deleter_(deleter) {}
  GlObject(GlObject&& other) noexcept : gl_(other.gl_), id_(std::exchange(other.id_, 0)), deleter_(other.deleter_) {}
  GlObject& operator=(GlObject&& other) noexcept {
    std::swap(gl_, other.gl_);
    std::swap(id_, other.id_);
    std::swap(deleter_, other.deleter_);
    return *this;
  }
  ~GlObject() {
    if (id_ != 0) deleter_(*gl_, id_);
  }

  GLuint id() const { return id_; }

 private:
  const GlApi* gl_ = nullptr;
  GLuint id_ = 0;
  Deleter deleter_ = nullptr;
};

// One level, no contents.
GlObject MakeTexture2D(const GlApi& gl, GLenum internal_format, int width, int height);
GlObject MakeTexture3D(const GlApi& gl, GLenum internal_format, int width, int height, int depth);
// Immutable storage; `flags` as glBufferStorage. `data` may be null.
GlObject MakeBuffer(const GlApi& gl, size_t bytes, const void* data, GLbitfield flags);
// Draws into the one level of `texture`.
GlObject MakeFramebuffer(const GlApi& gl, const GlObject& texture);
GlObject MakeVertexArray(const GlApi& gl);
// INTERNAL with the compiler's log as detail.
absl::StatusOr<GlObject> MakeProgram(const GlApi& gl, const std::string& vertex_source,
                                     const std::string& fragment_source);

}  // namespace vitrine::render::egl

#endif  // VITRINE_RENDER_EGL_GL_OBJECTS_H_
