#include "render/simd/brick_map.h"

#include <algorithm>

namespace vitrine::render::simd {
namespace {

using image::Bricks;

bool Overlaps(const Bricks::Extremes& extremes, const std::vector<OpaqueRange>& opaque) {
  return std::any_of(opaque.begin(), opaque.end(), [&](const OpaqueRange& range) {
    return extremes.maximum >= range.low && extremes.minimum <= range.high;
  });
}

// What cubic interpolation can reach inside the brick. Its absolute weights sum up to at most 1.25 on each axis; it
// sees two voxels around a cell, so the neighbours too.
Bricks::Extremes CubicExtremes(const Bricks& bricks, int a, int b, int c) {
  constexpr float kOvershoot = 1.25f * 1.25f * 1.25f;
  Bricks::Extremes all{1, 0, false};
  for (int z = std::max(c - 1, 0); z <= std::min(c + 1, bricks.slices - 1); ++z) {
    for (int y = std::max(b - 1, 0); y <= std::min(b + 1, bricks.rows - 1); ++y) {
      for (int x = std::max(a - 1, 0); x <= std::min(a + 1, bricks.columns - 1); ++x) {
        const Bricks::Extremes& one = bricks.at(x, y, z);
        all.has_padding |= one.has_padding;
        if (one.minimum > one.maximum) continue;
        const bool first = all.minimum > all.maximum;
        all.minimum = first ? one.minimum : std::min(all.minimum, one.minimum);
        all.maximum = first ? one.maximum : std::max(all.maximum, one.maximum);
      }
    }
  }
  if (all.minimum > all.maximum) return all;
  const float middle = (all.minimum + all.maximum) / 2;
  const float half = (all.maximum - all.minimum) / 2 * kOvershoot;
  return {middle - half, middle + half, all.has_padding};
}

bool CanShow(const Bricks& bricks, int a, int b, int c, const std::vector<OpaqueRange>& opaque,
             Interpolation interpolation) {
  if (interpolation == Interpolation::kLinear) {
    const Bricks::Extremes& extremes = bricks.at(a, b, c);
    return extremes.minimum <= extremes.maximum && Overlaps(extremes, opaque);
  }
  const Bricks::Extremes extremes = CubicExtremes(bricks, a, b, c);
  // Without some of its weights the others are scaled up, beyond any bound that is worth a thought.
  return extremes.minimum <= extremes.maximum && (extremes.has_padding || Overlaps(extremes, opaque));
}

// marked[i] |= its two neighbours, `stride` apart, of every line of `count` elements that begins at `first`.
void SpreadAlong(std::vector<uint8_t>& marked, std::vector<uint8_t>& scratch, size_t inner, size_t count,
                 size_t outer) {
  // Three nested ranges: `inner` neighbours in memory, `count` of them along the axis, `outer` blocks.
  std::copy(marked.begin(), marked.end(), scratch.begin());
  for (size_t block = 0; block < outer; ++block) {
    uint8_t* to = marked.data() + block * inner * count;
    const uint8_t* from = scratch.data() + block * inner * count;
    const size_t shifted = inner * (count - 1);
    for (size_t i = 0; i < shifted; ++i) to[i] |= from[i + inner];
    for (size_t i = 0; i < shifted; ++i) to[i + inner] |= from[i];
  }
}

}  // namespace

BrickMap MakeBrickMap(const image::Volume& volume, const std::vector<OpaqueRange>& opaque,
                      Interpolation interpolation) {
  const Bricks& bricks = volume.bricks;
  BrickMap map{bricks.columns, bricks.rows, bricks.slices, {}, {}};
  std::vector<uint8_t> marked(bricks.extremes.size());
  for (int c = 0; c < map.slices; ++c) {
    for (int b = 0; b < map.rows; ++b) {
      for (int a = 0; a < map.columns; ++a)
        marked[map.index(a, b, c)] = CanShow(bricks, a, b, c, opaque, interpolation);
    }
  }
  map.distance.resize(marked.size());
  std::vector<uint8_t> scratch(marked.size());
  for (int distance = 0; distance < BrickMap::kFarthest; ++distance) {
    // What is not reached yet is farther than `distance`.
    for (size_t i = 0; i < marked.size(); ++i) map.distance[i] += marked[i] ^ 1;
    SpreadAlong(marked, scratch, 1, map.columns, static_cast<size_t>(map.rows) * map.slices);
    SpreadAlong(marked, scratch, map.columns, map.rows, map.slices);
    SpreadAlong(marked, scratch, static_cast<size_t>(map.columns) * map.rows, map.slices, 1);
  }
  if (volume.padding.empty()) return map;
  map.has_padding.resize(marked.size());
  std::transform(bricks.extremes.begin(), bricks.extremes.end(), map.has_padding.begin(),
                 [](const Bricks::Extremes& extremes) { return extremes.has_padding; });
  return map;
}

}  // namespace vitrine::render::simd
