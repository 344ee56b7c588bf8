#include "render/simd/volume_padding.h"

#include <algorithm>

namespace vitrine::render::simd {
namespace {

using image::Bricks;
using image::Vector3;
using image::Volume;

// The bricks of one axis with the voxels that samples in [low, high] need.
struct BrickSpan {
  int first;
  int last;
};

BrickSpan SpanOf(double low, double high, int size, Interpolation interpolation) {
  // The bricks hold the upper neighbours of their samples; cubic needs one more voxel to each side.
  const int margin = interpolation == Interpolation::kCubic ? 1 : 0;
  const auto brick = [&](double coordinate, int offset) {
    const int voxel = static_cast<int>(std::clamp(coordinate, 0.0, size - 1.0)) + offset;
    return std::clamp(voxel, 0, size - 1) / Bricks::kSize;
  };
  return {brick(low, -margin), brick(high, margin)};
}

}  // namespace

PaddingIn FindPadding(const Volume& volume, Interpolation interpolation, const Vector3& low, const Vector3& high) {
  if (volume.padding.empty()) return PaddingIn::kNone;
  const BrickSpan x = SpanOf(low.x, high.x, volume.lattice.columns, interpolation);
  const BrickSpan y = SpanOf(low.y, high.y, volume.lattice.rows, interpolation);
  const BrickSpan z = SpanOf(low.z, high.z, volume.lattice.slices, interpolation);
  const Bricks& bricks = volume.bricks();
  bool some = false;
  bool all = true;
  for (int c = z.first; c <= z.last; ++c) {
    for (int b = y.first; b <= y.last; ++b) {
      for (int a = x.first; a <= x.last; ++a) {
        const Bricks::Extremes& brick = bricks.at(a, b, c);
        some = some || brick.has_padding;
        all = all && brick.minimum > brick.maximum;
        if (some && !all) return PaddingIn::kSome;
      }
    }
  }
  return some ? PaddingIn::kAll : PaddingIn::kNone;
}

}  // namespace vitrine::render::simd
