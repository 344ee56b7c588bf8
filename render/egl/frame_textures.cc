#include "render/egl/frame_textures.h"

#include "base/status_macros.h"

namespace vitrine::render::egl {
namespace {

using image::Frame;
using image::SampleType;

struct Format {
  GLenum internal;
  GLenum external;
  GLenum type;
  const char* sampler;
};

Format FormatOf(SampleType type, int channels) {
  const bool rgb = channels == 3;
  switch (type) {
    case SampleType::kUint8:
      return {static_cast<GLenum>(rgb ? GL_RGB8UI : GL_R8UI),
              static_cast<GLenum>(rgb ? GL_RGB_INTEGER : GL_RED_INTEGER), GL_UNSIGNED_BYTE, "usampler2D"};
    case SampleType::kUint16:
      return {static_cast<GLenum>(rgb ? GL_RGB16UI : GL_R16UI),
              static_cast<GLenum>(rgb ? GL_RGB_INTEGER : GL_RED_INTEGER), GL_UNSIGNED_SHORT, "usampler2D"};
    case SampleType::kInt16: return {GL_R16I, GL_RED_INTEGER, GL_SHORT, "isampler2D"};
    case SampleType::kFloat32: break;
  }
  return {GL_R32F, GL_RED, GL_FLOAT, "sampler2D"};
}

}  // namespace

const char* SamplerOf(SampleType type) { return FormatOf(type, 1).sampler; }

absl::StatusOr<std::shared_ptr<const GlObject>> FrameTextures::Get(const GlApi& gl,
                                                                   const std::shared_ptr<const Frame>& frame) {
  if (auto texture = cache_.Find(frame)) return texture;
  const uint64_t bytes = frame->size_bytes();
  const bool keep = cache_.Fits(bytes);
  if (keep) cache_.MakeRoom(bytes);

  const Format format = FormatOf(frame->type, frame->channels);
  auto texture = std::make_shared<const GlObject>(MakeTexture2D(gl, format.internal, frame->columns, frame->rows));
  gl.TextureSubImage2D(texture->id(), 0, 0, 0, frame->columns, frame->rows, format.external, format.type,
                       frame->data());
  VITRINE_RETURN_IF_ERROR(CheckGl(gl, "upload of a frame"));
  if (keep) cache_.Insert(frame, texture, bytes);
  return texture;
}

}  // namespace vitrine::render::egl
