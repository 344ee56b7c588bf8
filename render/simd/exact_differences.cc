#include "render/simd/exact_differences.h"

#include <algorithm>
#include <cmath>

namespace vitrine::render::simd {
namespace {

using image::SampleType;
using image::Vector3;
using image::Volume;

struct Taps {
  int lower;
  int upper;
  double t;  // From the lower voxel to the upper one.
};

Taps TapsOf(double position, int size) {
  const double clamped = std::clamp(position, 0.0, size - 1.0);
  const int lower = static_cast<int>(clamped);
  return {lower, std::min(lower + 1, size - 1), clamped - lower};
}

// Exactly `a` where both are the same: among equal voxels there is no difference.
double Between(double a, double b, double t) { return a + t * (b - a); }

template <typename Sample>
double Interpolate(const Volume& volume, const Vector3& position) {
  const image::Lattice& lattice = volume.lattice;
  const Taps x = TapsOf(position.x, lattice.columns);
  const Taps y = TapsOf(position.y, lattice.rows);
  const Taps z = TapsOf(position.z, lattice.slices);
  const auto row = [&](int b, int c) {
    const Sample* samples = volume.data<Sample>() + (static_cast<size_t>(c) * lattice.rows + b) * lattice.columns;
    return Between(samples[x.lower], samples[x.upper], x.t);
  };
  const auto plane = [&](int c) { return Between(row(y.lower, c), row(y.upper, c), y.t); };
  return Between(plane(z.lower), plane(z.upper), z.t);
}

template <typename Sample>
Vector3 DifferencesOf(const Volume& volume, const Vector3& voxel) {
  const auto along = [&](const Vector3& axis) {
    return Interpolate<Sample>(volume, voxel + axis) - Interpolate<Sample>(volume, voxel - axis);
  };
  return {along({1, 0, 0}), along({0, 1, 0}), along({0, 0, 1})};
}

}  // namespace

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
