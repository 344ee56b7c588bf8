#ifndef VITRINE_RENDER_EGL_UNIFORMS_H_
#define VITRINE_RENDER_EGL_UNIFORMS_H_

#include "render/egl/gl_api.h"

namespace vitrine::render::egl {

// Sets uniforms of the program in use. A name that the program does not use is passed over.
class Uniforms {
 public:
  Uniforms(const GlApi& gl, GLuint program) : gl_(gl), program_(program) {}

  void Set(const char* name, float value) { gl_.Uniform1f(At(name), value); }
  void Set(const char* name, double value) { gl_.Uniform1d(At(name), value); }
  void Set(const char* name, int value) { gl_.Uniform1i(At(name), value); }
  void Set(const char* name, const int (&v)[2]) { gl_.Uniform2i(At(name), v[0], v[1]); }
  void Set(const char* name, const int (&v)[3]) { gl_.Uniform3i(At(name), v[0], v[1], v[2]); }
  void Set(const char* name, const float (&v)[3]) { gl_.Uniform3f(At(name), v[0], v[1], v[2]); }

 private:
  GLint At(const char* name) const { return gl_.GetUniformLocation(program_, name); }

  const GlApi& gl_;
  const GLuint program_;
};

}  // namespace vitrine::render::egl

#endif  // VITRINE_RENDER_EGL_UNIFORMS_H_
