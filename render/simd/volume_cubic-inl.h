// Catmull-Rom interpolation at the positions of a Beam, for volumes without padding. For inclusion in files that
// Highway compiles once per instruction set.

#if defined(VITRINE_RENDER_SIMD_VOLUME_CUBIC_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINE_RENDER_SIMD_VOLUME_CUBIC_INL_H_
#undef VITRINE_RENDER_SIMD_VOLUME_CUBIC_INL_H_
#else
#define VITRINE_RENDER_SIMD_VOLUME_CUBIC_INL_H_
#endif

#include <cstdint>

#include "hwy/highway.h"
#include "render/simd/volume_sampler-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::render::simd {
namespace HWY_NAMESPACE {

namespace detail {

// Weights of the four voxels around a sample that lies `t` after the second.
HWY_INLINE void CubicWeights(FloatVector t, FloatVector* weights) {
  const Float d;
  const auto s = hn::Sub(hn::Set(d, 1.0f), t);
  const auto st = hn::Mul(hn::Set(d, -0.5f), hn::Mul(s, t));
  weights[0] = hn::Mul(st, s);
  weights[3] = hn::Mul(st, t);
  // The inner two are what is left of the linear weights, so that all four sum to 1.
  weights[1] = hn::Add(hn::Sub(s, hn::Add(weights[0], weights[0])), weights[3]);
  weights[2] = hn::Add(hn::Sub(t, hn::Add(weights[3], weights[3])), weights[0]);
}

template <typename Sample>
HWY_INLINE FloatVector CubicRow(const uint8_t* row, const Cells& cells, const FloatVector* weights) {
  const VoxelPair before = LoadPair<Sample>(row - sizeof(Sample), cells.offset);
  const VoxelPair after = LoadPair<Sample>(row + sizeof(Sample), cells.offset);
  const auto outer = hn::MulAdd(weights[3], after.upper, hn::Mul(weights[0], before.lower));
  return hn::MulAdd(weights[2], after.lower, hn::MulAdd(weights[1], before.upper, outer));
}

template <typename Sample>
HWY_INLINE FloatVector ClampedCubicRow(const uint8_t* voxels, const CubicTaps& taps, IntVector row,
                                       const FloatVector* weights) {
  auto sum = hn::Zero(Float());
  for (int a = 0; a < 4; ++a) {
    sum = hn::MulAdd(weights[a], LoadPair<Sample>(voxels, hn::Add(row, taps.x[a])).lower, sum);
  }
  return sum;
}

}  // namespace detail

// Of sample n of a usable beam. kClamped may be false where the beam is interior().
template <typename Sample, bool kClamped>
HWY_INLINE FloatVector CubicValue(const Beam& beam, int n) {
  Cells cells;
  CubicTaps taps;
  if constexpr (kClamped) {
    taps = beam.ClampedTaps(n, cells);
  } else {
    cells = beam.At<false>(n);
  }
  FloatVector x[4], y[4], z[4];
  detail::CubicWeights(cells.x, x);
  detail::CubicWeights(cells.y, y);
  detail::CubicWeights(cells.z, z);
  auto sum = hn::Zero(Float());
  for (int c = 0; c < 4; ++c) {
    auto slice = hn::Zero(Float());
    for (int b = 0; b < 4; ++b) {
      FloatVector row;
      if constexpr (kClamped) {
        row = detail::ClampedCubicRow<Sample>(beam.voxels(), taps, hn::Add(taps.y[b], taps.z[c]), x);
      } else {
        const int64_t offset = (b - 1) * beam.layout().row_bytes + (c - 1) * beam.layout().slice_bytes;
        row = detail::CubicRow<Sample>(beam.voxels() + offset, cells, x);
      }
      slice = hn::MulAdd(y[b], row, slice);
    }
    sum = hn::MulAdd(z[c], slice, sum);
  }
  return sum;
}

}  // namespace HWY_NAMESPACE
}  // namespace vitrine::render::simd
HWY_AFTER_NAMESPACE();

#endif  // Guard per instruction set.
