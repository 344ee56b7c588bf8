#include "image/bricks.h"

#include <atomic>
#include <cstring>
#include <thread>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "base/parallel.h"
#include "gtest/gtest.h"
#include "image/volume.h"

namespace vitrine::image {
namespace {

// Sheared, as a tilted gantry makes it: slice_step is not normal to the slices.
Lattice Tilted() { return {20, 10, 5, {100, -50, 30}, {0.5, 0, 0}, {0, 0.7, 0}, {0, 0.4, 2}}; }

Volume Counting(Lattice lattice) {
  Volume volume;
  volume.lattice = lattice;
  volume.type = SampleType::kInt16;
  volume.voxels = VoxelBuffer(volume.voxel_count() * 2);
  for (size_t i = 0; i < volume.voxel_count(); ++i) {
    const auto value = static_cast<int16_t>(static_cast<int>(i % 2000) - 1000);
    std::memcpy(volume.voxels.data() + 2 * i, &value, 2);
  }
  return volume;
}

TEST(Bricks, KnowTheExtremesOfTheirCells) {
  const Volume volume = Counting(Tilted());
  EXPECT_EQ(volume.bricks().columns, 3);
  EXPECT_EQ(volume.bricks().rows, 2);
  EXPECT_EQ(volume.bricks().slices, 1);
  // Voxels 0..8 of the columns, 0..8 of the rows, all slices.
  EXPECT_EQ(volume.bricks().at(0, 0, 0).minimum, -1000);
  EXPECT_EQ(volume.bricks().at(0, 0, 0).maximum, -1000 + 8 + 8 * 20 + 4 * 200);
  // Voxels 16..19 of the columns, 8..9 of the rows.
  EXPECT_EQ(volume.bricks().at(2, 1, 0).minimum, -1000 + 16 + 8 * 20);
  EXPECT_EQ(volume.bricks().at(2, 1, 0).maximum, -1000 + 19 + 9 * 20 + 4 * 200);
  EXPECT_FALSE(volume.bricks().at(2, 1, 0).has_padding);
  EXPECT_EQ(volume.bricks().all.minimum, -1000);
  EXPECT_EQ(volume.bricks().all.maximum, -1000 + 19 + 9 * 20 + 4 * 200);
}

TEST(Bricks, LeavePaddingOut) {
  const Lattice lattice = {4, 4, 4, {}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  Volume half = Counting(lattice);
  half.padding.assign(1, 0xFFFFFFFFull);  // The lower two slices.
  EXPECT_TRUE(half.bricks().at(0, 0, 0).has_padding);
  EXPECT_EQ(half.bricks().at(0, 0, 0).minimum, -1000 + 32);
  Volume all = Counting(lattice);
  all.padding.assign(1, ~uint64_t{0});
  EXPECT_GT(all.bricks().at(0, 0, 0).minimum, all.bricks().at(0, 0, 0).maximum);
  EXPECT_GT(all.bricks().all.minimum, all.bricks().all.maximum);
}

TEST(Bricks, AreComputedOnceHoweverManyAskAtTheSameTime) {
  struct Counted : Parallel {
    void For(int count, absl::FunctionRef<void(int)> task) override {
      ++calls;
      Serial().For(count, task);
    }
    std::atomic<int> calls = 0;
  };
  Volume built = Counting(Tilted());
  const Volume volume = std::move(built);
  Counted parallel;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&] { EXPECT_EQ(volume.bricks(parallel).at(0, 0, 0).minimum, -1000); });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(parallel.calls, 1);
  EXPECT_EQ(&volume.bricks(), &volume.bricks(parallel));
}

}  // namespace
}  // namespace vitrine::image
