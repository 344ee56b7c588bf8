#include "render/simd/octants.h"

#include <algorithm>
#include <limits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "render/simd/octants.cc"
#include "hwy/foreach_target.h"  // Must come before highway.h: it compiles this file once per instruction set.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::render::simd {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Octants = std::array<image::Bricks::Extremes, 8>;

constexpr int kSide = image::Bricks::kSize / 2;
// A row of a brick and its neighbour, rounded up to whole vectors. VoxelBuffer lets us read past its end.
constexpr int kRow = 16;

struct Span {
  Span(int first_voxel, int size) : first(first_voxel), last(std::min(first_voxel + kSide, size - 1)) {}

  int first;
  int last;  // Inclusive.
};

// Over the rows of the two spans that begin at voxel `column`, for each column.
template <typename Sample>
HWY_INLINE void ExtremesOfColumns(const image::Volume& volume, int column, Span y, Span z, Sample* minimum,
                                  Sample* maximum) {
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
    hn::StoreU(low, d, minimum + x);
    hn::StoreU(high, d, maximum + x);
  }
}

template <typename Sample>
Octants ExtremesOf(const image::Volume& volume, int a, int b, int c) {
  const image::Lattice& lattice = volume.lattice;
  Octants octants;
  octants.fill({1, 0, false});
  for (int pair = 0; pair < 4; ++pair) {
    const Span y((2 * b + pair % 2) * kSide, lattice.rows);
    const Span z((2 * c + pair / 2) * kSide, lattice.slices);
    if (y.first > y.last || z.first > z.last) continue;
    Sample minimum[kRow];
    Sample maximum[kRow];
    ExtremesOfColumns<Sample>(volume, 2 * a * kSide, y, z, minimum, maximum);
    for (int half = 0; half < 2; ++half) {
      const Span x((2 * a + half) * kSide, lattice.columns);
      if (x.first > x.last) continue;
      Sample low = minimum[half * kSide];
      Sample high = maximum[half * kSide];
      for (int i = half * kSide + 1; i <= half * kSide + x.last - x.first; ++i) {
        low = std::min(low, minimum[i]);
        high = std::max(high, maximum[i]);
      }
      octants[2 * pair + half] = {static_cast<float>(low), static_cast<float>(high), false};
    }
  }
  return octants;
}

Octants OctantExtremes(const image::Volume& volume, int a, int b, int c) {
  switch (volume.type) {
    case image::SampleType::kUint8: return ExtremesOf<uint8_t>(volume, a, b, c);
    case image::SampleType::kUint16: return ExtremesOf<uint16_t>(volume, a, b, c);
    case image::SampleType::kInt16: return ExtremesOf<int16_t>(volume, a, b, c);
    case image::SampleType::kFloat32: return ExtremesOf<float>(volume, a, b, c);
  }
  return {};
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace vitrine::render::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::render::simd {

HWY_EXPORT(OctantExtremes);

std::array<image::Bricks::Extremes, 8> OctantExtremes(const image::Volume& volume, int a, int b, int c) {
  return HWY_DYNAMIC_DISPATCH(OctantExtremes)(volume, a, b, c);
}

}  // namespace vitrine::render::simd
#endif  // HWY_ONCE
