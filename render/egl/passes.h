#ifndef VITRINE_RENDER_EGL_PASSES_H_
#define VITRINE_RENDER_EGL_PASSES_H_

// Draws passes (shaders.h).

#include "absl/status/status.h"
#include "render/egl/gl_objects.h"
#include "render/egl/programs.h"
#include "render/egl/shaders.h"
#include "render/egl/target.h"
#include "render/resample_weights.h"
#include "render/tone_plan.h"

namespace vitrine::render::egl {

// The weights of an axis on the device.
struct AxisBuffers {
  AxisBuffers(const GlApi& gl, const AxisWeights& axis);

  GlObject first;
  GlObject weights;
  int taps;
};

struct Pass {
  PassVariant variant;
  GLuint source = 0;  // Texture.
  // The source pixel of target pixel (0, 0) and the step from it, 1 or -1, on the axes that are copied.
  int origin[2] = {0, 0};
  int direction[2] = {1, 1};
  const AxisBuffers* axis = nullptr;  // Where variant.axis is not -1.
  int shift = 0;                      // Of the source along that axis: its pixel 0 is the input sample `shift`.
  const TonePlan* tone = nullptr;     // Where variant.tone is not kNone.
  GLuint table = 0;                   // Buffer with tone->table, where variant.tone is kTable.
  int bits = 8;                       // Where variant.quantize is set.
};

// GL thread only.
class Passes {
 public:
  explicit Passes(const GlApi& gl) : gl_(gl), programs_(gl) {}

  absl::Status Draw(const Pass& pass, const Target& target);

 private:
  const GlApi& gl_;
  Programs programs_;
};

}  // namespace vitrine::render::egl

#endif  // VITRINE_RENDER_EGL_PASSES_H_
