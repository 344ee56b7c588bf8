#include "render/simd/subbricks.h"

#include <algorithm>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "render/simd/subbricks.cc"
#include "hwy/foreach_target.h"  // Must come before highway.h: it compiles this file once per instruction set.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::render::simd {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using image::Bricks;

// A row of a brick and its neighbour, rounded up to whole vectors. VoxelBuffer lets us read past its end.
constexpr int kRow = 16;

struct Span {
  Span(int first_voxel, int size) : first(first_voxel), last(std::min(first_voxel + kSubbrickSize, size - 1)) {}

  int first;
  int last;  // Inclusive.
};

template <typename Sample>
struct Row {
  // The shifted loads of Widen() read past the row.
  HWY_ALIGN Sample minimum[2 * kRow];
  HWY_ALIGN Sample maximum[2 * kRow];
};

// Over the rows of the two spans that begin at voxel `column`, for each column.
template <typename Sample>
HWY_INLINE void ExtremesOfColumns(const image::Volume& volume, int column, Span y, Span z, Row<Sample>& extremes) {
  const hn::CappedTag<Sample, kRow> d;
  const image::Lattice& lattice = volume.lattice;
  for (int x = 0; x < kRow; x += static_cast<int>(hn::Lanes(d))) {
    auto low = hn::Set(d, std::numeric_limits<Sample>::max());
    auto high = hn::Set(d, std::numeric_limits<Sample>::lowest());
    for (int k = z.first; k <= z.last; ++k) {
      const Sample* row =
          volume.data<Sample>() + (static_cast<size_t>(k) * lattice.rows + y.first) * lattice.columns + column + x;
      for (int j = y.first; j <= y.last; ++j, row += lattice.columns) {
        const auto values = hn::LoadU(d, row);
        low = hn::Min(low, values);
        high = hn::Max(high, values);
      }
    }
    hn::StoreU(low, d, extremes.minimum + x);
    hn::StoreU(high, d, extremes.maximum + x);
  }
  // Past the end of the volume's rows nothing counts.
  const int inside = lattice.columns - column;
  if (inside > Bricks::kSize) return;
  std::fill(extremes.minimum + inside, extremes.minimum + kRow, extremes.minimum[inside - 1]);
  std::fill(extremes.maximum + inside, extremes.maximum + kRow, extremes.maximum[inside - 1]);
}

// Each column takes on the extremes of the kSubbrickSize ones that follow.
template <typename Sample>
HWY_INLINE void Widen(Row<Sample>& extremes) {
  const hn::CappedTag<Sample, kRow> d;
  for (int x = 0; x < Bricks::kSize; x += static_cast<int>(hn::Lanes(d))) {
    auto low = hn::Load(d, extremes.minimum + x);
    auto high = hn::Load(d, extremes.maximum + x);
    for (int i = 1; i <= kSubbrickSize; ++i) {
      low = hn::Min(low, hn::LoadU(d, extremes.minimum + x + i));
      high = hn::Max(high, hn::LoadU(d, extremes.maximum + x + i));
    }
    hn::Store(low, d, extremes.minimum + x);
    hn::Store(high, d, extremes.maximum + x);
  }
}

template <typename Sample>
uint64_t OpaqueSubbricksOf(const image::Volume& volume, int a, int b, int c, const std::vector<OpaqueRange>& opaque) {
  const image::Lattice& lattice = volume.lattice;
  uint64_t bits = 0;
  Row<Sample> extremes = {};
  for (int row = 0; row < kSubbricks * kSubbricks; ++row) {
    const Span y(b * Bricks::kSize + row % kSubbricks * kSubbrickSize, lattice.rows);
    const Span z(c * Bricks::kSize + row / kSubbricks * kSubbrickSize, lattice.slices);
    if (y.first > y.last || z.first > z.last) continue;
    ExtremesOfColumns(volume, a * Bricks::kSize, y, z, extremes);
    Widen(extremes);
    for (int i = 0; i < kSubbricks; ++i) {
      const int x = i * kSubbrickSize;
      if (a * Bricks::kSize + x >= lattice.columns) break;
      const bool overlaps =
          Overlaps(static_cast<float>(extremes.minimum[x]), static_cast<float>(extremes.maximum[x]), opaque);
      bits |= uint64_t{overlaps} << (row * kSubbricks + i);
    }
  }
  return bits;
}

uint64_t OpaqueSubbricks(const image::Volume& volume, int a, int b, int c, const std::vector<OpaqueRange>& opaque) {
  switch (volume.type) {
    case image::SampleType::kUint8: return OpaqueSubbricksOf<uint8_t>(volume, a, b, c, opaque);
    case image::SampleType::kUint16: return OpaqueSubbricksOf<uint16_t>(volume, a, b, c, opaque);
    case image::SampleType::kInt16: return OpaqueSubbricksOf<int16_t>(volume, a, b, c, opaque);
    case image::SampleType::kFloat32: return OpaqueSubbricksOf<float>(volume, a, b, c, opaque);
  }
  return 0;
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace vitrine::render::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::render::simd {

bool Overlaps(float minimum, float maximum, const std::vector<OpaqueRange>& opaque) {
  return std::any_of(opaque.begin(), opaque.end(),
                     [&](const OpaqueRange& range) { return maximum >= range.low && minimum <= range.high; });
}

HWY_EXPORT(OpaqueSubbricks);

uint64_t OpaqueSubbricks(const image::Volume& volume, int a, int b, int c, const std::vector<OpaqueRange>& opaque) {
  return HWY_DYNAMIC_DISPATCH(OpaqueSubbricks)(volume, a, b, c, opaque);
}

}  // namespace vitrine::render::simd
#endif  // HWY_ONCE
