#ifndef VITRINE_RENDER_EGL_PASSES_H_
#define VITRINE_RENDER_EGL_PASSES_H_

// Draws passes (shaders.h): compiled programs, reusable targets, uniforms.

#include <map>
#include <string>

#include "absl/status/status.h"
#include "render/egl/gl_objects.h"
#include "render/egl/shaders.h"
#include "render/resample_weights.h"
#include "render/tone_plan.h"

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
  explicit Passes(const GlApi& gl) : gl_(gl), vertex_array_(MakeVertexArray(gl)) {}

  absl::Status Draw(const Pass& pass, const Target& target);

 private:
  absl::StatusOr<GLuint> Program(const PassVariant& variant);

  const GlApi& gl_;
  const GlObject vertex_array_;
  std::map<std::string, GlObject> programs_;  // By fragment source.
};

}  // namespace vitrine::render::egl

#endif  // VITRINE_RENDER_EGL_PASSES_H_
