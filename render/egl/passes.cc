#include "render/egl/passes.h"

#include <vector>

#include "base/status_macros.h"
#include "render/egl/uniforms.h"

namespace vitrine::render::egl {
namespace {

// One half, and an excess that keeps an exact half one although single precision has rounded the sums before it.
constexpr float kHalfUpOfByte = 0.5f + 1.0f / 8192;
constexpr float kHalfUpOfWord = 0.5f + 1.0f / 256;

void SetTone(const TonePlan& tone, Uniforms& uniforms) {
  uniforms.Set("scale", tone.scale);
  uniforms.Set("pivot", tone.pivot);
  uniforms.Set("offset", tone.offset);
  uniforms.Set("padding_low", tone.padding_low);
  uniforms.Set("padding_high", tone.padding_high);
  uniforms.Set("table_first", tone.first);
}

}  // namespace

AxisBuffers::AxisBuffers(const GlApi& gl, const AxisWeights& axis) : taps(axis.taps) {
  const std::vector<float> values(axis.weights.begin(), axis.weights.end());
  first = MakeBuffer(gl, axis.first.size() * sizeof(int), axis.first.data(), 0);
  weights = MakeBuffer(gl, values.size() * sizeof(float), values.data(), 0);
}

absl::Status Passes::Draw(const Pass& pass, const Target& target) {
  VITRINE_ASSIGN_OR_RETURN(const GLuint program, programs_.Get(FragmentShader(pass.variant)));
  gl_.UseProgram(program);
  Uniforms uniforms(gl_, program);
  uniforms.Set("origin", pass.origin);
  uniforms.Set("direction", pass.direction);
  if (pass.axis != nullptr) {
    gl_.BindBufferBase(GL_SHADER_STORAGE_BUFFER, 0, pass.axis->first.id());
    gl_.BindBufferBase(GL_SHADER_STORAGE_BUFFER, 1, pass.axis->weights.id());
    uniforms.Set("taps", pass.axis->taps);
    uniforms.Set("shift", pass.shift);
  }
  if (pass.tone != nullptr) SetTone(*pass.tone, uniforms);
  if (pass.table != 0) gl_.BindBufferBase(GL_SHADER_STORAGE_BUFFER, 2, pass.table);
  uniforms.Set("maximum", pass.bits == 8 ? 255.0f : 65535.0f);
  uniforms.Set("half_up", pass.bits == 8 ? kHalfUpOfByte : kHalfUpOfWord);
  gl_.BindTextureUnit(0, pass.source);
  programs_.Fill(target, 0, 0, target.width(), target.height());
  return CheckGl(gl_, "pass");
}

}  // namespace vitrine::render::egl
