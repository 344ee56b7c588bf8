#include "render/sample_range.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "render/sample_range.cc"
#include "hwy/foreach_target.h"  // Must come before highway.h: it compiles this file once per instruction set.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::render {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;

template <typename Sample>
SampleRange Scan(const Sample* samples, size_t count) {
  const hn::ScalableTag<Sample> d;
  const size_t lanes = hn::Lanes(d);
  auto low = hn::Set(d, samples[0]);
  auto high = low;
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    const auto v = hn::LoadU(d, samples + i);
    low = hn::Min(low, v);
    high = hn::Max(high, v);
  }
  HWY_ALIGN Sample lows[hn::MaxLanes(d)];
  HWY_ALIGN Sample highs[hn::MaxLanes(d)];
  hn::Store(low, d, lows);
  hn::Store(high, d, highs);
  SampleRange range{*std::min_element(lows, lows + lanes), *std::max_element(highs, highs + lanes)};
  for (; i < count; ++i) {
    range.low = std::min<int>(range.low, samples[i]);
    range.high = std::max<int>(range.high, samples[i]);
  }
  return range;
}

SampleRange ScanUnsigned(const uint16_t* samples, size_t count) { return Scan(samples, count); }
SampleRange ScanSigned(const int16_t* samples, size_t count) { return Scan(samples, count); }

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace vitrine::render
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::render {

HWY_EXPORT(ScanUnsigned);
HWY_EXPORT(ScanSigned);

SampleRange FindSampleRange(const image::Frame& frame, int first_row, int row_count) {
  const size_t count = static_cast<size_t>(row_count) * frame.columns * frame.channels;
  switch (frame.type) {
    case image::SampleType::kUint16: return HWY_DYNAMIC_DISPATCH(ScanUnsigned)(frame.row<uint16_t>(first_row), count);
    case image::SampleType::kInt16: return HWY_DYNAMIC_DISPATCH(ScanSigned)(frame.row<int16_t>(first_row), count);
    case image::SampleType::kUint8:
    case image::SampleType::kFloat32: break;
  }
  return {0, 255};
}

}  // namespace vitrine::render
#endif  // HWY_ONCE
