#include "render/simd/brick_map.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <utility>

#include "render/simd/subbrick_distance.h"
#include "render/simd/subbricks.h"

namespace vitrine::render::simd {
namespace {

using image::Bricks;

image::Range RangeOf(const image::Volume& volume, const Bricks& bricks, Interpolation interpolation) {
  const Bricks::Extremes& all = bricks.all;
  const image::Range range = all.minimum > all.maximum ? image::Range{0, 0} : image::Range{all.minimum, all.maximum};
  // Cubic interpolation overshoots; next to padding, where weights are dropped, by more than is worth a bound.
  if (interpolation == Interpolation::kLinear) return range;
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  if (!volume.padding.empty()) return {-kInfinity, kInfinity};
  return {range.low - (range.high - range.low), range.high + (range.high - range.low)};
}

bool IsInside(const Bricks::Extremes& extremes, const std::vector<OpaqueRange>& opaque) {
  return std::any_of(opaque.begin(), opaque.end(), [&](const OpaqueRange& range) {
    return extremes.minimum >= range.low && extremes.maximum <= range.high;
  });
}

// What cubic interpolation can reach inside the brick. Its absolute weights sum up to at most 1.25 on each axis; it
// sees two voxels around a cell, so the neighbours too.
Bricks::Extremes CubicExtremes(const Bricks& bricks, int a, int b, int c) {
  constexpr float kOvershoot = 1.25f * 1.25f * 1.25f;
  Bricks::Extremes all{1, 0, false};
  for (int z = std::max(c - 1, 0); z <= std::min(c + 1, bricks.slices - 1); ++z) {
    for (int y = std::max(b - 1, 0); y <= std::min(b + 1, bricks.rows - 1); ++y) {
      for (int x = std::max(a - 1, 0); x <= std::min(a + 1, bricks.columns - 1); ++x) all.Add(bricks.at(x, y, z));
    }
  }
  if (all.minimum > all.maximum) return all;
  const float middle = (all.minimum + all.maximum) / 2;
  const float half = (all.maximum - all.minimum) / 2 * kOvershoot;
  return {middle - half, middle + half, all.has_padding};
}

// Bit by bit, the subbricks in which a sample can have opacity.
uint64_t VisibleSubbricks(const image::Volume& volume, const Bricks& bricks, int a, int b, int c,
                          const std::vector<OpaqueRange>& opaque, Interpolation interpolation) {
  constexpr uint64_t kAll = ~uint64_t{0};
  const bool cubic = interpolation == Interpolation::kCubic;
  const Bricks::Extremes extremes = cubic ? CubicExtremes(bricks, a, b, c) : bricks.at(a, b, c);
  if (extremes.minimum > extremes.maximum) return 0;  // Padding and nothing else.
  // Cubic interpolation without some of its weights scales up the others, beyond any bound that is worth a thought.
  if (cubic && extremes.has_padding) return kAll;
  if (!Overlaps(extremes.minimum, extremes.maximum, opaque)) return 0;
  if (cubic || extremes.has_padding || IsInside(extremes, opaque)) return kAll;
  return OpaqueSubbricks(volume, a, b, c, opaque);
}

// to[i] |= from[i]; eight at a time, as compilers do not dare where the two might overlap.
void Or(const uint8_t* from, size_t count, uint8_t* to) {
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    uint64_t a;
    uint64_t b;
    std::memcpy(&a, from + i, 8);
    std::memcpy(&b, to + i, 8);
    b |= a;
    std::memcpy(to + i, &b, 8);
  }
  for (; i < count; ++i) to[i] |= from[i];
}

// Lets each element take on what its two neighbours on one axis hold. The neighbours lie `stride` apart and the axis is
// `count` long.
void Spread(std::vector<uint8_t>& marked, std::vector<uint8_t>& before, size_t stride, size_t count) {
  before = marked;
  const size_t shifted = stride * (count - 1);
  for (size_t first = 0; first < marked.size(); first += stride * count) {
    uint8_t* to = marked.data() + first;
    const uint8_t* from = before.data() + first;
    Or(from + stride, shifted, to);
    Or(from, shifted, to + stride);
  }
}

// Of each brick, to those that have visible subbricks.
std::vector<uint8_t> BrickDistances(const std::vector<uint64_t>& visible, const BrickMap& map) {
  const size_t count = visible.size();
  std::vector<uint8_t> distance(count);
  std::vector<uint8_t> marked(count);
  std::vector<uint8_t> before;
  for (size_t i = 0; i < count; ++i) marked[i] = visible[i] != 0;
  for (int reached = 0; reached < BrickMap::kFarthest; ++reached) {
    // What is not marked yet is farther than `reached`.
    for (size_t i = 0; i < count; ++i) distance[i] += marked[i] ^ 1;
    Spread(marked, before, 1, map.columns);
    Spread(marked, before, map.columns, map.rows);
    Spread(marked, before, static_cast<size_t>(map.columns) * map.rows, map.slices);
  }
  return distance;
}

}  // namespace

BrickMap MakeBrickMap(const image::Volume& volume, const std::vector<OpaqueRange>& opaque, Interpolation interpolation,
                      Parallel& parallel) {
  const Bricks& bricks = volume.bricks(parallel);
  BrickMap map{bricks.columns, bricks.rows, bricks.slices, {}, {}, RangeOf(volume, bricks, interpolation)};
  if (!opaque.empty()) map.opaque = {opaque.front().low, opaque.back().high};
  std::vector<uint64_t> visible(bricks.extremes.size());
  parallel.For(map.slices, [&](int c) {
    for (int b = 0; b < map.rows; ++b) {
      for (int a = 0; a < map.columns; ++a) {
        visible[map.index(a, b, c)] = VisibleSubbricks(volume, bricks, a, b, c, opaque, interpolation);
      }
    }
  });
  const std::vector<uint8_t> of_bricks = BrickDistances(visible, map);
  const std::vector<uint32_t> of_subbricks = SubbrickDistances(std::move(visible), map.columns, map.rows, map.slices);
  map.brick_slices.resize(of_subbricks.size());
  for (size_t i = 0; i < of_subbricks.size(); ++i) {
    map.brick_slices[i] = {of_subbricks[i], of_bricks[i / kSubbricks]};
  }
  if (volume.padding.empty()) return map;
  map.has_padding.resize(bricks.extremes.size());
  std::transform(bricks.extremes.begin(), bricks.extremes.end(), map.has_padding.begin(),
                 [](const Bricks::Extremes& extremes) { return extremes.has_padding; });
  return map;
}

}  // namespace vitrine::render::simd
