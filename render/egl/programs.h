#ifndef VITRINE_RENDER_EGL_PROGRAMS_H_
#define VITRINE_RENDER_EGL_PROGRAMS_H_

#include <map>
#include <string>

#include "absl/status/statusor.h"
#include "render/egl/gl_objects.h"
#include "render/egl/target.h"

namespace vitrine::render::egl {

// Fragment shaders that are run for every pixel of a rectangle: compiled when first used, then kept. GL thread only.
class Programs {
 public:
  explicit Programs(const GlApi& gl) : gl_(gl), vertex_array_(MakeVertexArray(gl)) {}

  absl::StatusOr<GLuint> Get(const std::string& fragment_source);

  // Runs the program in use for every pixel of the rectangle. gl_FragCoord counts from the target's corner.
  void Fill(const Target& target, int left, int top, int width, int height);

 private:
  const GlApi& gl_;
  const GlObject vertex_array_;
  std::map<std::string, GlObject> programs_;  // By fragment source.
};

}  // namespace vitrine::render::egl

#endif  // VITRINE_RENDER_EGL_PROGRAMS_H_
