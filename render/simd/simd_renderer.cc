#include "render/simd/simd_renderer.h"

#include <algorithm>
#include <vector>

#include "base/status_macros.h"
#include "render/resample_weights.h"
#include "render/simd/kernels.h"
#include "render/simd/resampler.h"
#include "render/simd/tone_rows.h"
#include "render/simd/volume_composite.h"
#include "render/simd/volume_reduction.h"

namespace vitrine::render {
namespace {

constexpr int kRowsPerCheck = 64;

struct Axes {
  AxisWeights x;
  AxisWeights y;
};

void Quantize(const float* values, int y, image::Raster& raster) {
  const size_t count = static_cast<size_t>(raster.width) * raster.channels;
  uint8_t* row = raster.samples.data() + y * raster.row_bytes();
  if (raster.bits == 8) return simd::QuantizeToBytes(values, count, row);
  simd::QuantizeToWords(values, count, reinterpret_cast<uint16_t*>(row));
}

template <typename Sample>
void ReverseRow(int width, int channels, Sample* row) {
  if (channels == 1) return std::reverse(row, row + width);
  for (int i = 0, j = width - 1; i < j; ++i, --j) std::swap_ranges(row + 3 * i, row + 3 * i + 3, row + 3 * j);
}

void ReverseRow(int y, image::Raster& raster) {
  uint8_t* row = raster.samples.data() + y * raster.row_bytes();
  if (raster.bits == 8) return ReverseRow(raster.width, raster.channels, row);
  ReverseRow(raster.width, raster.channels, reinterpret_cast<uint16_t*>(row));
}

// Pixels one to one, perhaps mirrored.
absl::Status Copy(const simd::ToneRows& tone, const Axes& axes, const Operation& operation, image::Raster& raster) {
  const int first_column = std::min(axes.x.first.front(), axes.x.first.back());
  const bool reversed = axes.x.first.front() > axes.x.first.back();
  std::vector<float> values(raster.bits == 8 ? 0 : static_cast<size_t>(raster.width) * raster.channels);
  for (int y = 0; y < raster.height; ++y) {
    if (y % kRowsPerCheck == 0) VITRINE_RETURN_IF_ERROR(operation.Check());
    if (raster.bits == 8) {
      tone.ToBytes(first_column, axes.y.first[y], raster.width, raster.samples.data() + y * raster.row_bytes());
    } else {
      tone.ToFloats(first_column, axes.y.first[y], raster.width, values.data());
      Quantize(values.data(), y, raster);
    }
    if (reversed) ReverseRow(y, raster);
  }
  return absl::OkStatus();
}

absl::Status Resample(const simd::ToneRows& tone, const Axes& axes, const Operation& operation, image::Raster& raster) {
  simd::Resampler resampler(tone, raster.channels, axes.x, axes.y);
  for (int y = 0; y < raster.height; ++y) {
    VITRINE_ASSIGN_OR_RETURN(const float* values, resampler.Row(y, operation));
    Quantize(values, y, raster);
  }
  return absl::OkStatus();
}

}  // namespace

SimdRenderer::SimdRenderer(Parallel& parallel) : parallel_(parallel), info_{"simd", "", simd::InstructionSet(), true} {}

absl::StatusOr<image::Raster> SimdRenderer::Render(const RenderJob& job, const Operation& operation) {
  VITRINE_RETURN_IF_ERROR(Validate(job));
  VITRINE_RETURN_IF_ERROR(operation.Check());
  const Region& source = job.source;
  const Axes axes{MakeAxisWeights(job.frame->columns, source.left, source.width, job.width, job.flip_horizontal),
                  MakeAxisWeights(job.frame->rows, source.top, source.height, job.height, job.flip_vertical)};
  const auto [low, high] = std::minmax(axes.y.first.front(), axes.y.first.back());
  const simd::ToneRows tone(job, low, high + axes.y.taps - low);
  image::Raster raster{job.width, job.height, job.frame->channels, job.bits, {}};
  raster.samples.resize(raster.row_bytes() * raster.height);
  const bool copies = axes.x.copies && axes.y.copies;
  VITRINE_RETURN_IF_ERROR(copies ? Copy(tone, axes, operation, raster) : Resample(tone, axes, operation, raster));
  return raster;
}

absl::StatusOr<image::Raster> SimdRenderer::RenderVolume(const VolumeJob& job, const Operation& operation) {
  VITRINE_RETURN_IF_ERROR(Validate(job));
  VITRINE_RETURN_IF_ERROR(operation.Check());
  if (job.reduction == Reduction::kComposite) return simd::RenderComposite(job, maps_, parallel_, operation);
  return simd::RenderReduction(job, parallel_, operation);
}

}  // namespace vitrine::render
