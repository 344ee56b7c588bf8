#include "render/simd/transfer_table.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "gtest/gtest.h"

namespace vitrine::render::simd {
namespace {

using image::Range;
using image::Rescale;
using image::TransferFunction;

// Opaque between 100 and 300, and again from 1000 on.
TransferFunction Islands() {
  return {{{100, 1, 0, 0, 0}, {200, 0, 1, 0, 0.5}, {300, 0, 0, 1, 0}, {1000, 0, 0, 1, 0}, {1100, 1, 1, 1, 1}}};
}

double LookUp(const TransferTable& table, const std::vector<float>& entries, double stored) {
  const double entry = std::clamp((stored - table.pivot) * table.scale, 0.0, 1.0 * table.last);
  const int index = static_cast<int>(entry);
  return entries[index] + (entry - index) * (entries[index + 1] - entries[index]);
}

TEST(OpaqueRanges, AreTheRampsInStoredValues) {
  const auto ranges = OpaqueRanges(Islands(), Rescale{2, -1000});
  ASSERT_EQ(ranges.size(), 2u);
  EXPECT_FLOAT_EQ(ranges[0].low, 550);
  EXPECT_GT(ranges[0].low, 550.0f) << "there the ramp is still at zero";
  EXPECT_FLOAT_EQ(ranges[0].high, 650);
  EXPECT_LT(ranges[0].high, 650.0f);
  EXPECT_FLOAT_EQ(ranges[1].low, 1000);
  EXPECT_EQ(ranges[1].high, std::numeric_limits<float>::infinity());
}

TEST(OpaqueRanges, ReachBeyondTheEndsThatAreOpaque) {
  const TransferFunction fog{{{0, 1, 1, 1, 0.1}, {10, 1, 1, 1, 0}, {20, 1, 1, 1, 0}}};
  const auto ranges = OpaqueRanges(fog, Rescale{1, 0});
  ASSERT_EQ(ranges.size(), 1u);
  EXPECT_EQ(ranges[0].low, -std::numeric_limits<float>::infinity());
  EXPECT_FLOAT_EQ(ranges[0].high, 10);
  const TransferFunction clear{{{0, 1, 1, 1, 0}, {10, 1, 1, 1, 0}}};
  EXPECT_TRUE(OpaqueRanges(clear, Rescale{1, 0}).empty());
}

TEST(TransferTable, FollowsTheFunctionAndCorrectsOpacity) {
  const Rescale rescale{2, -1000};
  const TransferTable table = MakeTransferTable(Islands(), rescale, Range{0, 4095}, 0.5);
  for (double stored = 0; stored <= 1200; stored += 0.37) {
    const auto point = Evaluate(Islands(), 2 * stored - 1000);
    // 0.5 mm let through the square root of what 1 mm does.
    EXPECT_NEAR(LookUp(table, table.opacity, stored), 1 - std::sqrt(1 - point.opacity), 0.02) << stored;
    EXPECT_NEAR(LookUp(table, table.red, stored), point.red, 0.01) << stored;
    EXPECT_NEAR(LookUp(table, table.green, stored), point.green, 0.01) << stored;
    EXPECT_NEAR(LookUp(table, table.blue, stored), point.blue, 0.01) << stored;
  }
}

TEST(TransferTable, SpendsItsEntriesOnWhatTheVolumeHolds) {
  TransferFunction steep = Islands();
  steep.points.push_back({60000, 1, 1, 1, 1});
  steep.points[1].value = 100.5;  // A ramp of half a unit.
  const TransferTable table = MakeTransferTable(steep, Rescale{1, 0}, Range{90, 310}, 1);
  for (double stored = 100; stored <= 101; stored += 0.01) {
    EXPECT_NEAR(LookUp(table, table.opacity, stored), Evaluate(steep, stored).opacity, 0.02) << stored;
  }
}

TEST(TransferTable, OfAVolumeOfOneValue) {
  for (const double value : {-5.0, 150.0, 5000.0}) {
    const TransferTable table = MakeTransferTable(Islands(), Rescale{1, 0}, Range{value, value}, 1);
    EXPECT_NEAR(LookUp(table, table.opacity, value), Evaluate(Islands(), value).opacity, 1e-6) << value;
  }
}

}  // namespace
}  // namespace vitrine::render::simd
