#include "render/resample_weights.h"

#include <algorithm>
#include <cmath>

namespace vitrine::render {
namespace {

constexpr double kWholeSample = 1e-6;
constexpr double kSliver = 1e-9;  // Coverage that is only the rounding of a boundary.

struct Axis {
  int input_size;
  double begin;
  double step;  // Input samples per output sample.

  double Edge(int i) const { return begin + i * step; }
};

bool Copies(double begin, double length, int output_size) {
  return std::abs(length - output_size) <= kWholeSample && std::abs(begin - std::round(begin)) <= kWholeSample;
}

AxisWeights MakeCopy(const Axis& axis, int output_size) {
  AxisWeights result;
  result.copies = true;
  result.weights.assign(output_size, 1);
  const int begin = static_cast<int>(std::round(axis.begin));
  for (int i = 0; i < output_size; ++i) result.first.push_back(std::min(begin + i, axis.input_size - 1));
  return result;
}

int FirstCovered(const Axis& axis, int i) {
  return std::clamp(static_cast<int>(std::floor(axis.Edge(i) + kSliver)), 0, axis.input_size - 1);
}

int EndCovered(const Axis& axis, int i) {
  return std::clamp(static_cast<int>(std::ceil(axis.Edge(i + 1) - kSliver)), FirstCovered(axis, i) + 1,
                    axis.input_size);
}

AxisWeights MakeAreaCoverage(const Axis& axis, int output_size) {
  AxisWeights result;
  for (int i = 0; i < output_size; ++i) {
    result.taps = std::max(result.taps, EndCovered(axis, i) - FirstCovered(axis, i));
  }
  result.weights.resize(static_cast<size_t>(output_size) * result.taps);
  for (int i = 0; i < output_size; ++i) {
    const int first = std::min(FirstCovered(axis, i), axis.input_size - result.taps);
    result.first.push_back(first);
    for (int j = FirstCovered(axis, i); j < EndCovered(axis, i); ++j) {
      const double low = std::max<double>(axis.Edge(i), j);
      const double high = std::min<double>(axis.Edge(i + 1), j + 1);
      result.weights[static_cast<size_t>(i) * result.taps + (j - first)] = std::max(high - low, 0.0);
    }
  }
  return result;
}

AxisWeights MakeCatmullRom(const Axis& axis, int output_size) {
  AxisWeights result;
  result.taps = std::min(4, axis.input_size);
  result.weights.resize(static_cast<size_t>(output_size) * result.taps);
  for (int i = 0; i < output_size; ++i) {
    const double position = axis.begin + (i + 0.5) * axis.step - 0.5;  // 0 is the centre of sample 0.
    const int base = static_cast<int>(std::floor(position));
    const double t = position - base;
    const double cubic[4] = {((-0.5 * t + 1) * t - 0.5) * t, (1.5 * t - 2.5) * t * t + 1,
                             ((-1.5 * t + 2) * t + 0.5) * t, (0.5 * t - 0.5) * t * t};
    const int first = std::clamp(base - 1, 0, axis.input_size - result.taps);
    result.first.push_back(first);
    for (int k = 0; k < 4; ++k) {
      const int j = std::clamp(base - 1 + k, 0, axis.input_size - 1);
      result.weights[static_cast<size_t>(i) * result.taps + (j - first)] += cubic[k];
    }
  }
  return result;
}

void Normalize(AxisWeights& axis) {
  for (auto begin = axis.weights.begin(); begin != axis.weights.end(); begin += axis.taps) {
    double sum = 0;
    for (int t = 0; t < axis.taps; ++t) sum += begin[t];
    for (int t = 0; t < axis.taps; ++t) begin[t] /= sum;
  }
}

void Reverse(AxisWeights& axis) {
  const size_t taps = axis.taps;
  for (size_t i = 0, j = axis.first.size() - 1; i < j; ++i, --j) {
    std::swap(axis.first[i], axis.first[j]);
    std::swap_ranges(&axis.weights[i * taps], &axis.weights[i * taps] + taps, &axis.weights[j * taps]);
  }
}

}  // namespace

AxisWeights MakeAxisWeights(int input_size, double begin, double length, int output_size, bool flip) {
  const Axis axis{input_size, begin, length / output_size};
  AxisWeights result = Copies(begin, length, output_size) ? MakeCopy(axis, output_size)
                       : output_size < length             ? MakeAreaCoverage(axis, output_size)
                                                          : MakeCatmullRom(axis, output_size);
  Normalize(result);
  if (flip) Reverse(result);
  return result;
}

}  // namespace vitrine::render
