#include "render/egl/volume_textures.h"

#include <algorithm>
#include <vector>

#include "base/error.h"
#include "base/status_macros.h"

namespace vitrine::render::egl {
namespace {

using image::Bricks;
using image::Lattice;
using image::SampleType;
using image::Volume;

constexpr size_t kBytesPerUpload = size_t{32} << 20;
constexpr int kFloatsPerBrick = 4;

struct Format {
  GLenum internal;
  GLenum external;
  GLenum type;
};

Format FormatOf(SampleType type) {
  switch (type) {
    case SampleType::kUint8: return {GL_R8UI, GL_RED_INTEGER, GL_UNSIGNED_BYTE};
    case SampleType::kUint16: return {GL_R16UI, GL_RED_INTEGER, GL_UNSIGNED_SHORT};
    case SampleType::kInt16: return {GL_R16I, GL_RED_INTEGER, GL_SHORT};
    case SampleType::kFloat32: break;
  }
  return {GL_R32F, GL_RED, GL_FLOAT};
}

// Calls `upload(first, count)` for all slices in parts of at most about kBytesPerUpload.
template <typename Upload>
absl::Status InParts(const GlApi& gl, const Lattice& lattice, size_t bytes_per_voxel, const Operation& operation,
                     const Upload& upload) {
  const size_t slice_bytes = static_cast<size_t>(lattice.columns) * lattice.rows * bytes_per_voxel;
  const int slices = static_cast<int>(std::clamp<size_t>(kBytesPerUpload / slice_bytes, 1, lattice.slices));
  for (int first = 0; first < lattice.slices; first += slices) {
    VITRINE_RETURN_IF_ERROR(operation.Check());
    upload(first, std::min(slices, lattice.slices - first));
    VITRINE_RETURN_IF_ERROR(CheckGl(gl, "upload of a volume"));
  }
  return absl::OkStatus();
}

absl::StatusOr<GlObject> MakeVoxels(const GlApi& gl, const Volume& volume, const Operation& operation) {
  const Lattice& lattice = volume.lattice;
  const Format format = FormatOf(volume.type);
  const size_t bytes_per_voxel = image::BytesPerSample(volume.type);
  GlObject texture = MakeTexture3D(gl, format.internal, lattice.columns, lattice.rows, lattice.slices);
  VITRINE_RETURN_IF_ERROR(InParts(gl, lattice, bytes_per_voxel, operation, [&](int first, int count) {
    const size_t offset = static_cast<size_t>(first) * lattice.rows * lattice.columns * bytes_per_voxel;
    gl.TextureSubImage3D(texture.id(), 0, 0, 0, first, lattice.columns, lattice.rows, count, format.external,
                         format.type, volume.voxels.data() + offset);
  }));
  return texture;
}

absl::StatusOr<GlObject> MakePadding(const GlApi& gl, const Volume& volume, const Operation& operation) {
  const Lattice& lattice = volume.lattice;
  const size_t slice = static_cast<size_t>(lattice.columns) * lattice.rows;
  GlObject texture = MakeTexture3D(gl, GL_R8UI, lattice.columns, lattice.rows, lattice.slices);
  std::vector<uint8_t> texels;
  VITRINE_RETURN_IF_ERROR(InParts(gl, lattice, 1, operation, [&](int first, int count) {
    texels.resize(slice * count);
    for (size_t i = 0; i < texels.size(); ++i) texels[i] = volume.is_padding(first * slice + i) ? 1 : 0;
    gl.TextureSubImage3D(texture.id(), 0, 0, 0, first, lattice.columns, lattice.rows, count, GL_RED_INTEGER,
                         GL_UNSIGNED_BYTE, texels.data());
  }));
  return texture;
}

absl::StatusOr<GlObject> MakeBricks(const GlApi& gl, const Bricks& bricks) {
  std::vector<float> texels;
  texels.reserve(bricks.extremes.size() * kFloatsPerBrick);
  for (const Bricks::Extremes& brick : bricks.extremes) {
    texels.insert(texels.end(), {brick.minimum, brick.maximum, brick.has_padding ? 1.0f : 0.0f, 0.0f});
  }
  GlObject texture = MakeTexture3D(gl, GL_RGBA32F, bricks.columns, bricks.rows, bricks.slices);
  gl.TextureSubImage3D(texture.id(), 0, 0, 0, 0, bricks.columns, bricks.rows, bricks.slices, GL_RGBA, GL_FLOAT,
                       texels.data());
  VITRINE_RETURN_IF_ERROR(CheckGl(gl, "upload of bricks"));
  return texture;
}

}  // namespace

uint64_t DeviceBytes(const Volume& volume) {
  return volume.voxels.size() + (volume.padding.empty() ? 0 : volume.voxel_count()) +
         BrickCount(volume.lattice) * kFloatsPerBrick * sizeof(float);
}

absl::StatusOr<std::shared_ptr<const VolumeTexture>> VolumeTextures::Get(const GlApi& gl,
                                                                         const std::shared_ptr<const Volume>& volume,
                                                                         const Operation& operation) {
  if (auto texture = cache_.Find(volume)) return texture;
  const uint64_t bytes = DeviceBytes(*volume);
  if (!cache_.Fits(bytes)) {
    return MakeError(ErrorCategory::kOverloaded, "The volume is too large for the graphics device.", "volume cache");
  }
  cache_.MakeRoom(bytes);
  auto texture = std::make_shared<VolumeTexture>();
  VITRINE_ASSIGN_OR_RETURN(texture->voxels, MakeVoxels(gl, *volume, operation));
  VITRINE_ASSIGN_OR_RETURN(texture->bricks, MakeBricks(gl, volume->bricks()));
  if (!volume->padding.empty()) {
    VITRINE_ASSIGN_OR_RETURN(texture->padding, MakePadding(gl, *volume, operation));
  }
  cache_.Insert(volume, texture, bytes);
  return texture;
}

}  // namespace vitrine::render::egl
