#include "render/simd/transfer_table.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace vitrine::render::simd {
namespace {

using image::TransferFunction;

constexpr int kSmallestTable = 1024;
constexpr int kLargestTable = 65536;
// Entries between the two points of a function that are nearest to each other, where the largest table allows it.
constexpr double kEntriesPerRamp = 32;

int TableSize(const TransferFunction& function, double range) {
  double smallest_gap = std::numeric_limits<double>::infinity();
  for (size_t i = 1; i < function.points.size(); ++i) {
    smallest_gap = std::min(smallest_gap, function.points[i].value - function.points[i - 1].value);
  }
  return static_cast<int>(
      std::clamp<double>(std::ceil(kEntriesPerRamp * range / smallest_gap), kSmallestTable, kLargestTable));
}

}  // namespace

std::vector<OpaqueRange> OpaqueRanges(const TransferFunction& function, const image::Rescale& rescale) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  const auto stored = [&](double value) { return static_cast<float>((value - rescale.intercept) / rescale.slope); };
  const auto& points = function.points;
  std::vector<OpaqueRange> ranges;
  // Segment i leads from point i - 1 to point i; the first and the last one are without end.
  for (size_t i = 0; i <= points.size(); ++i) {
    const double low = i == 0 ? -kInfinity : points[i - 1].value;
    const double high = i == points.size() ? kInfinity : points[i].value;
    const bool opaque = (i > 0 && points[i - 1].opacity > 0) || (i < points.size() && points[i].opacity > 0);
    const bool constant = i == 0 || i == points.size();
    if (!opaque || (constant && points[i == 0 ? 0 : i - 1].opacity == 0)) continue;
    const bool extends = i > 0 && !ranges.empty() && ranges.back().high == stored(low);
    if (!extends) ranges.push_back({stored(low), 0});
    ranges.back().high = stored(high);
  }
  for (OpaqueRange& range : ranges) {
    // An end that a ramp leaves at zero belongs to what is empty; rounding must not move the ramp out, though.
    const auto transparent = [&](float end) {
      return image::Evaluate(function, rescale.slope * end + rescale.intercept).opacity == 0;
    };
    if (transparent(range.low)) range.low = std::nextafter(range.low, range.high);
    if (transparent(range.high)) range.high = std::nextafter(range.high, range.low);
  }
  return ranges;
}

TransferTable MakeTransferTable(const TransferFunction& function, const image::Rescale& rescale,
                                const image::Range& stored, double sample_distance_mm) {
  // Only what the volume holds and the function tells apart.
  const double first = function.points.front().value;
  const double last = function.points.back().value;
  const double low = std::clamp(rescale.slope * stored.low + rescale.intercept, first, last);
  const double high = std::clamp(rescale.slope * stored.high + rescale.intercept, first, last);
  TransferTable table;
  table.last = TableSize(function, high - low) - 1;
  table.pivot = static_cast<float>((low - rescale.intercept) / rescale.slope);
  table.scale = high > low ? static_cast<float>(table.last * rescale.slope / (high - low)) : 0;
  for (std::vector<float>* entries : {&table.opacity, &table.red, &table.green, &table.blue}) {
    entries->resize(table.last + 2);
  }
  for (int i = 0; i <= table.last + 1; ++i) {
    const double t = static_cast<double>(std::min(i, table.last)) / table.last;
    const TransferFunction::Point point = image::Evaluate(function, low + t * (high - low));
    table.opacity[i] = static_cast<float>(1 - std::pow(1 - point.opacity, sample_distance_mm));
    table.red[i] = static_cast<float>(point.red);
    table.green[i] = static_cast<float>(point.green);
    table.blue[i] = static_cast<float>(point.blue);
  }
  return table;
}

}  // namespace vitrine::render::simd
