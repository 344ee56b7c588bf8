#include "render/simd/volume_exact.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace vitrine::render::simd {
namespace {

using image::Bricks;
using image::SampleType;
using image::Vector3;
using image::Volume;

constexpr int kMaxTaps = 4;

// The voxels of one axis around a sample, and their weights.
struct Taps {
  int count;
  int index[kMaxTaps];
  double weight[kMaxTaps];
};

Taps MakeTaps(double coordinate, int size, Interpolation interpolation) {
  coordinate = std::clamp(coordinate, 0.0, size - 1.0);
  const int lower = static_cast<int>(coordinate);
  const double t = coordinate - lower;
  const double s = 1 - t;
  const auto inside = [size](int index) { return std::clamp(index, 0, size - 1); };
  if (interpolation == Interpolation::kLinear) return {2, {lower, inside(lower + 1)}, {s, t}};
  return {4,
          {inside(lower - 1), lower, inside(lower + 1), inside(lower + 2)},
          {-0.5 * t * s * s, 1 - t * t * (2.5 - 1.5 * t), 1 - s * s * (2.5 - 1.5 * s), -0.5 * s * t * t}};
}

template <typename Sample>
float Interpolate(const Volume& volume, const Taps& x, const Taps& y, const Taps& z) {
  const Sample* samples = volume.data<Sample>();
  double sum = 0;
  double weights = 0;
  double magnitudes = 0;
  double all_magnitudes = 0;
  for (int c = 0; c < z.count; ++c) {
    for (int b = 0; b < y.count; ++b) {
      const size_t row = (static_cast<size_t>(z.index[c]) * volume.lattice.rows + y.index[b]) * volume.lattice.columns;
      for (int a = 0; a < x.count; ++a) {
        const double weight = z.weight[c] * y.weight[b] * x.weight[a];
        all_magnitudes += std::abs(weight);
        if (volume.is_padding(row + x.index[a])) continue;
        magnitudes += std::abs(weight);
        weights += weight;
        sum += weight * static_cast<double>(samples[row + x.index[a]]);
      }
    }
  }
  if (magnitudes < (0.5 - kPaddingTolerance) * all_magnitudes) return std::numeric_limits<float>::quiet_NaN();
  return static_cast<float>(sum / weights);
}

// The bricks of one axis with the voxels that samples in [low, high] need.
struct BrickSpan {
  int first;
  int last;
};

BrickSpan SpanOf(double low, double high, int size, Interpolation interpolation) {
  // The bricks hold the upper neighbours of their samples; cubic needs one more voxel to each side.
  const int margin = interpolation == Interpolation::kCubic ? 1 : 0;
  const auto brick = [&](double coordinate, int offset) {
    const int voxel = static_cast<int>(std::clamp(coordinate, 0.0, size - 1.0)) + offset;
    return std::clamp(voxel, 0, size - 1) / Bricks::kSize;
  };
  return {brick(low, -margin), brick(high, margin)};
}

}  // namespace

float ExactSample(const Volume& volume, Interpolation interpolation, const Vector3& voxel) {
  const Taps x = MakeTaps(voxel.x, volume.lattice.columns, interpolation);
  const Taps y = MakeTaps(voxel.y, volume.lattice.rows, interpolation);
  const Taps z = MakeTaps(voxel.z, volume.lattice.slices, interpolation);
  switch (volume.type) {
    case SampleType::kUint8: return Interpolate<uint8_t>(volume, x, y, z);
    case SampleType::kUint16: return Interpolate<uint16_t>(volume, x, y, z);
    case SampleType::kInt16: return Interpolate<int16_t>(volume, x, y, z);
    case SampleType::kFloat32: return Interpolate<float>(volume, x, y, z);
  }
  return 0;
}

PaddingIn FindPadding(const Volume& volume, Interpolation interpolation, const Vector3& low, const Vector3& high) {
  if (volume.padding.empty()) return PaddingIn::kNone;
  const BrickSpan x = SpanOf(low.x, high.x, volume.lattice.columns, interpolation);
  const BrickSpan y = SpanOf(low.y, high.y, volume.lattice.rows, interpolation);
  const BrickSpan z = SpanOf(low.z, high.z, volume.lattice.slices, interpolation);
  bool some = false;
  bool all = true;
  for (int c = z.first; c <= z.last; ++c) {
    for (int b = y.first; b <= y.last; ++b) {
      for (int a = x.first; a <= x.last; ++a) {
        const Bricks::Extremes& brick = volume.bricks.at(a, b, c);
        some = some || brick.has_padding;
        all = all && brick.minimum > brick.maximum;
        if (some && !all) return PaddingIn::kSome;
      }
    }
  }
  return some ? PaddingIn::kAll : PaddingIn::kNone;
}

}  // namespace vitrine::render::simd
