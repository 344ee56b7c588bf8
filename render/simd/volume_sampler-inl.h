// Voxels at the positions of a Beam, as VolumeJob defines linear interpolation for volumes without padding. For
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
#include "render/simd/voxel_reader-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::render::simd {
namespace HWY_NAMESPACE {

HWY_INLINE FloatVector Lerp(FloatVector a, FloatVector b, FloatVector t) { return hn::MulAdd(t, hn::Sub(b, a), a); }

HWY_INLINE FloatVector Lerp(const VoxelPair& pair, FloatVector t) { return Lerp(pair.lower, pair.upper, t); }

// The eight voxels around each sample, in pairs along the rows: the lower slice first, and in it the lower row.
template <typename Reader>
struct Corners {
  VoxelPair pairs[4];

  Corners() = default;

  // The offsets of `cells` begin at `at`.
  HWY_INLINE Corners(const VolumeLayout& layout, const uint8_t* at, const Cells& cells) {
    const int64_t row = layout.next_row;
    const int64_t slice = layout.next_slice;
    const uint8_t* const rows[] = {at, at + row, at + slice, at + slice + row};
    Reader::Pairs(rows, cells.offset, pairs);
  }

  HWY_INLINE FloatVector Interpolate(const Cells& cells) const {
    const auto lower = Lerp(Lerp(pairs[0], cells.x), Lerp(pairs[1], cells.x), cells.y);
    const auto upper = Lerp(Lerp(pairs[2], cells.x), Lerp(pairs[3], cells.x), cells.y);
    return Lerp(lower, upper, cells.z);
  }
};

// Stored values. The offsets of `cells` begin at `at`.
template <typename Reader>
HWY_INLINE FloatVector Trilinear(const VolumeLayout& layout, const uint8_t* at, const Cells& cells) {
  return Corners<Reader>(layout, at, cells).Interpolate(cells);
}

}  // namespace HWY_NAMESPACE
}  // namespace vitrine::render::simd
HWY_AFTER_NAMESPACE();

#endif  // Guard per instruction set.
