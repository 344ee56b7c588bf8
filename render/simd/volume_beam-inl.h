// Sample positions in vectors, for inclusion in files that Highway compiles once per instruction set.
//
// A beam is a bundle of lines, one for each lane of a vector. It keeps the integer and the fractional part of positions
// apart, so that single precision places a sample to within 1e-5 voxels wherever it lies in the volume.

#if defined(VITRINE_RENDER_SIMD_VOLUME_BEAM_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINE_RENDER_SIMD_VOLUME_BEAM_INL_H_
#undef VITRINE_RENDER_SIMD_VOLUME_BEAM_INL_H_
#else
#define VITRINE_RENDER_SIMD_VOLUME_BEAM_INL_H_
#endif

#include <algorithm>
#include <cstdint>

#include "hwy/highway.h"
#include "render/simd/vector_loads-inl.h"
#include "render/simd/volume_layout.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::render::simd {
namespace HWY_NAMESPACE {

using Double = hn::ScalableTag<double>;

// Keeps a beam as short as single precision needs: at most this many voxels from its first sample to its last.
inline constexpr double kMaxBeamVoxels = 64;

// One coordinate of the lines of a beam, for each lane: sample n lies at start + n * advance, in voxel coordinates.
struct LineAxis {
  HWY_ALIGN double start[kMaxLanes];
  HWY_ALIGN double advance[kMaxLanes];
};

struct Lines {
  LineAxis x;
  LineAxis y;
  LineAxis z;
};

// How many samples, of at most `count`, may go into one beam of these lines; at least 1.
HWY_INLINE int BeamLength(const Lines& lines, int count) {
  const Double d;
  const size_t lanes = hn::Lanes(Float());
  auto longest = hn::Zero(d);
  for (size_t i = 0; i < lanes; i += hn::Lanes(d)) {
    longest = hn::Max(longest, hn::Abs(hn::Load(d, lines.x.advance + i)));
    longest = hn::Max(longest, hn::Abs(hn::Load(d, lines.y.advance + i)));
    longest = hn::Max(longest, hn::Abs(hn::Load(d, lines.z.advance + i)));
  }
  const double advance = hn::GetLane(hn::MaxOfLanes(d, longest));
  return advance * count <= kMaxBeamVoxels ? count : std::max(static_cast<int>(kMaxBeamVoxels / advance), 1);
}

// Of whole numbers below 2^22 in magnitude, without the checks of a conversion: at 1.5 * 2^23 the last bit of a float
// counts ones.
HWY_INLINE IntVector WholeToInt(FloatVector whole) {
  const auto shifted = hn::Add(whole, hn::Set(Float(), 12582912.0f));
  return hn::Sub(hn::BitCast(Int(), shifted), hn::Set(Int(), 0x4B400000));
}

// The eight voxels around each sample, and where it lies between them.
struct Cells {
  IntVector offset;  // Of the lowest voxel from Beam::voxels(), bytes.
  FloatVector x;     // [0, 1], from the lower voxel to the upper.
  FloatVector y;
  FloatVector z;
};

// Offsets of the four voxels along each axis around each sample, from the one before the lower of Cells on; a voxel
// offset is the sum of one of each axis.
struct CubicTaps {
  IntVector x[4];
  IntVector y[4];
  IntVector z[4];
};

// Samples 0 to count - 1 of `lines`; count as BeamLength() allows. Loops run on a copy of their own, which the compiler
// keeps in registers.
class Beam {
 public:
  HWY_INLINE Beam(const VolumeLayout& layout, const Lines& lines, int count) : layout_(layout) {
    HWY_ALIGN double low[kMaxLanes] = {};
    HWY_ALIGN double high[kMaxLanes] = {};
    x_ = MakeAxis(lines.x, count, layout.columns, layout.voxel_bytes, low, high);
    y_ = MakeAxis(lines.y, count, layout.rows, static_cast<double>(layout.row_bytes), low, high);
    z_ = MakeAxis(lines.z, count, layout.slices, static_cast<double>(layout.slice_bytes), low, high);
    SetOffsets(low, high);
  }

  // False where the lines are too far apart for 32-bit offsets: then At() must not be used.
  bool usable() const { return usable_; }
  // All samples lie between voxel centres, with another voxel on each side: kClamped may be false.
  bool interior() const { return interior_; }
  // Where the offsets of Cells begin.
  const uint8_t* voxels() const { return voxels_; }
  const VolumeLayout& layout() const { return layout_; }

  // Of sample n. kClamped: coordinates are clamped to [0, size - 1]; only then are samples outside the volume safe.
  template <bool kClamped>
  HWY_INLINE Cells At(int n) const {
    const auto sample = hn::Set(Float(), static_cast<float>(n));
    Cells cells;
    const auto x = Split<kClamped>(x_, sample, cells.x);
    const auto y = Split<kClamped>(y_, sample, cells.y);
    const auto z = Split<kClamped>(z_, sample, cells.z);
    const auto rows = hn::Add(hn::Mul(y, row_bytes_), hn::Mul(z, slice_bytes_));
    const auto columns = hn::Shl(x, voxel_shift_);
    cells.offset = hn::Add(hn::Add(offset_, columns), rows);
    return cells;
  }

  // Of sample n, clamped; `cells` receives the fractions.
  HWY_INLINE CubicTaps ClampedTaps(int n, Cells& cells) const {
    const auto sample = hn::Set(Float(), static_cast<float>(n));
    CubicTaps taps;
    SetTaps(x_, Split<true>(x_, sample, cells.x), layout_.voxel_bytes, offset_, taps.x);
    SetTaps(y_, Split<true>(y_, sample, cells.y), layout_.row_bytes, hn::Zero(Int()), taps.y);
    SetTaps(z_, Split<true>(z_, sample, cells.z), layout_.slice_bytes, hn::Zero(Int()), taps.z);
    return taps;
  }

 private:
  // Coordinates count from a voxel of each lane's own, below all of its samples and inside the volume.
  struct Axis {
    FloatVector start;
    FloatVector advance;
    FloatVector highest;     // size - 1.
    FloatVector last_lower;  // The highest that has an upper neighbour.
  };

  // Adds the bytes before the first and the last voxel that the lines touch to `low` and `high`.
  HWY_INLINE Axis MakeAxis(const LineAxis& line, int count, int size, double stride, double* low, double* high) {
    const Double d;
    const hn::Rebind<float, Double> d_float;
    HWY_ALIGN float start[kMaxLanes];
    HWY_ALIGN float advance[kMaxLanes];
    HWY_ALIGN float highest[kMaxLanes];
    HWY_ALIGN float last_lower[kMaxLanes];
    const auto zero = hn::Zero(d);
    const auto one = hn::Set(d, 1);
    const auto end = hn::Set(d, size - 1.0);
    const auto last = hn::Set(d, count - 1.0);
    // One voxel short of the faces for the neighbours, and a little more for rounding.
    const auto interior_low = one;
    const auto interior_high = hn::Set(d, size - 2.0 - 1.0 / 1024);
    for (size_t i = 0; i < hn::Lanes(Float()); i += hn::Lanes(d)) {
      const auto a = hn::Load(d, line.start + i);
      const auto step = hn::Load(d, line.advance + i);
      const auto b = hn::MulAdd(last, step, a);
      const auto lowest = hn::Min(a, b);
      const auto highest_of_line = hn::Max(a, b);
      interior_ =
          interior_ && hn::AllTrue(d, hn::And(hn::Ge(lowest, interior_low), hn::Le(highest_of_line, interior_high)));
      const auto base = hn::Min(hn::Max(hn::Sub(hn::Floor(lowest), one), zero), end);
      const auto top = hn::Min(hn::Max(hn::Add(hn::Floor(highest_of_line), one), zero), end);
      hn::Store(hn::MulAdd(base, hn::Set(d, stride), hn::Load(d, low + i)), d, low + i);
      hn::Store(hn::MulAdd(top, hn::Set(d, stride), hn::Load(d, high + i)), d, high + i);
      hn::Store(hn::DemoteTo(d_float, hn::Sub(a, base)), d_float, start + i);
      hn::Store(hn::DemoteTo(d_float, step), d_float, advance + i);
      hn::Store(hn::DemoteTo(d_float, hn::Sub(end, base)), d_float, highest + i);
      hn::Store(hn::DemoteTo(d_float, hn::Sub(hn::Max(hn::Sub(end, one), zero), base)), d_float, last_lower + i);
    }
    const Float d_all;
    return {hn::Load(d_all, start), hn::Load(d_all, advance), hn::Load(d_all, highest), hn::Load(d_all, last_lower)};
  }

  HWY_INLINE void SetOffsets(const double* low, const double* high) {
    const Double d;
    const hn::Rebind<int32_t, Double> d_int;
    const size_t lanes = hn::Lanes(Float());
    const double first = *std::min_element(low, low + lanes);
    const double last = *std::max_element(high, high + lanes);
    usable_ = layout_.has_short_slices() && last - first < 2147483584.0;
    voxels_ = layout_.voxels + static_cast<int64_t>(first);
    HWY_ALIGN int32_t offset[kMaxLanes];
    for (size_t i = 0; i < lanes; i += hn::Lanes(d)) {
      hn::Store(hn::DemoteTo(d_int, hn::Sub(hn::Load(d, low + i), hn::Set(d, first))), d_int, offset + i);
    }
    const Int d_all;
    offset_ = hn::Load(d_all, offset);
    voxel_shift_ = hn::Set(d_all, layout_.voxel_bytes / 2);  // 0, 1 or 2: the logarithm.
    row_bytes_ = hn::Set(d_all, static_cast<int32_t>(layout_.row_bytes));
    slice_bytes_ = hn::Set(d_all, static_cast<int32_t>(layout_.slice_bytes));
  }

  // The lower voxel, and how far from it to the next a sample is.
  template <bool kClamped>
  static HWY_INLINE IntVector Split(const Axis& axis, FloatVector sample, FloatVector& fraction) {
    auto position = hn::MulAdd(sample, axis.advance, axis.start);
    if constexpr (kClamped) position = hn::Min(hn::Max(position, hn::Zero(Float())), axis.highest);
    auto lower = hn::Floor(position);
    if constexpr (kClamped) lower = hn::Min(lower, axis.last_lower);
    fraction = hn::Sub(position, lower);
    return WholeToInt(lower);
  }

  static HWY_INLINE void SetTaps(const Axis& axis, IntVector lower, int64_t stride, IntVector offset, IntVector* taps) {
    const Int d;
    const auto highest = hn::ConvertTo(d, axis.highest);
    for (int tap = 0; tap < 4; ++tap) {
      const auto voxel = hn::Min(hn::Max(hn::Add(lower, hn::Set(d, tap - 1)), hn::Zero(d)), highest);
      taps[tap] = hn::Add(offset, hn::Mul(voxel, hn::Set(d, static_cast<int32_t>(stride))));
    }
  }

  VolumeLayout layout_;
  const uint8_t* voxels_ = nullptr;
  bool usable_ = false;
  bool interior_ = true;
  IntVector offset_;
  IntVector voxel_shift_;
  IntVector row_bytes_;
  IntVector slice_bytes_;
  Axis x_;
  Axis y_;
  Axis z_;
};

}  // namespace HWY_NAMESPACE
}  // namespace vitrine::render::simd
HWY_AFTER_NAMESPACE();

#endif  // Guard per instruction set.
