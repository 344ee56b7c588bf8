#include "render/simd/subbrick_distance.h"

#include <cstddef>

namespace vitrine::render::simd {
namespace {

// How the bits of a brick lie along one axis.
struct AxisBits {
  uint64_t first;  // Of the subbricks that lie first on the axis.
  uint64_t last;
  int step;  // From a subbrick to the next.
};

constexpr AxisBits kColumns{0x1111111111111111, 0x8888888888888888, 1};
constexpr AxisBits kRows{0x000F000F000F000F, 0xF000F000F000F000, 4};
constexpr AxisBits kSlices{0x000000000000FFFF, 0xFFFF000000000000, 16};

// Marks the two neighbours of each marked subbrick on one axis, on which bricks lie `stride` apart and are `count`
// many.
void Spread(const AxisBits& axis, size_t stride, size_t count, std::vector<uint64_t>& marked) {
  const std::vector<uint64_t> before = marked;
  for (size_t i = 0; i < marked.size(); ++i) {
    marked[i] |= (before[i] & ~axis.last) << axis.step | (before[i] & ~axis.first) >> axis.step;
  }
  const int across = 3 * axis.step;
  for (size_t first = 0; first < marked.size(); first += stride * count) {
    for (size_t i = first; i < first + stride * (count - 1); ++i) {
      marked[i] |= (before[i + stride] & axis.first) << across;
      marked[i + stride] |= (before[i] & axis.last) >> across;
    }
  }
}

// Bit i goes to bit 2 * i.
uint32_t MoveApart(uint32_t bits) {
  bits = (bits | bits << 8) & 0x00FF00FF;
  bits = (bits | bits << 4) & 0x0F0F0F0F;
  bits = (bits | bits << 2) & 0x33333333;
  return (bits | bits << 1) & 0x55555555;
}

}  // namespace

std::vector<uint32_t> SubbrickDistances(std::vector<uint64_t> marked, int columns, int rows, int slices) {
  constexpr int kWords = 4;
  std::vector<uint32_t> low(kWords * marked.size());
  std::vector<uint32_t> high(kWords * marked.size());
  for (int reached = 0; reached < kFarthestSubbrick; ++reached) {
    // What is not marked yet is farther than `reached`: add one to it.
    for (size_t i = 0; i < low.size(); ++i) {
      const uint32_t farther = ~static_cast<uint32_t>(marked[i / kWords] >> (16 * (i % kWords))) & 0xFFFF;
      high[i] |= low[i] & farther;
      low[i] ^= farther;
    }
    Spread(kColumns, 1, columns, marked);
    Spread(kRows, columns, rows, marked);
    Spread(kSlices, static_cast<size_t>(columns) * rows, slices, marked);
  }
  for (size_t i = 0; i < low.size(); ++i) low[i] = MoveApart(low[i]) | MoveApart(high[i]) << 1;
  return low;
}

}  // namespace vitrine::render::simd
