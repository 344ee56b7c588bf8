#include "render/simd/brick_map_cache.h"

#include <algorithm>
#include <memory>
#include <vector>

#include "base/parallel.h"
#include "gtest/gtest.h"

namespace vitrine::render::simd {
namespace {

constexpr OpaqueRange kBright{100, 200};
constexpr OpaqueRange kDark{0, 50};

std::shared_ptr<const image::Volume> Bright() {
  auto volume = std::make_shared<image::Volume>();
  volume->lattice = {16, 16, 16, {}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  volume->type = image::SampleType::kUint8;
  volume->voxels = image::VoxelBuffer(volume->voxel_count());
  std::fill_n(volume->voxels.data(), volume->voxel_count(), 150);
  return volume;
}

TEST(BrickMapCache, KeepsWhatWasAskedFor) {
  Serial serial;
  BrickMapCache cache;
  const auto volume = Bright();
  const auto bright = cache.Get(volume, {kBright}, Interpolation::kLinear, serial);
  EXPECT_EQ(cache.Get(volume, {kBright}, Interpolation::kLinear, serial), bright);
  EXPECT_EQ(bright->brick_slices[0].subbrick_distances, 0u);
}

TEST(BrickMapCache, TellsVolumesRangesAndInterpolationsApart) {
  Serial serial;
  BrickMapCache cache;
  const auto volume = Bright();
  const auto other = Bright();
  const auto bright = cache.Get(volume, {kBright}, Interpolation::kLinear, serial);
  EXPECT_NE(cache.Get(other, {kBright}, Interpolation::kLinear, serial), bright);
  EXPECT_NE(cache.Get(volume, {kBright}, Interpolation::kCubic, serial), bright);
  EXPECT_EQ(cache.Get(volume, {kDark}, Interpolation::kLinear, serial)->brick_slices[0].subbrick_distances,
            ~uint32_t{0});
  EXPECT_NE(cache.Get(volume, {kBright, {201, 202}}, Interpolation::kLinear, serial), bright);
}

// A new volume may lie where an old one did.
TEST(BrickMapCache, ForgetsVolumesThatAreGone) {
  Serial serial;
  BrickMapCache cache;
  auto volume = Bright();
  const std::weak_ptr<const BrickMap> map = cache.Get(volume, {kBright}, Interpolation::kLinear, serial);
  volume.reset();
  EXPECT_FALSE(map.expired());
  cache.Get(Bright(), {kDark}, Interpolation::kLinear, serial);
  EXPECT_TRUE(map.expired());
}

TEST(BrickMapCache, HoldsTheLastOnesOnly) {
  Serial serial;
  BrickMapCache cache;
  const auto volume = Bright();
  const std::weak_ptr<const BrickMap> oldest = cache.Get(volume, {kBright}, Interpolation::kLinear, serial);
  const std::weak_ptr<const BrickMap> used = cache.Get(volume, {kDark}, Interpolation::kLinear, serial);
  for (int i = 1; i < 8; ++i) {
    cache.Get(volume, {{0, 1.0f * i}}, Interpolation::kLinear, serial);
    cache.Get(volume, {kDark}, Interpolation::kLinear, serial);
  }
  EXPECT_TRUE(oldest.expired());
  EXPECT_FALSE(used.expired());
}

}  // namespace
}  // namespace vitrine::render::simd
