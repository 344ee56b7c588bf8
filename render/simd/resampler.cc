#include "render/simd/resampler.h"

#include <algorithm>

#include "base/status_macros.h"

namespace vitrine::render::simd {
namespace {

constexpr int kRowsPerCheck = 64;

}  // namespace

Resampler::Resampler(const ToneRows& tone, int channels, const AxisWeights& x_axis, const AxisWeights& y_axis)
    : tone_(tone), y_axis_(y_axis), channels_(channels), vertical_first_(y_axis.taps > kSlots) {
  const auto [low, high] = std::minmax_element(x_axis.first.begin(), x_axis.first.end());
  first_column_ = *low;
  column_count_ = *high + x_axis.taps - *low;

  const size_t taps = channels == 1 ? (x_axis.taps + 3) / 4 * 4 : x_axis.taps;
  first_.resize(x_axis.first.size());
  weights_.resize(first_.size() * taps);
  for (size_t i = 0; i < first_.size(); ++i) {
    first_[i] = x_axis.first[i] - first_column_;
    std::copy_n(x_axis.weights.begin() + i * x_axis.taps, x_axis.taps, weights_.begin() + i * taps);
  }
  row_weights_ = {taps, first_.size(), first_.data(), weights_.data()};

  const size_t source_values = static_cast<size_t>(column_count_) * channels;
  const size_t output_values = first_.size() * channels;
  row_values_ = vertical_first_ ? source_values : output_values;
  for (std::vector<float>& slot : slots_) slot.resize(row_values_ + kRowPadding);
  std::fill(std::begin(slot_row_), std::end(slot_row_), -1);
  toned_.resize(source_values + kRowPadding);
  sum_.resize(row_values_ + kRowPadding);
  output_.resize(output_values + kRowPadding);
}

const float* Resampler::SourceRow(int row) {
  const int slot = row % kSlots;
  float* values = slots_[slot].data();
  if (slot_row_[slot] == row) return values;
  slot_row_[slot] = row;
  if (vertical_first_) {
    tone_.ToFloats(first_column_, row, column_count_, values);
  } else {
    tone_.ToFloats(first_column_, row, column_count_, toned_.data());
    ResampleRow(row_weights_, channels_, toned_.data(), values);
  }
  return values;
}

absl::Status Resampler::SumSourceRows(int y, const Operation& operation, float* output) {
  const double* weights = y_axis_.weights.data() + static_cast<size_t>(y) * y_axis_.taps;
  for (int t = 0; t < y_axis_.taps; t += kSlots) {
    const float* rows[kSlots];
    float row_weights[kSlots];
    const int count = std::min(kSlots, y_axis_.taps - t);
    for (int k = 0; k < count; ++k) {
      rows[k] = SourceRow(y_axis_.first[y] + t + k);
      row_weights[k] = static_cast<float>(weights[t + k]);
    }
    WeightedSum(rows, row_weights, count, t > 0, row_values_, output);
    rows_until_check_ -= count;
    if (rows_until_check_ > 0) continue;
    rows_until_check_ = kRowsPerCheck;
    VITRINE_RETURN_IF_ERROR(operation.Check());
  }
  return absl::OkStatus();
}

absl::StatusOr<const float*> Resampler::Row(int y, const Operation& operation) {
  VITRINE_RETURN_IF_ERROR(SumSourceRows(y, operation, sum_.data()));
  if (!vertical_first_) return sum_.data();
  ResampleRow(row_weights_, channels_, sum_.data(), output_.data());
  return output_.data();
}

}  // namespace vitrine::render::simd
