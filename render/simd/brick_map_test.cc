#include "render/simd/brick_map.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>

#include "base/parallel.h"
#include "gtest/gtest.h"

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
  ComputeBricks(volume);
  return volume;
}

// Subbricks whose samples see the voxel: those of the cells [v - 1, v + 1] on each axis.
bool SeesVoxel(int subbrick, int voxel) { return 2 * subbrick <= voxel && voxel <= 2 * (subbrick + 1); }

TEST(BrickMap, TellsTheSubbricksThatSeeAVoxelAndTheDistanceToThem) {
  Serial serial;
  using image::SampleType;
  for (const SampleType type : {SampleType::kUint8, SampleType::kUint16, SampleType::kInt16, SampleType::kFloat32}) {
    for (const auto& [x, y, z] : {std::array{70, 13, 30}, {72, 16, 32}, {0, 0, 0}, {149, 36, 60}, {76, 20, 27}}) {
      const BrickMap map = MakeBrickMap(OneBrightVoxel(type, x, y, z), {kBright}, Interpolation::kLinear, serial);
      ASSERT_EQ(map.visible.size(), size_t{2} * 19 * 5 * 8);
      ASSERT_EQ(map.distance.size(), size_t{19} * 5 * 8 + 3);
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
            uint64_t expected = 0;
            for (int i = 0; i < 64; ++i) {
              const bool sees =
                  SeesVoxel(4 * a + i % 4, x) && SeesVoxel(4 * b + i / 4 % 4, y) && SeesVoxel(4 * c + i / 16, z);
              expected |= uint64_t{sees} << i;
            }
            const size_t brick = map.index(a, b, c);
            const uint64_t visible = map.visible[2 * brick] | uint64_t{map.visible[2 * brick + 1]} << 32;
            ASSERT_EQ(map.distance[brick], std::min(distance, BrickMap::kFarthest)) << a << " " << b << " " << c;
            ASSERT_EQ(visible, expected) << a << " " << b << " " << c << " of " << x << " " << y << " " << z;
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
  EXPECT_EQ(std::count(map.visible.begin(), map.visible.end(), 0), map.visible.size());
  EXPECT_EQ(std::count(map.distance.begin(), map.distance.end() - 3, BrickMap::kFarthest), map.distance.size() - 3);
}

}  // namespace
}  // namespace vitrine::render::simd
