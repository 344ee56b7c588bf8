#include "render/egl/passes.h"

#include <vector>

#include "base/error.h"
#include "base/status_macros.h"

namespace vitrine::render::egl {
namespace {

// One half, and an excess that keeps an exact half one although single precision has rounded the sums before it.
constexpr float kHalfUpOfByte = 0.5f + 1.0f / 8192;
constexpr float kHalfUpOfWord = 0.5f + 1.0f / 256;

class Uniforms {
 public:
  Uniforms(const GlApi& gl, GLuint program) : gl_(gl), program_(program) {}

  // A name that the variant does not use is passed over.
  void Set(const char* name, float value) { gl_.Uniform1f(gl_.GetUniformLocation(program_, name), value); }
  void Set(const char* name, int value) { gl_.Uniform1i(gl_.GetUniformLocation(program_, name), value); }
  void Set(const char* name, const int (&v)[2]) { gl_.Uniform2i(gl_.GetUniformLocation(program_, name), v[0], v[1]); }

 private:
  const GlApi& gl_;
  const GLuint program_;
};

void SetTone(const TonePlan& tone, Uniforms& uniforms) {
  uniforms.Set("scale", tone.scale);
  uniforms.Set("pivot", tone.pivot);
  uniforms.Set("offset", tone.offset);
  uniforms.Set("padding_low", tone.padding_low);
  uniforms.Set("padding_high", tone.padding_high);
  uniforms.Set("table_first", tone.first);
}

}  // namespace

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

AxisBuffers::AxisBuffers(const GlApi& gl, const AxisWeights& axis) : taps(axis.taps) {
  const std::vector<float> values(axis.weights.begin(), axis.weights.end());
  first = MakeBuffer(gl, axis.first.size() * sizeof(int), axis.first.data(), 0);
  weights = MakeBuffer(gl, values.size() * sizeof(float), values.data(), 0);
}

absl::StatusOr<GLuint> Passes::Program(const PassVariant& variant) {
  const std::string fragment = FragmentShader(variant);
  if (const auto found = programs_.find(fragment); found != programs_.end()) return found->second.id();
  VITRINE_ASSIGN_OR_RETURN(GlObject program, MakeProgram(gl_, VertexShader(), fragment));
  return programs_.emplace(fragment, std::move(program)).first->second.id();
}

absl::Status Passes::Draw(const Pass& pass, const Target& target) {
  VITRINE_ASSIGN_OR_RETURN(const GLuint program, Program(pass.variant));
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
  gl_.BindVertexArray(vertex_array_.id());
  gl_.BindFramebuffer(GL_FRAMEBUFFER, target.framebuffer());
  gl_.Viewport(0, 0, target.width(), target.height());
  gl_.DrawArrays(GL_TRIANGLES, 0, 3);
  return CheckGl(gl_, "pass");
}

}  // namespace vitrine::render::egl
