#include "render/simd/exact_sample.h"

#include <algorithm>
#include <array>
#include <cmath>

namespace vitrine::render::simd {
namespace {

using image::SampleType;
using image::Vector3;
using image::Volume;

struct Taps {
  int count;
  std::array<int, 4> index;
  std::array<double, 4> weight;
};

Taps TapsOf(Interpolation interpolation, double position, int size) {
  const double clamped = std::clamp(position, 0.0, size - 1.0);
  const double cell = std::floor(clamped);
  const double t = clamped - cell;
  Taps taps{2, {}, {1 - t, t}};
  int first = static_cast<int>(cell);
  if (interpolation == Interpolation::kCubic) {
    --first;
    taps.count = 4;
    const double s = 1 - t;
    taps.weight = {-0.5 * t * s * s, 1 + t * t * (1.5 * t - 2.5), 1 + s * s * (1.5 * s - 2.5), -0.5 * s * t * t};
  }
  for (int i = 0; i < taps.count; ++i) taps.index[i] = std::clamp(first + i, 0, size - 1);
  return taps;
}

// `each(weight, voxel)` for every voxel around the position.
template <typename Each>
void ForTaps(const Volume& volume, Interpolation interpolation, const Vector3& voxel, const Each& each) {
  const image::Lattice& lattice = volume.lattice;
  const Taps x = TapsOf(interpolation, voxel.x, lattice.columns);
  const Taps y = TapsOf(interpolation, voxel.y, lattice.rows);
  const Taps z = TapsOf(interpolation, voxel.z, lattice.slices);
  for (int c = 0; c < z.count; ++c) {
    for (int b = 0; b < y.count; ++b) {
      const size_t row = (static_cast<size_t>(z.index[c]) * lattice.rows + y.index[b]) * lattice.columns;
      const double weight = z.weight[c] * y.weight[b];
      for (int a = 0; a < x.count; ++a) each(weight * x.weight[a], row + x.index[a]);
    }
  }
}

template <typename Sample>
std::optional<double> ValueOf(const Volume& volume, Interpolation interpolation, const Vector3& voxel) {
  const Sample* samples = volume.data<Sample>();
  double sum = 0;
  double weights = 0;
  double magnitude = 0;
  double kept = 0;
  ForTaps(volume, interpolation, voxel, [&](double weight, size_t index) {
    magnitude += std::abs(weight);
    if (volume.is_padding(index)) return;
    kept += std::abs(weight);
    weights += weight;
    sum += weight * samples[index];
  });
  if (kept < (0.5 - kPaddingTolerance) * magnitude) return std::nullopt;
  return sum / weights;
}

template <typename Sample>
Vector3 DifferencesOf(const Volume& volume, const Vector3& voxel) {
  const Sample* samples = volume.data<Sample>();
  const auto at = [&](const Vector3& position) {
    double sum = 0;
    ForTaps(volume, Interpolation::kLinear, position,
            [&](double weight, size_t index) { sum += weight * samples[index]; });
    return sum;
  };
  return {at(voxel + Vector3{1, 0, 0}) - at(voxel - Vector3{1, 0, 0}),
          at(voxel + Vector3{0, 1, 0}) - at(voxel - Vector3{0, 1, 0}),
          at(voxel + Vector3{0, 0, 1}) - at(voxel - Vector3{0, 0, 1})};
}

}  // namespace

std::optional<double> ExactValue(const Volume& volume, Interpolation interpolation, const Vector3& voxel) {
  switch (volume.type) {
    case SampleType::kUint8: return ValueOf<uint8_t>(volume, interpolation, voxel);
    case SampleType::kUint16: return ValueOf<uint16_t>(volume, interpolation, voxel);
    case SampleType::kInt16: return ValueOf<int16_t>(volume, interpolation, voxel);
    case SampleType::kFloat32: return ValueOf<float>(volume, interpolation, voxel);
  }
  return std::nullopt;
}

Vector3 ExactDifferences(const Volume& volume, const Vector3& voxel) {
  switch (volume.type) {
    case SampleType::kUint8: return DifferencesOf<uint8_t>(volume, voxel);
    case SampleType::kUint16: return DifferencesOf<uint16_t>(volume, voxel);
    case SampleType::kInt16: return DifferencesOf<int16_t>(volume, voxel);
    case SampleType::kFloat32: return DifferencesOf<float>(volume, voxel);
  }
  return {};
}

}  // namespace vitrine::render::simd
