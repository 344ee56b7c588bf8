// Voxels at the positions of a Beam, as VolumeJob defines interpolation and gradients for volumes without padding. For
// inclusion in files that Highway compiles once per instruction set.

#if defined(VITRINE_RENDER_SIMD_VOLUME_SAMPLER_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINE_RENDER_SIMD_VOLUME_SAMPLER_INL_H_
#undef VITRINE_RENDER_SIMD_VOLUME_SAMPLER_INL_H_
#else
#define VITRINE_RENDER_SIMD_VOLUME_SAMPLER_INL_H_
#endif

#include <cstdint>

#include "hwy/highway.h"
#include "render/simd/volume_beam-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::render::simd {
namespace HWY_NAMESPACE {

// Two neighbours in a row.
struct VoxelPair {
  FloatVector lower;
  FloatVector upper;
};

// `offset` in bytes. One gather fetches both voxels where they fit into 32 bits. It may read what lies up to three
// bytes past the pair, which VoxelBuffer allows.
template <typename Sample>
HWY_INLINE VoxelPair LoadPair(const uint8_t* voxels, IntVector offset);

template <>
HWY_INLINE VoxelPair LoadPair<int16_t>(const uint8_t* voxels, IntVector offset) {
  const Float d;
  const auto pair = hn::GatherOffset(Int(), reinterpret_cast<const int32_t*>(voxels), offset);
  return {hn::ConvertTo(d, hn::ShiftRight<16>(hn::ShiftLeft<16>(pair))), hn::ConvertTo(d, hn::ShiftRight<16>(pair))};
}

template <>
HWY_INLINE VoxelPair LoadPair<uint16_t>(const uint8_t* voxels, IntVector offset) {
  const Float d;
  const Int d_int;
  const auto pair = hn::GatherOffset(d_int, reinterpret_cast<const int32_t*>(voxels), offset);
  const auto upper = hn::ShiftRight<16>(hn::BitCast(hn::RebindToUnsigned<Int>(), pair));
  return {hn::ConvertTo(d, hn::And(pair, hn::Set(d_int, 0xFFFF))), hn::ConvertTo(d, hn::BitCast(d_int, upper))};
}

template <>
HWY_INLINE VoxelPair LoadPair<uint8_t>(const uint8_t* voxels, IntVector offset) {
  const Float d;
  const Int d_int;
  const auto pair = hn::GatherOffset(d_int, reinterpret_cast<const int32_t*>(voxels), offset);
  const auto mask = hn::Set(d_int, 0xFF);
  return {hn::ConvertTo(d, hn::And(pair, mask)), hn::ConvertTo(d, hn::And(hn::ShiftRight<8>(pair), mask))};
}

template <>
HWY_INLINE VoxelPair LoadPair<float>(const uint8_t* voxels, IntVector offset) {
  const Float d;
  const auto* lower = reinterpret_cast<const float*>(voxels);
  return {hn::GatherOffset(d, lower, offset), hn::GatherOffset(d, lower + 1, offset)};
}

HWY_INLINE FloatVector Lerp(FloatVector a, FloatVector b, FloatVector t) { return hn::MulAdd(t, hn::Sub(b, a), a); }

template <typename Sample>
HWY_INLINE FloatVector LerpPair(const uint8_t* voxels, const Cells& cells) {
  const VoxelPair pair = LoadPair<Sample>(voxels, cells.offset);
  return Lerp(pair.lower, pair.upper, cells.x);
}

// Stored values. The offsets of `cells` begin at `at`.
template <typename Sample>
HWY_INLINE FloatVector Trilinear(const VolumeLayout& layout, const uint8_t* at, const Cells& cells) {
  const int64_t row = layout.next_row;
  const int64_t slice = layout.next_slice;
  const auto lower = Lerp(LerpPair<Sample>(at, cells), LerpPair<Sample>(at + row, cells), cells.y);
  const auto upper = Lerp(LerpPair<Sample>(at + slice, cells), LerpPair<Sample>(at + slice + row, cells), cells.y);
  return Lerp(lower, upper, cells.z);
}

struct ValueAndGradient {
  FloatVector value;
  FloatVector x;  // Central differences in stored values per voxel.
  FloatVector y;
  FloatVector z;
};

namespace detail {

// Along one row of four voxels around the sample.
struct RowTaps {
  FloatVector value;
  FloatVector slope;  // Twice the central difference.
};

template <typename Sample>
HWY_INLINE RowTaps LoadRow(const uint8_t* voxels, const Cells& cells) {
  const VoxelPair before = LoadPair<Sample>(voxels - sizeof(Sample), cells.offset);
  const VoxelPair after = LoadPair<Sample>(voxels + sizeof(Sample), cells.offset);
  return {Lerp(before.upper, after.lower, cells.x),
          Lerp(hn::Sub(after.lower, before.lower), hn::Sub(after.upper, before.upper), cells.x)};
}

// Of cells that have another voxel on each side: sixteen gathers instead of twenty-eight.
template <typename Sample>
HWY_INLINE ValueAndGradient InteriorGradient(const VolumeLayout& layout, const uint8_t* at, const Cells& cells) {
  const Float d;
  const int64_t row = layout.row_bytes;
  const int64_t slice = layout.slice_bytes;
  // A bilinear sample of the rows a and a + 1 (bytes) is between two of these.
  const RowTaps r00 = LoadRow<Sample>(at, cells);
  const RowTaps r10 = LoadRow<Sample>(at + row, cells);
  const RowTaps r01 = LoadRow<Sample>(at + slice, cells);
  const RowTaps r11 = LoadRow<Sample>(at + slice + row, cells);
  const auto row_difference = [&](const uint8_t* base, FloatVector v0, FloatVector v1, int64_t stride, FloatVector t)
                                  HWY_ATTR {
                                    const auto before = LerpPair<Sample>(base - stride, cells);
                                    const auto after = LerpPair<Sample>(base + 2 * stride, cells);
                                    return Lerp(hn::Sub(v1, before), hn::Sub(after, v0), t);
                                  };
  const auto half = hn::Set(d, 0.5f);
  ValueAndGradient result;
  result.value = Lerp(Lerp(r00.value, r10.value, cells.y), Lerp(r01.value, r11.value, cells.y), cells.z);
  result.x = Lerp(Lerp(r00.slope, r10.slope, cells.y), Lerp(r01.slope, r11.slope, cells.y), cells.z);
  result.y = Lerp(row_difference(at, r00.value, r10.value, row, cells.y),
                  row_difference(at + slice, r01.value, r11.value, row, cells.y), cells.z);
  result.z = Lerp(row_difference(at, r00.value, r01.value, slice, cells.z),
                  row_difference(at + row, r10.value, r11.value, slice, cells.z), cells.y);
  result.x = hn::Mul(result.x, half);
  result.y = hn::Mul(result.y, half);
  result.z = hn::Mul(result.z, half);
  return result;
}

}  // namespace detail

// Of sample n of a usable beam. kClamped may be false where the beam is interior().
template <typename Sample, bool kClamped>
HWY_INLINE FloatVector Value(const Beam& beam, int n) {
  return Trilinear<Sample>(beam.layout(), beam.voxels(), beam.At<kClamped>(n));
}

template <typename Sample, bool kClamped>
HWY_INLINE ValueAndGradient Gradient(const Beam& beam, int n) {
  if constexpr (kClamped) {
    const auto half = hn::Set(Float(), 0.5f);
    const auto at = [&](float x, float y, float z)
                        HWY_ATTR { return Trilinear<Sample>(beam.layout(), beam.voxels(), beam.At<true>(n, x, y, z)); };
    return {at(0, 0, 0), hn::Mul(half, hn::Sub(at(1, 0, 0), at(-1, 0, 0))),
            hn::Mul(half, hn::Sub(at(0, 1, 0), at(0, -1, 0))), hn::Mul(half, hn::Sub(at(0, 0, 1), at(0, 0, -1)))};
  } else {
    return detail::InteriorGradient<Sample>(beam.layout(), beam.voxels(), beam.At<false>(n));
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace vitrine::render::simd
HWY_AFTER_NAMESPACE();

#endif  // Guard per instruction set.
