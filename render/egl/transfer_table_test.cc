#include "render/egl/transfer_table.h"

#include <algorithm>
#include <cmath>
#include <random>

#include "gtest/gtest.h"

namespace vitrine::render::egl {
namespace {

using image::TransferFunction;

constexpr int kFloats = TransferTable::kFloatsPerSegment;

// With a gap in which nothing shows, a step, and points that are close together and far apart.
TransferFunction Function() {
  TransferFunction function;
  function.points = {{-1000, 0, 0, 0, 0},    {-500, 1, 0, 0, 0.3}, {-400, 1, 1, 0, 0}, {100, 0, 1, 1, 0},
                     {100.01, 0, 0, 1, 0.5}, {1e5, 1, 1, 1, 0.9},  {2e5, 1, 0, 1, 0}};
  return function;
}

// As the shader does it.
int SegmentOf(const TransferTable& table, float value) {
  const float bucket = std::clamp((value - table.origin) * table.scale, 0.0f, TransferTable::kBuckets - 1.0f);
  int i = table.buckets[static_cast<int>(bucket)];
  while (i + 1 < table.count() && value >= table.segments[kFloats * (i + 1)]) ++i;
  return i;
}

TEST(TransferTable, GivesTheFunctionOfStoredValues) {
  const image::Rescale rescale = {0.25, -1000};
  const TransferTable table = TabulateTransfer(Function(), rescale);
  for (double value :
       {-5e4, -1000.0, -999.5, -750.0, -500.0, -430.0, -400.0, 0.0, 99.5, 100.0, 5000.0, 1e5, 2e5, 9e6}) {
    const auto stored = static_cast<float>((value - rescale.intercept) / rescale.slope);
    const float* segment = table.segments.data() + kFloats * SegmentOf(table, stored);
    const float along = std::clamp((stored - segment[0]) * segment[1], 0.0f, 1.0f);
    const TransferFunction::Point expected = Evaluate(Function(), value);
    EXPECT_NEAR(segment[4] + along * segment[8], expected.red, 1e-6) << value;
    EXPECT_NEAR(segment[5] + along * segment[9], expected.green, 1e-6) << value;
    EXPECT_NEAR(segment[6] + along * segment[10], expected.blue, 1e-6) << value;
    EXPECT_NEAR(segment[7] + along * segment[11], expected.opacity, 1e-6) << value;
  }
}

TEST(TransferTable, KnowsWhereNothingShows) {
  const TransferTable table = TabulateTransfer(Function(), {1, 0});
  std::mt19937 random(3);
  int invisible = 0;
  for (int n = 0; n < 20000; ++n) {
    const double low = random() / 4294967295.0 * 2000 - 1500 + (n % 5 == 0 ? 2e5 : 0);
    const double high = low + random() / 4294967295.0 * 400;
    const bool expected = LargestOpacity(Function(), static_cast<float>(low), static_cast<float>(high)) == 0;
    const int segment = SegmentOf(table, static_cast<float>(low));
    EXPECT_EQ(static_cast<float>(high) <= table.segments[kFloats * segment + 2], expected) << low << " to " << high;
    invisible += expected;
  }
  EXPECT_GT(invisible, 1000);
}

TEST(TransferTable, TakesPointsThatSinglePrecisionCannotTellApart) {
  TransferFunction function;
  function.points = {{1e6, 0, 0, 0, 0}, {1e6 + 1e-4, 1, 1, 1, 1}, {1e6 + 2e-4, 0, 1, 0, 0.5}};
  const TransferTable table = TabulateTransfer(function, {1, 0});
  for (const float number : table.segments) EXPECT_TRUE(std::isfinite(number));
  EXPECT_EQ(SegmentOf(table, 1e6f - 1), 0);
  EXPECT_EQ(SegmentOf(table, 1e6f + 1), 3);
}

}  // namespace
}  // namespace vitrine::render::egl
