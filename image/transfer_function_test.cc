#include "image/transfer_function.h"

#include "gtest/gtest.h"

namespace vitrine::image {
namespace {

TransferFunction Tent() { return {{{0, 0, 0, 0, 0}, {100, 1, 0.5, 0, 0.8}, {200, 1, 1, 1, 0.2}}}; }

TEST(TransferFunction, IsLinearBetweenPointsAndConstantBeyond) {
  EXPECT_DOUBLE_EQ(Evaluate(Tent(), -5).opacity, 0);
  EXPECT_DOUBLE_EQ(Evaluate(Tent(), 25).opacity, 0.2);
  EXPECT_DOUBLE_EQ(Evaluate(Tent(), 25).red, 0.25);
  EXPECT_DOUBLE_EQ(Evaluate(Tent(), 100).opacity, 0.8);
  EXPECT_DOUBLE_EQ(Evaluate(Tent(), 150).green, 0.75);
  EXPECT_DOUBLE_EQ(Evaluate(Tent(), 1e9).opacity, 0.2);
}

TEST(TransferFunction, LargestOpacityLooksInside) {
  EXPECT_DOUBLE_EQ(LargestOpacity(Tent(), 50, 150), 0.8);
  EXPECT_DOUBLE_EQ(LargestOpacity(Tent(), 0, 50), 0.4);
  EXPECT_DOUBLE_EQ(LargestOpacity(Tent(), -10, 0), 0);
  EXPECT_DOUBLE_EQ(LargestOpacity(Tent(), 250, 300), 0.2);
}

}  // namespace
}  // namespace vitrine::image
