// Trilinear interpolation that leaves padding voxels out, at the positions of a Beam. For inclusion in files that
// Highway compiles once per instruction set.

#if defined(VITRINE_RENDER_SIMD_VOLUME_PADDED_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINE_RENDER_SIMD_VOLUME_PADDED_INL_H_
#undef VITRINE_RENDER_SIMD_VOLUME_PADDED_INL_H_
#else
#define VITRINE_RENDER_SIMD_VOLUME_PADDED_INL_H_
#endif

#include <cstdint>
#include <limits>
#include <vector>

#include "hwy/highway.h"
#include "render/simd/volume_sampler-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::render::simd {
namespace HWY_NAMESPACE {

// The padding bits of a volume of fewer than 2^31 voxels. Borrows them.
class PaddingBits {
 public:
  explicit PaddingBits(const std::vector<uint64_t>& bits)
      : bytes_(reinterpret_cast<const uint8_t*>(bits.data())),
        last_(static_cast<int32_t>(bits.size() * sizeof(uint64_t) - sizeof(int32_t))) {}

  // The bit of `voxel` (its index) in the lowest bit and that of the next voxel above it; the others are arbitrary.
  template <typename Loads>
  HWY_INLINE IntVector PairAt(IntVector voxel) const {
    const Int d;
    const auto byte = hn::Min(hn::ShiftRight<3>(voxel), hn::Set(d, last_));
    const uint8_t* const base[] = {bytes_};
    IntVector word[1];
    Loads::Words(base, byte, word);
    return hn::Shr(word[0], hn::Sub(voxel, hn::ShiftLeft<3>(byte)));
  }

 private:
  const uint8_t* bytes_;
  int32_t last_;  // Where the last four bytes begin.
};

namespace detail {

// Weights of voxels that are not padding, and values times those weights.
struct Weighted {
  FloatVector sum;
  FloatVector weight;
};

HWY_INLINE Weighted Lerp(const Weighted& a, const Weighted& b, FloatVector t) {
  return {HWY_NAMESPACE::Lerp(a.sum, b.sum, t), HWY_NAMESPACE::Lerp(a.weight, b.weight, t)};
}

template <typename Loads>
HWY_INLINE Weighted PaddedPair(const PaddingBits& bits, const VoxelPair& pair, IntVector voxel, const Cells& cells) {
  const Float d;
  const Int d_int;
  const auto padding = bits.PairAt<Loads>(voxel);
  const auto is_padding = [&](int bit)
                              HWY_ATTR { return hn::RebindMask(d, hn::TestBit(padding, hn::Set(d_int, bit))); };
  const auto lower = hn::IfThenZeroElse(is_padding(1), hn::Sub(hn::Set(d, 1.0f), cells.x));
  const auto upper = hn::IfThenZeroElse(is_padding(2), cells.x);
  return {hn::MulAdd(upper, pair.upper, hn::Mul(lower, pair.lower)), hn::Add(lower, upper)};
}

}  // namespace detail

// Of sample n of a usable beam, clamped; NaN where too little weight is left.
template <typename Reader>
HWY_INLINE FloatVector PaddedValue(const Beam& beam, const PaddingBits& bits, int n) {
  using Sample = typename Reader::Sample;
  const Float d;
  const Cells cells = beam.At<true>(n);
  const VolumeLayout& layout = beam.layout();
  const uint8_t* at = beam.voxels();
  constexpr int kShift = sizeof(Sample) == 1 ? 0 : sizeof(Sample) == 2 ? 1 : 2;
  const auto first = static_cast<int32_t>((at - layout.voxels) / static_cast<int64_t>(sizeof(Sample)));
  const auto voxel = hn::Add(hn::Set(Int(), first), hn::ShiftRight<kShift>(cells.offset));
  const Corners<Reader> corners(layout, at, cells);
  const auto pair = [&](int corner, int64_t offset) HWY_ATTR {
    const auto neighbour = hn::Set(Int(), static_cast<int32_t>(offset / static_cast<int64_t>(sizeof(Sample))));
    return detail::PaddedPair<typename Reader::Loads>(bits, corners.pairs[corner], hn::Add(voxel, neighbour), cells);
  };
  const int64_t row = layout.next_row;
  const int64_t slice = layout.next_slice;
  const auto lower = detail::Lerp(pair(0, 0), pair(1, row), cells.y);
  const auto upper = detail::Lerp(pair(2, slice), pair(3, slice + row), cells.y);
  const detail::Weighted all = detail::Lerp(lower, upper, cells.z);
  const auto enough = hn::Ge(all.weight, hn::Set(d, static_cast<float>(0.5 - kPaddingTolerance)));
  return hn::IfThenElse(enough, hn::Div(all.sum, all.weight), hn::Set(d, std::numeric_limits<float>::quiet_NaN()));
}

}  // namespace HWY_NAMESPACE
}  // namespace vitrine::render::simd
HWY_AFTER_NAMESPACE();

#endif  // Guard per instruction set.
