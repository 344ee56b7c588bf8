#ifndef VITRINE_RENDER_SIMD_RESAMPLER_H_
#define VITRINE_RENDER_SIMD_RESAMPLER_H_

// Separable resampling that holds a few rows, never a whole float picture.

#include <vector>

#include "absl/status/statusor.h"
#include "base/operation.h"
#include "render/resample_weights.h"
#include "render/simd/kernels.h"
#include "render/simd/tone_rows.h"

namespace vitrine::render::simd {

// For one thread and one raster. Borrows its arguments.
class Resampler {
 public:
  Resampler(const ToneRows& tone, int channels, const AxisWeights& x_axis, const AxisWeights& y_axis);

  // Row y of the output: output_size * channels values, not clamped; valid until the next call. Cheap for increasing or
  // decreasing y: neighbours share source rows. An error where `operation` has ended.
  absl::StatusOr<const float*> Row(int y, const Operation& operation);

 private:
  static constexpr int kSlots = 4;  // Source rows at hand; as many as the cubic kernel has taps.

  const float* SourceRow(int row);
  absl::Status SumSourceRows(int y, const Operation& operation, float* output);

  const ToneRows& tone_;
  const AxisWeights& y_axis_;
  const int channels_;
  const bool vertical_first_;  // Where rows become fewer, so that the horizontal step sees only those that remain.

  int first_column_ = 0;  // The columns that the horizontal weights reach.
  int column_count_ = 0;
  std::vector<int> first_;  // Horizontal weights relative to first_column_, in single precision.
  std::vector<float> weights_;
  RowWeights row_weights_{};

  size_t row_values_ = 0;  // In a slot.
  std::vector<float> slots_[kSlots];
  int slot_row_[kSlots];  // The source row in each slot, or -1.
  std::vector<float> toned_;
  std::vector<float> sum_;
  std::vector<float> output_;
  int rows_until_check_ = 0;
};

}  // namespace vitrine::render::simd

#endif  // VITRINE_RENDER_SIMD_RESAMPLER_H_
