#ifndef VITRINE_RENDER_EGL_GL_API_H_
#define VITRINE_RENDER_EGL_GL_API_H_

// The OpenGL 4.5 core functions that this folder calls, loaded through eglGetProcAddress(): there is no link-time
// dependency on a GL library. Names are those of the specification without the prefix: gl.DrawArrays is
// glDrawArrays.

#include <GL/glcorearb.h>

#include "absl/status/statusor.h"

namespace vitrine::render::egl {

#define VITRINE_GL_FUNCTIONS(F)                                        \
  F(PFNGLATTACHSHADERPROC, AttachShader)                               \
  F(PFNGLBINDBUFFERPROC, BindBuffer)                                   \
  F(PFNGLBINDBUFFERBASEPROC, BindBufferBase)                           \
  F(PFNGLBINDFRAMEBUFFERPROC, BindFramebuffer)                         \
  F(PFNGLBINDTEXTUREUNITPROC, BindTextureUnit)                         \
  F(PFNGLBINDVERTEXARRAYPROC, BindVertexArray)                         \
  F(PFNGLCHECKNAMEDFRAMEBUFFERSTATUSPROC, CheckNamedFramebufferStatus) \
  F(PFNGLCLIENTWAITSYNCPROC, ClientWaitSync)                           \
  F(PFNGLCOMPILESHADERPROC, CompileShader)                             \
  F(PFNGLCREATEBUFFERSPROC, CreateBuffers)                             \
  F(PFNGLCREATEFRAMEBUFFERSPROC, CreateFramebuffers)                   \
  F(PFNGLCREATEPROGRAMPROC, CreateProgram)                             \
  F(PFNGLCREATESHADERPROC, CreateShader)                               \
  F(PFNGLCREATETEXTURESPROC, CreateTextures)                           \
  F(PFNGLCREATEVERTEXARRAYSPROC, CreateVertexArrays)                   \
  F(PFNGLDELETEBUFFERSPROC, DeleteBuffers)                             \
  F(PFNGLDELETEFRAMEBUFFERSPROC, DeleteFramebuffers)                   \
  F(PFNGLDELETEPROGRAMPROC, DeleteProgram)                             \
  F(PFNGLDELETESHADERPROC, DeleteShader)                               \
  F(PFNGLDELETESYNCPROC, DeleteSync)                                   \
  F(PFNGLDELETETEXTURESPROC, DeleteTextures)                           \
  F(PFNGLDELETEVERTEXARRAYSPROC, DeleteVertexArrays)                   \
  F(PFNGLDRAWARRAYSPROC, DrawArrays)                                   \
  F(PFNGLFENCESYNCPROC, FenceSync)                                     \
  F(PFNGLGETERRORPROC, GetError)                                       \
  F(PFNGLGETINTEGER64VPROC, GetInteger64v)                             \
  F(PFNGLGETPROGRAMINFOLOGPROC, GetProgramInfoLog)                     \
  F(PFNGLGETPROGRAMIVPROC, GetProgramiv)                               \
  F(PFNGLGETSHADERINFOLOGPROC, GetShaderInfoLog)                       \
  F(PFNGLGETSHADERIVPROC, GetShaderiv)                                 \
  F(PFNGLGETSTRINGPROC, GetString)                                     \
  F(PFNGLGETUNIFORMLOCATIONPROC, GetUniformLocation)                   \
  F(PFNGLLINKPROGRAMPROC, LinkProgram)                                 \
  F(PFNGLMAPNAMEDBUFFERRANGEPROC, MapNamedBufferRange)                 \
  F(PFNGLNAMEDBUFFERSTORAGEPROC, NamedBufferStorage)                   \
  F(PFNGLNAMEDFRAMEBUFFERTEXTUREPROC, NamedFramebufferTexture)         \
  F(PFNGLPIXELSTOREIPROC, PixelStorei)                                 \
  F(PFNGLREADPIXELSPROC, ReadPixels)                                   \
  F(PFNGLSHADERSOURCEPROC, ShaderSource)                               \
  F(PFNGLTEXTUREPARAMETERIPROC, TextureParameteri)                     \
  F(PFNGLTEXTURESTORAGE2DPROC, TextureStorage2D)                       \
  F(PFNGLTEXTURESTORAGE3DPROC, TextureStorage3D)                       \
  F(PFNGLTEXTURESUBIMAGE2DPROC, TextureSubImage2D)                     \
  F(PFNGLTEXTURESUBIMAGE3DPROC, TextureSubImage3D)                     \
  F(PFNGLUNIFORM1DPROC, Uniform1d)                                     \
  F(PFNGLUNIFORM1FPROC, Uniform1f)                                     \
  F(PFNGLUNIFORM1IPROC, Uniform1i)                                     \
  F(PFNGLUNIFORM2IPROC, Uniform2i)                                     \
  F(PFNGLUNIFORM3FPROC, Uniform3f)                                     \
  F(PFNGLUNIFORM3IPROC, Uniform3i)                                     \
  F(PFNGLUNMAPNAMEDBUFFERPROC, UnmapNamedBuffer)                       \
  F(PFNGLUSEPROGRAMPROC, UseProgram)                                   \
  F(PFNGLVIEWPORTPROC, Viewport)

// Callable only on the thread whose context was current when it was loaded.
struct GlApi {
#define VITRINE_GL_MEMBER(type, name) type name = nullptr;
  VITRINE_GL_FUNCTIONS(VITRINE_GL_MEMBER)
#undef VITRINE_GL_MEMBER
};

// FAILED_PRECONDITION names a function that the driver lacks.
absl::StatusOr<GlApi> LoadGlApi();

// The oldest error that GL has recorded since the last call, as a status; forgets the others. RESOURCE_EXHAUSTED for
// GL_OUT_OF_MEMORY, otherwise INTERNAL. `step` goes to the log.
absl::Status CheckGl(const GlApi& gl, absl::string_view step);

}  // namespace vitrine::render::egl

#endif  // VITRINE_RENDER_EGL_GL_API_H_
