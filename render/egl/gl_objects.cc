#include "render/egl/gl_objects.h"

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace vitrine::render::egl {
namespace {

constexpr GLsizei kLogBytes = 2000;

absl::StatusOr<GlObject> Compile(const GlApi& gl, GLenum stage, const std::string& source) {
  GlObject shader(gl, gl.CreateShader(stage), [](const GlApi& api, GLuint id) { api.DeleteShader(id); });
  const GLchar* text = source.c_str();
  gl.ShaderSource(shader.id(), 1, &text, nullptr);
  gl.CompileShader(shader.id());
  GLint compiled = GL_FALSE;
  gl.GetShaderiv(shader.id(), GL_COMPILE_STATUS, &compiled);
  if (compiled == GL_TRUE) return shader;
  GLchar log[kLogBytes] = {};
  gl.GetShaderInfoLog(shader.id(), kLogBytes, nullptr, log);
  return MakeError(ErrorCategory::kInternal, "The graphics device failed.", absl::StrCat("Shader: ", log));
}

GlObject MakeTexture(const GlApi& gl, GLenum target) {
  GLuint id = 0;
  gl.CreateTextures(target, 1, &id);
  // Integer textures are incomplete, and read as 0, under the linear default.
  gl.TextureParameteri(id, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
  gl.TextureParameteri(id, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
  return GlObject(gl, id, [](const GlApi& api, GLuint name) { api.DeleteTextures(1, &name); });
}

}  // namespace

GlObject MakeTexture2D(const GlApi& gl, GLenum internal_format, int width, int height) {
  GlObject texture = MakeTexture(gl, GL_TEXTURE_2D);
  gl.TextureStorage2D(texture.id(), 1, internal_format, width, height);
  return texture;
}

GlObject MakeTexture3D(const GlApi& gl, GLenum internal_format, int width, int height, int depth) {
  GlObject texture = MakeTexture(gl, GL_TEXTURE_3D);
  gl.TextureStorage3D(texture.id(), 1, internal_format, width, height, depth);
  return texture;
}

GlObject MakeBuffer(const GlApi& gl, size_t bytes, const void* data, GLbitfield flags) {
  GLuint id = 0;
  gl.CreateBuffers(1, &id);
  gl.NamedBufferStorage(id, static_cast<GLsizeiptr>(bytes), data, flags);
  return GlObject(gl, id, [](const GlApi& api, GLuint name) { api.DeleteBuffers(1, &name); });
}

GlObject MakeFramebuffer(const GlApi& gl, const GlObject& texture) {
  GLuint id = 0;
  gl.CreateFramebuffers(1, &id);
  gl.NamedFramebufferTexture(id, GL_COLOR_ATTACHMENT0, texture.id(), 0);
  return GlObject(gl, id, [](const GlApi& api, GLuint name) { api.DeleteFramebuffers(1, &name); });
}

GlObject MakeVertexArray(const GlApi& gl) {
  GLuint id = 0;
  gl.CreateVertexArrays(1, &id);
  return GlObject(gl, id, [](const GlApi& api, GLuint name) { api.DeleteVertexArrays(1, &name); });
}

absl::StatusOr<GlObject> MakeProgram(const GlApi& gl, const std::string& vertex_source,
                                     const std::string& fragment_source) {
  VITRINE_ASSIGN_OR_RETURN(const GlObject vertex, Compile(gl, GL_VERTEX_SHADER, vertex_source));
  VITRINE_ASSIGN_OR_RETURN(const GlObject fragment, Compile(gl, GL_FRAGMENT_SHADER, fragment_source));
  GlObject program(gl, gl.CreateProgram(), [](const GlApi& api, GLuint id) { api.DeleteProgram(id); });
  gl.AttachShader(program.id(), vertex.id());
  gl.AttachShader(program.id(), fragment.id());
  gl.LinkProgram(program.id());
  GLint linked = GL_FALSE;
  gl.GetProgramiv(program.id(), GL_LINK_STATUS, &linked);
  if (linked == GL_TRUE) return program;
  GLchar log[kLogBytes] = {};
  gl.GetProgramInfoLog(program.id(), kLogBytes, nullptr, log);
  return MakeError(ErrorCategory::kInternal, "The graphics device failed.", absl::StrCat("Program: ", log));
}

}  // namespace vitrine::render::egl
