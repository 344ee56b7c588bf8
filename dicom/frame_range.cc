#include "dicom/frame_range.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

namespace vitrine::dicom {
namespace {

using image::Frame;
using image::Lut;
using image::Modality;
using image::Padding;
using image::Range;
using image::SampleType;

// Anything that is not a real range becomes one, without ever dividing by zero or by infinity.
Range Widened(double low, double high) {
  if (!std::isfinite(low) || !std::isfinite(high) || !std::isfinite(high - low)) return {0, 1};
  if (low < high) return {low, high};
  return {low, low + std::max(1.0, std::abs(low) * 1e-6)};
}

// Stored values that occur, lowest and highest.
struct Extremes {
  double low = std::numeric_limits<double>::infinity();
  double high = -std::numeric_limits<double>::infinity();
  bool empty() const { return low > high; }
};

template <typename Sample>
Extremes FindExtremes(const Frame& frame, const std::optional<Padding>& padding) {
  const auto* const begin = reinterpret_cast<const Sample*>(frame.data());
  const Sample* const end = begin + frame.size_bytes() / sizeof(Sample);
  Sample low = std::numeric_limits<Sample>::max();
  Sample high = std::numeric_limits<Sample>::lowest();
  bool found = false;
  for (const Sample* sample = begin; sample != end; ++sample) {
    if (padding && *sample >= padding->low && *sample <= padding->high) continue;
    if constexpr (std::is_floating_point_v<Sample>) {
      if (!std::isfinite(*sample)) continue;
    }
    found = true;
    low = std::min(low, *sample);
    high = std::max(high, *sample);
  }
  if (!found) return {};
  return {static_cast<double>(low), static_cast<double>(high)};
}

Extremes FindExtremes(const Frame& frame, const std::optional<Padding>& padding) {
  switch (frame.type) {
    case SampleType::kUint8: return FindExtremes<uint8_t>(frame, padding);
    case SampleType::kUint16: return FindExtremes<uint16_t>(frame, padding);
    case SampleType::kInt16: return FindExtremes<int16_t>(frame, padding);
    case SampleType::kFloat32: return FindExtremes<float>(frame, padding);
  }
  return {};
}

// A table need not be monotonic: every entry that stored values of that range can reach counts.
Range TableRange(const Lut& lut, const Range& stored) {
  const double last = static_cast<double>(lut.entries.size() - 1);
  const auto index = [&](double value) {
    return static_cast<size_t>(std::clamp(std::round(value) - lut.first, 0.0, last));
  };
  const auto [low, high] =
      std::minmax_element(lut.entries.begin() + index(stored.low), lut.entries.begin() + index(stored.high) + 1);
  return Widened(*low, *high);
}

}  // namespace

Range ModalityRange(const Modality& modality, const Range& stored) {
  if (const auto* lut = std::get_if<std::shared_ptr<const Lut>>(&modality)) return TableRange(**lut, stored);
  const auto& rescale = std::get<image::Rescale>(modality);
  const double a = rescale.slope * stored.low + rescale.intercept;
  const double b = rescale.slope * stored.high + rescale.intercept;
  return Widened(std::min(a, b), std::max(a, b));
}

Range ModalityRange(const Modality& modality, const Frame& frame, const std::optional<Padding>& padding) {
  const Extremes extremes = FindExtremes(frame, padding);
  return extremes.empty() ? Range{0, 1} : ModalityRange(modality, Range{extremes.low, extremes.high});
}

}  // namespace vitrine::dicom
