#include "service/handler/planar_measure.h"

#include <cmath>

#include "gtest/gtest.h"

namespace vitrine::service {
namespace {

using Shape = v1::MeasureRequest::Shape;
using Result = v1::MeasureResponse::Result;

constexpr double kPi = 3.14159265358979323846;
constexpr PlaneScale kAnisotropic = {0.5, 2, v1::MeasureResponse::PIXEL_SPACING};

Result Measured(Shape::Kind kind, const std::vector<PlanePoint>& points, const std::optional<PlaneScale>& scale) {
  Result result;
  MeasureGeometry(kind, points, scale, result);
  return result;
}

TEST(PlanarMeasure, LengthsFollowBothSpacings) {
  const Result result = Measured(Shape::LENGTH, {{1, 1}, {7, 3}}, kAnisotropic);
  EXPECT_DOUBLE_EQ(result.length_mm(), 5);  // 3 across, 4 down.
  EXPECT_EQ(result.spacing_source(), v1::MeasureResponse::PIXEL_SPACING);
  EXPECT_FALSE(result.has_angle_degrees());
  EXPECT_FALSE(result.has_statistics());
  EXPECT_FALSE(Measured(Shape::LENGTH, {{1, 1}, {7, 3}}, std::nullopt).has_length_mm());
}

TEST(PlanarMeasure, AnglesAreThoseBetweenLinesInMm) {
  const std::vector<PlanePoint> points = {{4, 0}, {0, 0}, {4, 1}};
  EXPECT_NEAR(Measured(Shape::ANGLE, points, kAnisotropic).angle_degrees(), 45, 1e-12);
  EXPECT_NEAR(Measured(Shape::ANGLE, points, std::nullopt).angle_degrees(), std::atan(0.25) * 180 / kPi, 1e-12);
  EXPECT_NEAR(Measured(Shape::ANGLE, {{-3, 0}, {0, 0}, {5, 0}}, kAnisotropic).angle_degrees(), 180, 1e-12);
  EXPECT_NEAR(Measured(Shape::ANGLE, {{0, -3}, {0, 0}, {5, 0}}, kAnisotropic).angle_degrees(), 90, 1e-12);
  EXPECT_EQ(Measured(Shape::ANGLE, {{5, 5}, {0, 0}, {5, 5}}, kAnisotropic).angle_degrees(), 0);
}

TEST(PlanarMeasure, AreasAreThoseOfTheShapes) {
  EXPECT_DOUBLE_EQ(Measured(Shape::RECTANGLE, {{5, 6}, {1, 1}}, kAnisotropic).statistics().area_mm2(), 20);
  EXPECT_DOUBLE_EQ(Measured(Shape::ELLIPSE, {{5, 6}, {1, 1}}, kAnisotropic).statistics().area_mm2(), kPi * 1 * 5);
  EXPECT_FALSE(Measured(Shape::ELLIPSE, {{5, 6}, {1, 1}}, std::nullopt).statistics().has_area_mm2());
  EXPECT_EQ(Measured(Shape::POINT, {{5, 6}}, kAnisotropic).ByteSizeLong(), 0u);
}

TEST(PlanarMeasure, StatisticsOfKnownNumbers) {
  RunningStatistics running;
  for (const double value : {2, 4, 4, 4, 5, 5, 7, 9}) running.Add(value);
  v1::MeasureResponse::Statistics statistics;
  running.WriteTo(statistics);
  EXPECT_EQ(statistics.samples(), 8);
  EXPECT_DOUBLE_EQ(statistics.mean(), 5);
  EXPECT_DOUBLE_EQ(statistics.standard_deviation(), 2);
  EXPECT_EQ(statistics.minimum(), 2);
  EXPECT_EQ(statistics.maximum(), 9);
}

TEST(PlanarMeasure, StatisticsKeepTheirPrecisionFarFromZero) {
  RunningStatistics running;
  for (int i = 0; i < 1'000'000; ++i) running.Add(1e9 + (i % 2 == 0 ? 1 : -1));
  v1::MeasureResponse::Statistics statistics;
  running.WriteTo(statistics);
  EXPECT_NEAR(statistics.mean(), 1e9, 1e-5);
  EXPECT_NEAR(statistics.standard_deviation(), 1, 1e-6);
}

TEST(PlanarMeasure, NoSamplesHaveNoStatistics) {
  v1::MeasureResponse::Statistics statistics;
  RunningStatistics().WriteTo(statistics);
  EXPECT_EQ(statistics.samples(), 0);
  EXPECT_FALSE(statistics.has_mean() || statistics.has_standard_deviation() || statistics.has_minimum() ||
               statistics.has_maximum());
}

}  // namespace
}  // namespace vitrine::service
