// Neighbouring voxels as floats, a cell a lane. For inclusion in files that Highway compiles once per instruction set.

#if defined(VITRINE_RENDER_SIMD_VOXEL_READER_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINE_RENDER_SIMD_VOXEL_READER_INL_H_
#undef VITRINE_RENDER_SIMD_VOXEL_READER_INL_H_
#else
#define VITRINE_RENDER_SIMD_VOXEL_READER_INL_H_
#endif

#include <cstdint>

#include "hwy/highway.h"
#include "render/simd/faster_loads.h"
#include "render/simd/vector_loads-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::render::simd {
namespace HWY_NAMESPACE {

// Two neighbours in a row.
struct VoxelPair {
  FloatVector lower;
  FloatVector upper;
};

namespace detail {

// The two of `word` that come first in memory.
template <typename Sample>
HWY_INLINE VoxelPair FirstOf(IntVector word);

template <>
HWY_INLINE VoxelPair FirstOf<int16_t>(IntVector word) {
  const Float d;
  return {hn::ConvertTo(d, hn::ShiftRight<16>(hn::ShiftLeft<16>(word))), hn::ConvertTo(d, hn::ShiftRight<16>(word))};
}

template <>
HWY_INLINE VoxelPair FirstOf<uint16_t>(IntVector word) {
  const Float d;
  const Int d_int;
  const auto upper = hn::ShiftRight<16>(hn::BitCast(hn::RebindToUnsigned<Int>(), word));
  return {hn::ConvertTo(d, hn::And(word, hn::Set(d_int, 0xFFFF))), hn::ConvertTo(d, hn::BitCast(d_int, upper))};
}

template <>
HWY_INLINE VoxelPair FirstOf<uint8_t>(IntVector word) {
  const Float d;
  const auto mask = hn::Set(Int(), 0xFF);
  return {hn::ConvertTo(d, hn::And(word, mask)), hn::ConvertTo(d, hn::And(hn::ShiftRight<8>(word), mask))};
}

}  // namespace detail

// `offset` in bytes from each of `rows`. It may read what lies up to three bytes past the voxels, which VoxelBuffer
// allows. Loads: Gathers or SingleLoads.
template <typename SampleType, typename LoadsType>
struct VoxelReader {
  using Sample = SampleType;
  using Loads = LoadsType;

  template <size_t kRows>
  static HWY_INLINE void Pairs(const uint8_t* const (&rows)[kRows], IntVector offset, VoxelPair (&pairs)[kRows]) {
    IntVector words[kRows];
    Loads::Words(rows, offset, words);
    for (size_t r = 0; r < kRows; ++r) pairs[r] = detail::FirstOf<Sample>(words[r]);
  }

  // Four voxels of each row, from the one before the offset on.
  template <size_t kRows>
  static HWY_INLINE void Fours(const uint8_t* const (&rows)[kRows], IntVector offset, VoxelPair (&before)[kRows],
                               VoxelPair (&after)[kRows]) {
    const auto from_before = hn::Sub(offset, hn::Set(Int(), sizeof(Sample)));
    IntVector words[kRows];
    if constexpr (sizeof(Sample) == 1) {
      Loads::Words(rows, from_before, words);
      for (size_t r = 0; r < kRows; ++r) {
        before[r] = detail::FirstOf<Sample>(words[r]);
        after[r] = detail::FirstOf<Sample>(hn::ShiftRight<16>(words[r]));
      }
    } else {
      IntVector next_words[kRows];
      Loads::WordPairs(rows, from_before, words, next_words);
      for (size_t r = 0; r < kRows; ++r) {
        before[r] = detail::FirstOf<Sample>(words[r]);
        after[r] = detail::FirstOf<Sample>(next_words[r]);
      }
    }
  }
};

template <typename LoadsType>
struct VoxelReader<float, LoadsType> {
  using Sample = float;
  using Loads = LoadsType;

  template <size_t kRows>
  static HWY_INLINE void Pairs(const uint8_t* const (&rows)[kRows], IntVector offset, VoxelPair (&pairs)[kRows]) {
    const Float d;
    IntVector lower[kRows];
    IntVector upper[kRows];
    Loads::WordPairs(rows, offset, lower, upper);
    for (size_t r = 0; r < kRows; ++r) pairs[r] = {hn::BitCast(d, lower[r]), hn::BitCast(d, upper[r])};
  }

  template <size_t kRows>
  static HWY_INLINE void Fours(const uint8_t* const (&rows)[kRows], IntVector offset, VoxelPair (&before)[kRows],
                               VoxelPair (&after)[kRows]) {
    const auto voxel = hn::Set(Int(), sizeof(float));
    Pairs(rows, hn::Sub(offset, voxel), before);
    Pairs(rows, hn::Add(offset, voxel), after);
  }
};

// Calls `function` with a VoxelReader of the faster loads.
template <typename Sample, typename Function>
void WithFasterReader(const Function& function) {
  if constexpr (kHasGathers) {
    if (GathersAreFaster()) return function(VoxelReader<Sample, Gathers>());
  }
  function(VoxelReader<Sample, SingleLoads>());
}

}  // namespace HWY_NAMESPACE
}  // namespace vitrine::render::simd
HWY_AFTER_NAMESPACE();

#endif  // Guard per instruction set.
