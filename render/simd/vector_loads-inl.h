// A vector of words from as many places, by either of two ways. For inclusion in files that Highway compiles once per
// instruction set.

#if defined(VITRINE_RENDER_SIMD_VECTOR_LOADS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINE_RENDER_SIMD_VECTOR_LOADS_INL_H_
#undef VITRINE_RENDER_SIMD_VECTOR_LOADS_INL_H_
#else
#define VITRINE_RENDER_SIMD_VECTOR_LOADS_INL_H_
#endif

#include <cstddef>
#include <cstdint>

#include "hwy/highway.h"
#include "render/simd/faster_loads.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::render::simd {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Float = hn::ScalableTag<float>;
using FloatVector = hn::Vec<Float>;
using Int = hn::RebindToSigned<Float>;
using IntVector = hn::Vec<Int>;

inline constexpr size_t kMaxLanes = HWY_MAX_BYTES / sizeof(float);

inline constexpr bool kHasGathers = (HWY_TARGET & kTargetsWithGathers) != 0;

// Both classes have the same functions, with the same results. Lane i of words[b] is the word at offset[i] bytes from
// bases[b]; nothing need be aligned.

// With the processor's gather instructions.
struct Gathers {
  template <size_t kBases>
  static HWY_INLINE void Words(const uint8_t* const (&bases)[kBases], IntVector offset, IntVector (&words)[kBases]) {
    for (size_t b = 0; b < kBases; ++b) {
      words[b] = hn::GatherOffset(Int(), reinterpret_cast<const int32_t*>(bases[b]), offset);
    }
  }

  // And the words that follow them.
#if HWY_TARGET == HWY_SCALAR
  template <size_t kBases>
  static HWY_INLINE void WordPairs(const uint8_t* const (&bases)[kBases], IntVector offset, IntVector (&first)[kBases],
                                   IntVector (&second)[kBases]) {
    Words(bases, offset, first);
    Words(bases, hn::Add(offset, hn::Set(Int(), sizeof(int32_t))), second);
  }
#else
  template <size_t kBases>
  static HWY_INLINE void WordPairs(const uint8_t* const (&bases)[kBases], IntVector offset, IntVector (&first)[kBases],
                                   IntVector (&second)[kBases]) {
    const Int d;
    const hn::Repartition<int64_t, Int> d_pair;
    const auto lower_offset = hn::PromoteTo(d_pair, hn::LowerHalf(offset));
    const auto upper_offset = hn::PromoteTo(d_pair, hn::UpperHalf(hn::Half<Int>(), offset));
    for (size_t b = 0; b < kBases; ++b) {
      const auto* base = reinterpret_cast<const int64_t*>(bases[b]);
      const auto lower = hn::BitCast(d, hn::GatherOffset(d_pair, base, lower_offset));
      const auto upper = hn::BitCast(d, hn::GatherOffset(d_pair, base, upper_offset));
      first[b] = hn::ConcatEven(d, upper, lower);
      second[b] = hn::ConcatOdd(d, upper, lower);
    }
  }
#endif
};

#if HWY_TARGET == HWY_SCALAR
using SingleLoads = Gathers;
#else

namespace detail {

// Lanes of all bases, collected from single loads.
template <typename Word, size_t kLanes, size_t kBases>
struct Collected {
  using Tag = hn::CappedTag<Word, kLanes>;
  hn::Vec<Tag> words[kBases];

  HWY_INLINE Collected(const uint8_t* const (&bases)[kBases], const int32_t* offsets) {
    if constexpr (kLanes == 1) {
      const int64_t offset = offsets[0];
      for (size_t b = 0; b < kBases; ++b) words[b] = hn::LoadU(Tag(), reinterpret_cast<const Word*>(bases[b] + offset));
    } else {
      const Collected<Word, kLanes / 2, kBases> lower(bases, offsets);
      const Collected<Word, kLanes / 2, kBases> upper(bases, offsets + kLanes / 2);
      for (size_t b = 0; b < kBases; ++b) words[b] = hn::Combine(Tag(), upper.words[b], lower.words[b]);
    }
  }
};

}  // namespace detail

// One lane after the other: on some processors faster than their gathers.
struct SingleLoads {
  template <size_t kBases>
  static HWY_INLINE void Words(const uint8_t* const (&bases)[kBases], IntVector offset, IntVector (&words)[kBases]) {
    HWY_ALIGN int32_t offsets[kMaxLanes];
    hn::Store(offset, Int(), offsets);
    const detail::Collected<int32_t, hn::MaxLanes(Int()), kBases> collected(bases, offsets);
    for (size_t b = 0; b < kBases; ++b) words[b] = collected.words[b];
  }

  template <size_t kBases>
  static HWY_INLINE void WordPairs(const uint8_t* const (&bases)[kBases], IntVector offset, IntVector (&first)[kBases],
                                   IntVector (&second)[kBases]) {
    constexpr size_t kHalf = hn::MaxLanes(Int()) / 2;
    const Int d;
    HWY_ALIGN int32_t offsets[kMaxLanes];
    hn::Store(offset, d, offsets);
    const detail::Collected<int64_t, kHalf, kBases> lower_pairs(bases, offsets);
    const detail::Collected<int64_t, kHalf, kBases> upper_pairs(bases, offsets + kHalf);
    for (size_t b = 0; b < kBases; ++b) {
      const auto lower = hn::BitCast(d, lower_pairs.words[b]);
      const auto upper = hn::BitCast(d, upper_pairs.words[b]);
      first[b] = hn::ConcatEven(d, upper, lower);
      second[b] = hn::ConcatOdd(d, upper, lower);
    }
  }
};

#endif  // HWY_TARGET == HWY_SCALAR

}  // namespace HWY_NAMESPACE
}  // namespace vitrine::render::simd
HWY_AFTER_NAMESPACE();

#endif  // Guard per instruction set.
