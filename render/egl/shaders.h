#ifndef VITRINE_RENDER_EGL_SHADERS_H_
#define VITRINE_RENDER_EGL_SHADERS_H_

// One fragment shader, compiled in the few variants that jobs need. A pass reads `source` and writes every pixel of its
// target: a copy, or a weighted sum along one axis.

#include <string>

namespace vitrine::render::egl {

struct PassVariant {
  enum class Tone { kNone, kAffine, kTable };

  std::string sampler;      // See SamplerOf(); "sampler2D" for what an earlier pass has written.
  int channels = 1;         // 1 or 3.
  Tone tone = Tone::kNone;  // kNone: the source already holds display values.
  int axis = -1;            // Of the weighted sum: 0 along rows, 1 along columns; -1 copies.
  bool quantize = false;    // Writes integers instead of floats.
};

std::string VertexShader();
std::string FragmentShader(const PassVariant& variant);

}  // namespace vitrine::render::egl

#endif  // VITRINE_RENDER_EGL_SHADERS_H_
