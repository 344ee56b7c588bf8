#include "render/resample_weights.h"

#include <numeric>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vitrine::render {
namespace {

using ::testing::DoubleNear;
using ::testing::ElementsAre;
using ::testing::Pointwise;

constexpr double kError = 1e-12;

MATCHER_P(Near, error, "") { return std::abs(std::get<0>(arg) - std::get<1>(arg)) <= error; }

void ExpectWeights(const AxisWeights& axis, const std::vector<double>& expected) {
  EXPECT_THAT(axis.weights, Pointwise(Near(kError), expected));
}

TEST(ResampleWeights, WholeSamplesOneToOneAreCopied) {
  const AxisWeights axis = MakeAxisWeights(10, 3, 4, 4, false);
  EXPECT_TRUE(axis.copies);
  EXPECT_EQ(axis.taps, 1);
  EXPECT_THAT(axis.first, ElementsAre(3, 4, 5, 6));
  ExpectWeights(axis, {1, 1, 1, 1});
}

TEST(ResampleWeights, FlippingReversesTheOutput) {
  const AxisWeights copy = MakeAxisWeights(10, 3, 4, 4, true);
  EXPECT_TRUE(copy.copies);
  EXPECT_THAT(copy.first, ElementsAre(6, 5, 4, 3));

  const AxisWeights area = MakeAxisWeights(3, 0, 3, 2, true);  // Unflipped: {2/3, 1/3}, {1/3, 2/3}; symmetric.
  EXPECT_THAT(area.first, ElementsAre(1, 0));
  ExpectWeights(area, {1 / 3.0, 2 / 3.0, 2 / 3.0, 1 / 3.0});
}

TEST(ResampleWeights, HalvingAveragesPairs) {
  const AxisWeights axis = MakeAxisWeights(8, 2, 6, 3, false);
  EXPECT_FALSE(axis.copies);
  EXPECT_EQ(axis.taps, 2);
  EXPECT_THAT(axis.first, ElementsAre(2, 4, 6));
  ExpectWeights(axis, {0.5, 0.5, 0.5, 0.5, 0.5, 0.5});
}

TEST(ResampleWeights, AreaCoverageCountsPartsOfSamples) {
  // [0.5, 4.25) in 2: each 1.875 wide: [0.5, 2.375) covers 0.5, 1, 0.375; [2.375, 4.25) covers 0.625, 1, 0.25.
  const AxisWeights axis = MakeAxisWeights(6, 0.5, 3.75, 2, false);
  EXPECT_EQ(axis.taps, 3);
  EXPECT_THAT(axis.first, ElementsAre(0, 2));
  ExpectWeights(axis, {0.5 / 1.875, 1 / 1.875, 0.375 / 1.875, 0.625 / 1.875, 1 / 1.875, 0.25 / 1.875});
}

TEST(ResampleWeights, DoublingUsesTheCubicAtQuarterAndThreeQuarters) {
  // Keys, a = -1/2, at distances 1.25, 0.25, 0.75, 1.75: -9/128, 111/128, 29/128, -3/128.
  const AxisWeights axis = MakeAxisWeights(8, 0, 8, 16, false);
  EXPECT_EQ(axis.taps, 4);
  // Output 7 lies at input 7.5 / 2 - 0.5 = 3.25; output 8 at 3.75.
  EXPECT_EQ(axis.first[7], 2);
  EXPECT_EQ(axis.first[8], 2);
  const double expected7[] = {-9 / 128.0, 111 / 128.0, 29 / 128.0, -3 / 128.0};
  for (int t = 0; t < 4; ++t) {
    EXPECT_THAT(axis.weights[7 * 4 + t], DoubleNear(expected7[t], kError));
    EXPECT_THAT(axis.weights[8 * 4 + t], DoubleNear(expected7[3 - t], kError));
  }
}

TEST(ResampleWeights, TapsOutsideTheInputFallOnTheEdgeSample) {
  // Output 0 lies at -0.25: taps at -2, -1, 0, 1 with -3/128, 29/128, 111/128, -9/128; the first three are sample 0.
  const AxisWeights axis = MakeAxisWeights(8, 0, 8, 16, false);
  EXPECT_EQ(axis.first[0], 0);
  EXPECT_THAT(axis.weights[0], DoubleNear(137 / 128.0, kError));
  EXPECT_THAT(axis.weights[1], DoubleNear(-9 / 128.0, kError));
  EXPECT_EQ(axis.weights[2], 0);
  EXPECT_EQ(axis.weights[3], 0);
  EXPECT_EQ(axis.first[15], 4);
  EXPECT_THAT(axis.weights[63], DoubleNear(137 / 128.0, kError));
}

TEST(ResampleWeights, TheFilterSeesSamplesBesideTheRange) {
  const AxisWeights axis = MakeAxisWeights(20, 10, 1, 4, false);  // Only sample 10, enlarged.
  EXPECT_THAT(axis.first, ElementsAre(8, 8, 9, 9));
}

TEST(ResampleWeights, AShiftByHalfASampleInterpolates) {
  const AxisWeights axis = MakeAxisWeights(8, 2.5, 2, 2, false);  // At distances 1.5, 0.5, 0.5, 1.5.
  EXPECT_FALSE(axis.copies);
  EXPECT_THAT(axis.first, ElementsAre(1, 2));
  ExpectWeights(axis, {-1 / 16.0, 9 / 16.0, 9 / 16.0, -1 / 16.0, -1 / 16.0, 9 / 16.0, 9 / 16.0, -1 / 16.0});
}

TEST(ResampleWeights, InputsSmallerThanTheKernel) {
  const AxisWeights one = MakeAxisWeights(1, 0, 1, 3, false);
  EXPECT_EQ(one.taps, 1);
  EXPECT_THAT(one.first, ElementsAre(0, 0, 0));
  ExpectWeights(one, {1, 1, 1});
  const AxisWeights two = MakeAxisWeights(2, 0, 2, 4, false);
  EXPECT_EQ(two.taps, 2);
  ExpectWeights(two,
                {137 / 128.0, -9 / 128.0, 102 / 128.0, 26 / 128.0, 26 / 128.0, 102 / 128.0, -9 / 128.0, 137 / 128.0});
}

// What every backend relies on for memory safety, over many sizes and odd ranges.
TEST(ResampleWeights, StayInsideTheInputAndSumToOne) {
  for (int input = 1; input <= 40; ++input) {
    for (int output = 1; output <= 60; output += 1 + output / 9) {
      for (const double begin : {0.0, 0.3, input * 0.6, input - 1e-7}) {
        for (const double part : {1.0, 0.77, 1e-9}) {
          const AxisWeights axis = MakeAxisWeights(input, begin, (input - begin) * part, output, begin > 0.2);
          ASSERT_EQ(axis.output_size(), output);
          ASSERT_EQ(axis.weights.size(), static_cast<size_t>(output) * axis.taps);
          for (int i = 0; i < output; ++i) {
            ASSERT_GE(axis.first[i], 0);
            ASSERT_LE(axis.first[i] + axis.taps, input);
            const auto weights = axis.weights.begin() + i * axis.taps;
            ASSERT_NEAR(std::accumulate(weights, weights + axis.taps, 0.0), 1, 1e-9);
          }
        }
      }
    }
  }
}

TEST(ResampleWeights, AreaCoverageUsesEverySampleEqually) {
  const AxisWeights axis = MakeAxisWeights(3000, 0, 3000, 512, false);
  std::vector<double> used(3000);
  for (int i = 0; i < axis.output_size(); ++i) {
    for (int t = 0; t < axis.taps; ++t) used[axis.first[i] + t] += axis.weights[i * axis.taps + t];
  }
  for (const double sum : used) ASSERT_NEAR(sum, 512.0 / 3000, 1e-9);
}

}  // namespace
}  // namespace vitrine::render
