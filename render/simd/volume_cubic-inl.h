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

HWY_INLINE FloatVector CubicRow(const VoxelPair& before, const VoxelPair& after, const FloatVector* weights) {
  const auto outer = hn::MulAdd(weights[3], after.upper, hn::Mul(weights[0], before.lower));
  return hn::MulAdd(weights[2], after.lower, hn::MulAdd(weights[1], before.upper, outer));
}

template <typename Reader>
HWY_INLINE FloatVector ClampedCubicRow(const uint8_t* voxels, const CubicTaps& taps, IntVector row,
                                       const FloatVector* weights) {
  const uint8_t* const base[] = {voxels};
  auto sum = hn::Zero(Float());
  for (int a = 0; a < 4; ++a) {
    VoxelPair pair[1];
    Reader::Pairs(base, hn::Add(row, taps.x[a]), pair);
    sum = hn::MulAdd(weights[a], pair[0].lower, sum);
  }
  return sum;
}

}  // namespace detail

// Of sample n of a usable beam. kClamped may be false where the beam is interior().
template <typename Reader, bool kClamped>
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
    FloatVector row[4];
    if constexpr (kClamped) {
      for (int b = 0; b < 4; ++b) {
        row[b] = detail::ClampedCubicRow<Reader>(beam.voxels(), taps, hn::Add(taps.y[b], taps.z[c]), x);
      }
    } else {
      const int64_t next = beam.layout().row_bytes;
      const uint8_t* at = beam.voxels() + (c - 1) * beam.layout().slice_bytes;
      const uint8_t* const rows[] = {at - next, at, at + next, at + 2 * next};
      VoxelPair before[4];
      VoxelPair after[4];
      Reader::Fours(rows, cells.offset, before, after);
      for (int b = 0; b < 4; ++b) row[b] = detail::CubicRow(before[b], after[b], x);
    }
    auto slice = hn::Zero(Float());
    for (int b = 0; b < 4; ++b) slice = hn::MulAdd(y[b], row[b], slice);
    sum = hn::MulAdd(z[c], slice, sum);
  }
  return sum;
}

}  // namespace HWY_NAMESPACE
}  // namespace vitrine::render::simd
HWY_AFTER_NAMESPACE();

#endif  // Guard per instruction set.
