#include "render/simd/brick_map.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>

#include "base/parallel.h"
#include "gtest/gtest.h"
#include "render/simd/subbrick_distance.h"

namespace vitrine::render::simd {
namespace {

constexpr OpaqueRange kBright{100, 200};

// All 0, but for one voxel.
image::Volume OneBrightVoxel(image::SampleType type, int x, int y, int z) {
  image::Volume volume;
  volume.lattice = {150, 37, 61, {}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  volume.type = type;
  volume.voxels = image::VoxelBuffer(volume.voxel_count() * image::BytesPerSample(type));
  const size_t index = (static_cast<size_t>(z) * 37 + y) * 150 + x;
  switch (type) {
    case image::SampleType::kUint8: volume.voxels.data()[index] = 255; break;
    case image::SampleType::kUint16: reinterpret_cast<uint16_t*>(volume.voxels.data())[index] = 60000; break;
    case image::SampleType::kInt16: reinterpret_cast<int16_t*>(volume.voxels.data())[index] = 30000; break;
    case image::SampleType::kFloat32: reinterpret_cast<float*>(volume.voxels.data())[index] = 1e9f; break;
  }
  return volume;
}

// On one axis, to the subbricks whose samples see the voxel: those of the cells [v - 1, v + 1].
int SubbrickDistance(int subbrick, int voxel) {
  const int first = std::max((voxel - 1) / 2, 0);
  const int last = voxel / 2;
  return std::max({0, first - subbrick, subbrick - last});
}

TEST(BrickMap, TellsTheSubbricksThatSeeAVoxelAndTheDistanceToThem) {
  Serial serial;
  using image::SampleType;
  for (const SampleType type : {SampleType::kUint8, SampleType::kUint16, SampleType::kInt16, SampleType::kFloat32}) {
    for (const auto& [x, y, z] : {std::array{70, 13, 30}, {72, 16, 32}, {0, 0, 0}, {149, 36, 60}, {76, 20, 27}}) {
      const BrickMap map = MakeBrickMap(OneBrightVoxel(type, x, y, z), {kBright}, Interpolation::kLinear, serial);
      ASSERT_EQ(map.brick_slices.size(), size_t{4} * 19 * 5 * 8);
      const auto axis_distance = [](int brick, int voxel) {
        // A voxel on the lower face of a brick is seen by the brick below too.
        const int upper = voxel / 8;
        const int lower = voxel % 8 == 0 && voxel > 0 ? upper - 1 : upper;
        return std::max({0, brick - upper, lower - brick});
      };
      for (int c = 0; c < map.slices; ++c) {
        for (int b = 0; b < map.rows; ++b) {
          for (int a = 0; a < map.columns; ++a) {
            const int distance = std::max({axis_distance(a, x), axis_distance(b, y), axis_distance(c, z)});
            for (int i = 0; i < 64; ++i) {
              const BrickMap::BrickSlice& slice = map.brick_slices[4 * map.index(a, b, c) + i / 16];
              ASSERT_EQ(slice.brick_distance, std::min(distance, BrickMap::kFarthest)) << a << " " << b << " " << c;
              const int of_subbrick =
                  std::max({SubbrickDistance(4 * a + i % 4, x), SubbrickDistance(4 * b + i / 4 % 4, y),
                            SubbrickDistance(4 * c + i / 16, z)});
              ASSERT_EQ(slice.subbrick_distances >> (2 * (i % 16)) & 3, std::min(of_subbrick, kFarthestSubbrick))
                  << i << " in " << a << " " << b << " " << c << " of " << x << " " << y << " " << z;
            }
          }
        }
      }
    }
  }
}

TEST(BrickMap, OfAVolumeWithNothingToSee) {
  Serial serial;
  const image::Volume volume = OneBrightVoxel(image::SampleType::kUint16, 70, 13, 30);
  const BrickMap map = MakeBrickMap(volume, {}, Interpolation::kLinear, serial);
  ASSERT_EQ(map.brick_slices.size(), size_t{4} * 19 * 5 * 8);
  for (const BrickMap::BrickSlice& slice : map.brick_slices) {
    EXPECT_EQ(slice.subbrick_distances, ~uint32_t{0});
    EXPECT_EQ(slice.brick_distance, BrickMap::kFarthest);
  }
}

}  // namespace
}  // namespace vitrine::render::simd
