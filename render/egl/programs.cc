#include "render/egl/programs.h"

#include "base/status_macros.h"
#include "render/egl/shaders.h"

namespace vitrine::render::egl {

absl::StatusOr<GLuint> Programs::Get(const std::string& fragment_source) {
  if (const auto found = programs_.find(fragment_source); found != programs_.end()) return found->second.id();
  VITRINE_ASSIGN_OR_RETURN(GlObject program, MakeProgram(gl_, VertexShader(), fragment_source));
  return programs_.emplace(fragment_source, std::move(program)).first->second.id();
}

void Programs::Fill(const Target& target, int left, int top, int width, int height) {
  gl_.BindVertexArray(vertex_array_.id());
  gl_.BindFramebuffer(GL_FRAMEBUFFER, target.framebuffer());
  gl_.Viewport(left, top, width, height);
  gl_.DrawArrays(GL_TRIANGLES, 0, 3);
}

}  // namespace vitrine::render::egl
