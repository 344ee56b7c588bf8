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

// Octants whose samples see the voxel: those of the cells [v - 1, v + 1] on each axis.
bool SeesVoxel(int octant, int voxel) {
  return octant * BrickMap::kOctantSize <= voxel && voxel <= (octant + 1) * BrickMap::kOctantSize;
}

TEST(BrickMap, TellsTheOctantsThatSeeAVoxelAndTheDistanceToThem) {
  Serial serial;
  using image::SampleType;
  for (const SampleType type : {SampleType::kUint8, SampleType::kUint16, SampleType::kInt16, SampleType::kFloat32}) {
    for (const auto& [x, y, z] : {std::array{70, 13, 30}, {72, 16, 32}, {0, 0, 0}, {149, 36, 60}, {76, 20, 27}}) {
      const BrickMap map = MakeBrickMap(OneBrightVoxel(type, x, y, z), {kBright}, Interpolation::kLinear, serial);
      ASSERT_EQ(map.cells.size(), size_t{19} * 5 * 8 + 1);
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
            int octants = 0;
            for (int i = 0; i < 8; ++i) {
              const bool sees =
                  SeesVoxel(2 * a + i % 2, x) && SeesVoxel(2 * b + i / 2 % 2, y) && SeesVoxel(2 * c + i / 4, z);
              octants |= sees << i;
            }
            const int cell = map.cells[map.index(a, b, c)];
            ASSERT_EQ(cell >> 8, std::min(distance, BrickMap::kFarthest)) << a << " " << b << " " << c;
            ASSERT_EQ(cell & 0xFF, octants) << a << " " << b << " " << c << " of " << x << " " << y << " " << z;
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
  EXPECT_TRUE(std::all_of(map.cells.begin(), map.cells.end() - 1,
                          [](uint16_t cell) { return cell == BrickMap::kFarthest << 8; }));
}

}  // namespace
}  // namespace vitrine::render::simd
