#include "render/egl/volume_passes.h"

#include <algorithm>
#include <memory>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/status_macros.h"
#include "render/egl/fence.h"
#include "render/egl/uniforms.h"

namespace vitrine::render::egl {
namespace {

// Of the first tile; later ones grow or shrink until they take about as long as kTileTime.
constexpr double kFirstTileSamples = 1 << 18;
constexpr double kFewestTileSamples = 1 << 14;
constexpr double kMostTileSamples = 1e12;
constexpr absl::Duration kTileTime = absl::Milliseconds(20);

// How many samples a tile should have, by the time that one of `samples` took.
double NextTileSamples(double samples, absl::Duration time) {
  const double factor = std::clamp(absl::FDivDuration(kTileTime, time), 1.0 / 64, 4.0);
  return std::clamp(samples * factor, kFewestTileSamples, kMostTileSamples);
}

// A storage buffer for as long as a job is drawn.
template <typename T>
GlObject Bind(const GlApi& gl, GLuint binding, const std::vector<T>& values) {
  static constexpr T kNothing[1] = {};  // Buffers cannot be empty.
  const bool empty = values.empty();
  GlObject buffer = MakeBuffer(gl, empty ? sizeof(T) : values.size() * sizeof(T), empty ? kNothing : values.data(), 0);
  gl.BindBufferBase(GL_SHADER_STORAGE_BUFFER, binding, buffer.id());
  return buffer;
}

void SetTone(const VolumeTone& tone, Uniforms& uniforms) {
  uniforms.Set("slope", tone.slope);
  uniforms.Set("intercept", tone.intercept);
  uniforms.Set("modality_first", tone.modality_first);
  uniforms.Set("modality_count", tone.modality_count);
  uniforms.Set("voi", static_cast<int>(tone.voi));
  uniforms.Set("middle", tone.middle);
  uniforms.Set("width", tone.width);
  uniforms.Set("voi_first", tone.voi_first);
  uniforms.Set("voi_count", tone.voi_count);
  uniforms.Set("voi_maximum", tone.voi_maximum);
  uniforms.Set("invert", tone.invert ? 1 : 0);
}

void SetVector(const char* name, const image::Vector3& v, Uniforms& uniforms) {
  uniforms.Set(name, {static_cast<float>(v.x), static_cast<float>(v.y), static_cast<float>(v.z)});
}

void SetLight(const image::TransferFunction& function, const image::Lattice& lattice, Uniforms& uniforms) {
  uniforms.Set("ambient", static_cast<float>(function.ambient));
  uniforms.Set("diffuse", static_cast<float>(function.diffuse));
  uniforms.Set("specular", static_cast<float>(function.specular));
  uniforms.Set("specular_power", static_cast<float>(function.specular_power));
  // A gradient transforms with the inverse transpose of the map from voxels to millimetres.
  const image::Matrix3 normal = Transposed(Inverse(lattice.steps()));
  SetVector("normal_x", normal.x, uniforms);
  SetVector("normal_y", normal.y, uniforms);
  SetVector("normal_z", normal.z, uniforms);
}

void SetTransfer(const TransferTable& table, Uniforms& uniforms) {
  uniforms.Set("segment_count", table.count());
  uniforms.Set("bucket_origin", table.origin);
  uniforms.Set("bucket_scale", table.scale);
}

}  // namespace

absl::Status VolumePasses::Draw(const VolumeJob& job, const VolumePlan& plan, const VolumeTexture& volume,
                                const Target& target, const Operation& operation) {
  VITRINE_ASSIGN_OR_RETURN(const GLuint program, programs_.Get(VolumeFragmentShader(plan.variant)));
  gl_.UseProgram(program);
  Uniforms uniforms(gl_, program);
  const image::Lattice& lattice = job.volume->lattice;
  uniforms.Set("size", {lattice.columns, lattice.rows, lattice.slices});
  uniforms.Set("samples", job.samples);
  uniforms.Set("slab_count", static_cast<int>(plan.slabs.size()) / kDoublesPerSlab);
  uniforms.Set("chunk", plan.chunk);
  uniforms.Set("maximum", job.bits == 8 ? 255.0f : 65535.0f);
  std::vector<GlObject> buffers;
  buffers.push_back(Bind(gl_, kColumnsBuffer, plan.columns));
  buffers.push_back(Bind(gl_, kSlabsBuffer, plan.slabs));
  if (job.reduction == Reduction::kComposite) {
    buffers.push_back(Bind(gl_, kSegmentsBuffer, plan.transfer.segments));
    buffers.push_back(Bind(gl_, kBucketsBuffer, plan.transfer.buckets));
    SetTransfer(plan.transfer, uniforms);
    SetLight(*job.transfer_function, lattice, uniforms);
  } else {
    buffers.push_back(Bind(gl_, kLutsBuffer, plan.tone.luts));
    SetTone(plan.tone, uniforms);
  }
  gl_.BindTextureUnit(kVoxelsUnit, volume.voxels.id());
  gl_.BindTextureUnit(kBricksUnit, volume.bricks.id());
  gl_.BindTextureUnit(kPaddingUnit, volume.padding.id());
  return DrawTiles(job.samples, target, operation);
}

absl::Status VolumePasses::DrawTiles(int64_t samples_per_pixel, const Target& target, const Operation& operation) {
  double samples = kFirstTileSamples;
  double previous_samples = samples;
  std::unique_ptr<Fence> previous;  // The device has a tile to go on with while this waits for the one before.
  absl::Time begin = absl::Now();
  for (int top = 0, height = 0; top < target.height(); top += height) {
    const auto pixels = std::max<int64_t>(static_cast<int64_t>(samples) / samples_per_pixel, 1);
    height = static_cast<int>(std::clamp<int64_t>(pixels / target.width(), 1, target.height() - top));
    const int width = static_cast<int>(std::min<int64_t>(pixels, target.width()));
    for (int left = 0; left < target.width(); left += width) {
      VITRINE_RETURN_IF_ERROR(operation.Check());
      programs_.Fill(target, left, top, std::min(width, target.width() - left), height);
      VITRINE_RETURN_IF_ERROR(CheckGl(gl_, "volume"));
      auto fence = std::make_unique<Fence>(gl_);
      if (previous != nullptr) {
        VITRINE_RETURN_IF_ERROR(previous->Await(operation));
        const absl::Time now = absl::Now();
        const double next = NextTileSamples(previous_samples, now - begin);
        previous_samples = std::exchange(samples, next);
        begin = now;
      }
      previous = std::move(fence);
    }
  }
  return absl::OkStatus();
}

}  // namespace vitrine::render::egl
