#include "service/handler/curve_path.h"

#include <cmath>

#include "gtest/gtest.h"

namespace vitrine::service {
namespace {

using image::Vector3;

void ExpectNear(const Vector3& actual, const Vector3& expected) {
  EXPECT_NEAR(actual.x, expected.x, 1e-9);
  EXPECT_NEAR(actual.y, expected.y, 1e-9);
  EXPECT_NEAR(actual.z, expected.z, 1e-9);
}

TEST(CurvePath, IsParametrisedByArcLength) {
  const CurvePath path({{0, 0, 0}, {3, 4, 0}, {3, 4, 10}}, 0.5);
  EXPECT_DOUBLE_EQ(path.length(), 15);
  ExpectNear(path.At(0), {0, 0, 0});
  ExpectNear(path.At(2.5), {1.5, 2, 0});
  ExpectNear(path.At(5), {3, 4, 0});
  ExpectNear(path.At(11), {3, 4, 6});
  ExpectNear(path.At(15), {3, 4, 10});
}

TEST(CurvePath, EndsHold) {
  const CurvePath path({{0, 0, 0}, {10, 0, 0}}, 1);
  ExpectNear(path.At(-5), {0, 0, 0});
  ExpectNear(path.At(99), {10, 0, 0});
  ExpectNear(path.Direction(0), {1, 0, 0});
  ExpectNear(path.Direction(10), {1, 0, 0});
}

TEST(CurvePath, DirectionsTurnSmoothlyAtCorners) {
  const CurvePath path({{0, 0, 0}, {10, 0, 0}, {10, 10, 0}}, 1);
  ExpectNear(path.Direction(5), {1, 0, 0});
  ExpectNear(path.Direction(10), {std::sqrt(0.5), std::sqrt(0.5), 0});
  ExpectNear(path.Direction(15), {0, 1, 0});
}

TEST(CurvePath, APathThatTurnsBackHasADirection) {
  const CurvePath path({{0, 0, 0}, {10, 0, 0}, {0, 0, 0}}, 1);
  EXPECT_NEAR(Length(path.Direction(10)), 1, 1e-9);
}

}  // namespace
}  // namespace vitrine::service
