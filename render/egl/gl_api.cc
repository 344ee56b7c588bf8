#include "render/egl/gl_api.h"

#include <EGL/egl.h>

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace vitrine::render::egl {

absl::StatusOr<GlApi> LoadGlApi() {
  GlApi gl;
#define VITRINE_GL_LOAD(type, name)                                \
  gl.name = reinterpret_cast<type>(eglGetProcAddress("gl" #name)); \
  if (gl.name == nullptr) return absl::FailedPreconditionError("The driver lacks gl" #name ".");
  VITRINE_GL_FUNCTIONS(VITRINE_GL_LOAD)
#undef VITRINE_GL_LOAD
  return gl;
}

absl::Status CheckGl(const GlApi& gl, absl::string_view step) {
  const GLenum first = gl.GetError();
  if (first == GL_NO_ERROR) return absl::OkStatus();
  constexpr int kMostErrorFlags = 16;  // A lost context would report errors without end.
  for (int i = 0; i < kMostErrorFlags && gl.GetError() != GL_NO_ERROR;) ++i;
  const std::string detail = absl::StrCat(step, ": GL error 0x", absl::Hex(first));
  if (first == GL_OUT_OF_MEMORY) {
    return MakeError(ErrorCategory::kOverloaded, "The graphics device is out of memory.", detail);
  }
  return MakeError(ErrorCategory::kInternal, "The graphics device failed.", detail);
}

}  // namespace vitrine::render::egl
