// Gradients inside a volume. For inclusion in files that Highway compiles once per instruction set.

#if defined(VITRINE_RENDER_SIMD_COMPOSITE_GRADIENT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINE_RENDER_SIMD_COMPOSITE_GRADIENT_INL_H_
#undef VITRINE_RENDER_SIMD_COMPOSITE_GRADIENT_INL_H_
#else
#define VITRINE_RENDER_SIMD_COMPOSITE_GRADIENT_INL_H_
#endif

#include <cstdint>

#include "hwy/highway.h"
#include "render/simd/composite_cells-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::render::simd {
namespace HWY_NAMESPACE {

// Central differences of interpolated stored values along the axes of the lattice, per voxel, in cells that have
// another voxel on each side. The offsets of `cells` begin at `at`.
template <typename Reader>
HWY_INLINE Positions InteriorGradient(const VolumeLayout& layout, const uint8_t* at, const Cells& cells) {
  const int64_t row = layout.row_bytes;
  const int64_t slice = layout.slice_bytes;
  // The four rows of a cell, numbered as Corners does, and those before and after them along y and z.
  const uint8_t* const inner[] = {at, at + row, at + slice, at + slice + row};
  const uint8_t* const around_y[] = {at - row, at + slice - row, at + 2 * row, at + slice + 2 * row};
  const uint8_t* const around_z[] = {at - slice, at + row - slice, at + 2 * slice, at + row + 2 * slice};
  VoxelPair before[4];
  VoxelPair after[4];
  VoxelPair y[4];
  VoxelPair z[4];
  Reader::Fours(inner, cells.offset, before, after);
  Reader::Pairs(around_y, cells.offset, y);
  Reader::Pairs(around_z, cells.offset, z);
  FloatVector value[4];
  FloatVector slope[4];  // Twice the difference along x.
  for (int r = 0; r < 4; ++r) {
    value[r] = Lerp(before[r].upper, after[r].lower, cells.x);
    slope[r] = Lerp(hn::Sub(after[r].lower, before[r].lower), hn::Sub(after[r].upper, before[r].upper), cells.x);
  }
  // Between rows a and a + 1 along y or z, from the values of the rows a - 1 to a + 2.
  const auto between =
      [&](const VoxelPair& row_before, FloatVector a, FloatVector b, const VoxelPair& row_after, FloatVector t)
          HWY_ATTR { return Lerp(hn::Sub(b, Lerp(row_before, cells.x)), hn::Sub(Lerp(row_after, cells.x), a), t); };
  const auto half = hn::Set(Float(), 0.5f);
  Positions result;
  result.x = Lerp(Lerp(slope[0], slope[1], cells.y), Lerp(slope[2], slope[3], cells.y), cells.z);
  result.y =
      Lerp(between(y[0], value[0], value[1], y[2], cells.y), between(y[1], value[2], value[3], y[3], cells.y), cells.z);
  result.z =
      Lerp(between(z[0], value[0], value[2], z[2], cells.z), between(z[1], value[1], value[3], z[3], cells.z), cells.y);
  result.x = hn::Mul(result.x, half);
  result.y = hn::Mul(result.y, half);
  result.z = hn::Mul(result.z, half);
  return result;
}

}  // namespace HWY_NAMESPACE
}  // namespace vitrine::render::simd
HWY_AFTER_NAMESPACE();

#endif  // Guard per instruction set.
