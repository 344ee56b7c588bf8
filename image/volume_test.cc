#include "image/volume.h"

#include <utility>

#include "gtest/gtest.h"

namespace vitrine::image {
namespace {

// Sheared, as a tilted gantry makes it: slice_step is not normal to the slices.
Lattice Tilted() { return {20, 10, 5, {100, -50, 30}, {0.5, 0, 0}, {0, 0.7, 0}, {0, 0.4, 2}}; }

TEST(Volume, VoxelCoordinatesAndBack) {
  const Vector3 p = ToPatient(Tilted(), {2, 3, 4});
  EXPECT_DOUBLE_EQ(p.x, 101);
  EXPECT_DOUBLE_EQ(p.y, -50 + 2.1 + 1.6);
  EXPECT_DOUBLE_EQ(p.z, 38);
  const Vector3 voxel = ToVoxel(Tilted(), p);
  EXPECT_NEAR(voxel.x, 2, 1e-12);
  EXPECT_NEAR(voxel.y, 3, 1e-12);
  EXPECT_NEAR(voxel.z, 4, 1e-12);
}

TEST(Volume, BoundingBoxReachesTheOuterEdges) {
  const Box box = BoundingBox(Tilted());
  EXPECT_DOUBLE_EQ(box.minimum.x, 99.75);
  EXPECT_DOUBLE_EQ(box.maximum.x, 109.75);
  EXPECT_DOUBLE_EQ(box.minimum.y, -50 - 0.35 - 0.2);
  EXPECT_DOUBLE_EQ(box.maximum.y, -50 + 9.5 * 0.7 + 4.5 * 0.4);
  EXPECT_DOUBLE_EQ(box.minimum.z, 29);
  EXPECT_DOUBLE_EQ(box.maximum.z, 39);
}

TEST(Volume, SmallestSpacing) { EXPECT_DOUBLE_EQ(SmallestSpacing(Tilted()), 0.5); }

TEST(Volume, BufferIsZeroedAndReadableBeyondItsEnds) {
  VoxelBuffer buffer(1000);
  ASSERT_EQ(buffer.size(), 1000u);
  for (int i = -static_cast<int>(VoxelBuffer::kReadable); i < 1000 + static_cast<int>(VoxelBuffer::kReadable); ++i) {
    ASSERT_EQ(buffer.data()[i], 0) << i;
  }
  buffer.data()[999] = 7;
  const VoxelBuffer moved = std::move(buffer);
  EXPECT_EQ(moved.data()[999], 7);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(moved.data()) % 64, 0u);
}

}  // namespace
}  // namespace vitrine::image
