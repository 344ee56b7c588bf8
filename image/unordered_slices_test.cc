#include "image/unordered_slices.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <random>
#include <vector>

#include "base/parallel.h"
#include "gtest/gtest.h"

namespace vitrine::image {
namespace {

// More than one band, and none of them full.
constexpr int kColumns = 129;
constexpr int kRows = 257;
constexpr size_t kSliceSamples = kColumns * kRows;

uint16_t SampleOf(int slice, size_t i) { return static_cast<uint16_t>(977 * slice + 31 * i); }

Frame FrameOf(int slice) {
  Frame frame{.columns = kColumns, .rows = kRows, .type = SampleType::kUint16, .bits = 16, .samples = {}};
  frame.samples.resize(kSliceSamples * 2);
  for (size_t i = 0; i < kSliceSamples; ++i) {
    const uint16_t sample = SampleOf(slice, i);
    std::memcpy(frame.samples.data() + 2 * i, &sample, 2);
  }
  return frame;
}

void ExpectOrdered(const std::vector<int>& order) {
  UnorderedSlices stack(kColumns, kRows, SampleType::kUint16, static_cast<int>(order.size()));
  for (size_t slice = 0; slice < order.size(); ++slice) {
    ASSERT_TRUE(stack.Set(static_cast<int>(slice), FrameOf(static_cast<int>(slice))));
  }
  Serial serial;
  const VoxelBuffer voxels = stack.TakeOrdered(order, serial);
  ASSERT_EQ(voxels.size(), order.size() * kSliceSamples * 2);
  const auto* samples = reinterpret_cast<const uint16_t*>(voxels.data());
  for (size_t slice = 0; slice < order.size(); ++slice) {
    for (size_t i = 0; i < kSliceSamples; ++i) {
      ASSERT_EQ(samples[slice * kSliceSamples + i], SampleOf(order[slice], i)) << "slice " << slice << " sample " << i;
    }
  }
}

TEST(UnorderedSlicesTest, BringsSlicesIntoAnyOrder) {
  ExpectOrdered({0});
  ExpectOrdered({0, 1, 2});
  ExpectOrdered({2, 1, 0});
  ExpectOrdered({1, 2, 3, 0});
  std::mt19937 random(7);
  for (int size : {2, 3, 17, 18}) {
    std::vector<int> order(size);
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), random);
    ExpectOrdered(order);
  }
}

TEST(UnorderedSlicesTest, RefusesOtherFrames) {
  UnorderedSlices stack(kColumns, kRows, SampleType::kUint16, 2);
  EXPECT_TRUE(stack.Set(1, FrameOf(1)));
  Frame frame = FrameOf(1);
  frame.type = SampleType::kInt16;
  EXPECT_FALSE(stack.Set(0, frame));
  frame = FrameOf(1);
  std::swap(frame.columns, frame.rows);
  EXPECT_FALSE(stack.Set(0, frame));
  frame = FrameOf(1);
  frame.channels = 3;
  EXPECT_FALSE(stack.Set(0, frame));
  Serial serial;
  const VoxelBuffer voxels = stack.TakeOrdered({0, 1}, serial);
  EXPECT_EQ(std::count(voxels.data(), voxels.data() + voxels.size() / 2, 0), voxels.size() / 2);
}

}  // namespace
}  // namespace vitrine::image
