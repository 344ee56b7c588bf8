#include "encode/png_filter.h"

#include <algorithm>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "encode/png_filter.cc"
#include "hwy/foreach_target.h"  // Compiles this file once for each instruction set.
// The order matters.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::encode {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using Bytes = hn::CappedTag<uint8_t, kRowPadding>;
using Vector = hn::Vec<Bytes>;
using Sums = hn::Repartition<uint64_t, Bytes>;

// A pixel byte and its neighbours by the names of the standard: a to the left, b above, c above to the left.
struct Neighbours {
  Vector x, a, b, c;
};

HWY_INLINE Neighbours Load(const uint8_t* row, const uint8_t* previous, size_t pixel_bytes) {
  const Bytes d;
  return {hn::LoadU(d, row), hn::LoadU(d, row - pixel_bytes), hn::LoadU(d, previous),
          hn::LoadU(d, previous - pixel_bytes)};
}

HWY_INLINE Vector AbsoluteDifference(Vector p, Vector q) { return hn::Sub(hn::Max(p, q), hn::Min(p, q)); }

// floor((a + b) / 2); the instruction rounds up.
HWY_INLINE Vector Average(Vector a, Vector b) {
  const Bytes d;
  return hn::Sub(hn::AverageRound(a, b), hn::And(hn::Xor(a, b), hn::Set(d, uint8_t{1})));
}

// Of a, b and c the one nearest to a + b - c, in this order where they tie. The distances are |b - c|, |a - c| and
// |(a - c) + (b - c)|; the third is the sum of the first two where c lies outside (a, b) - saturation keeps it the
// greatest - and otherwise their difference.
HWY_INLINE Vector Paeth(Vector a, Vector b, Vector c) {
  const Vector to_a = AbsoluteDifference(b, c);
  const Vector to_b = AbsoluteDifference(a, c);
  const auto outside = hn::Or(hn::Eq(hn::Max(hn::Max(a, b), c), c), hn::Eq(hn::Min(hn::Min(a, b), c), c));
  const Vector to_c = hn::IfThenElse(outside, hn::SaturatedAdd(to_a, to_b), AbsoluteDifference(to_a, to_b));
  const Vector least = hn::Min(to_a, to_b);
  const Vector nearest = hn::IfThenElse(hn::Eq(least, to_a), a, b);
  return hn::IfThenElse(hn::Eq(hn::Min(least, to_c), least), nearest, c);
}

enum FilterType : uint8_t { kNone, kSub, kUp, kAverage, kPaeth, kFilterTypes };

template <FilterType kType>
HWY_INLINE Vector Filtered(const Neighbours& n) {
  if constexpr (kType == kSub) return hn::Sub(n.x, n.a);
  if constexpr (kType == kUp) return hn::Sub(n.x, n.b);
  if constexpr (kType == kAverage) return hn::Sub(n.x, Average(n.a, n.b));
  if constexpr (kType == kPaeth) return hn::Sub(n.x, Paeth(n.a, n.b, n.c));
  return n.x;
}

// The bytes read as signed numbers; adds in eights.
HWY_INLINE hn::Vec<Sums> SumOfMagnitudes(Vector v) { return hn::SumsOf8(hn::Min(v, hn::Sub(hn::Zero(Bytes()), v))); }

FilterType ChooseFilter(const uint8_t* HWY_RESTRICT row, const uint8_t* HWY_RESTRICT previous, size_t size,
                        size_t pixel_bytes) {
  const Bytes d;
  const Sums sums;
  hn::Vec<Sums> none = hn::Zero(sums), sub = none, up = none, average = none, paeth = none;
  const auto add = [&](const Neighbours& n, const Vector mask) HWY_ATTR {
    none = hn::Add(none, SumOfMagnitudes(hn::And(mask, Filtered<kNone>(n))));
    sub = hn::Add(sub, SumOfMagnitudes(hn::And(mask, Filtered<kSub>(n))));
    up = hn::Add(up, SumOfMagnitudes(hn::And(mask, Filtered<kUp>(n))));
    average = hn::Add(average, SumOfMagnitudes(hn::And(mask, Filtered<kAverage>(n))));
    paeth = hn::Add(paeth, SumOfMagnitudes(hn::And(mask, Filtered<kPaeth>(n))));
  };
  const Vector all = hn::Set(d, uint8_t{0xFF});
  size_t i = 0;
  for (; i + hn::Lanes(d) <= size; i += hn::Lanes(d)) add(Load(row + i, previous + i, pixel_bytes), all);
  if (i < size) {
    add(Load(row + i, previous + i, pixel_bytes), hn::IfThenElseZero(hn::FirstN(d, size - i), all));
  }
  const uint64_t totals[kFilterTypes] = {hn::GetLane(hn::SumOfLanes(sums, none)),
                                         hn::GetLane(hn::SumOfLanes(sums, sub)), hn::GetLane(hn::SumOfLanes(sums, up)),
                                         hn::GetLane(hn::SumOfLanes(sums, average)),
                                         hn::GetLane(hn::SumOfLanes(sums, paeth))};
  return static_cast<FilterType>(std::min_element(totals, totals + kFilterTypes) - totals);
}

template <FilterType kType>
void Apply(const uint8_t* HWY_RESTRICT row, const uint8_t* HWY_RESTRICT previous, size_t size, size_t pixel_bytes,
           uint8_t* HWY_RESTRICT out) {
  const Bytes d;
  for (size_t i = 0; i < size; i += hn::Lanes(d)) {
    hn::StoreU(Filtered<kType>(Load(row + i, previous + i, pixel_bytes)), d, out + i);
  }
}

void FilterRow(const uint8_t* row, const uint8_t* previous, size_t size, size_t pixel_bytes, uint8_t* out) {
  const FilterType type = ChooseFilter(row, previous, size, pixel_bytes);
  *out++ = type;
  switch (type) {
    case kSub: return Apply<kSub>(row, previous, size, pixel_bytes, out);
    case kUp: return Apply<kUp>(row, previous, size, pixel_bytes, out);
    case kAverage: return Apply<kAverage>(row, previous, size, pixel_bytes, out);
    case kPaeth: return Apply<kPaeth>(row, previous, size, pixel_bytes, out);
    default: return Apply<kNone>(row, previous, size, pixel_bytes, out);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace vitrine::encode
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::encode {

HWY_EXPORT(FilterRow);

void FilterRow(const uint8_t* row, const uint8_t* previous, size_t size, size_t pixel_bytes, uint8_t* out) {
  HWY_DYNAMIC_DISPATCH(FilterRow)(row, previous, size, pixel_bytes, out);
}

}  // namespace vitrine::encode
#endif  // HWY_ONCE
