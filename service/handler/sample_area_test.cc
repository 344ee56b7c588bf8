#include "service/handler/sample_area.h"

#include "gtest/gtest.h"

namespace vitrine::service {
namespace {

using Form = SampleArea::Form;

int64_t CountOf(const SampleArea& area) {
  int64_t count = 0;
  const auto rows = area.rows();
  for (int64_t row = rows.first; row <= rows.last; ++row) count += area.ColumnsOf(row).count();
  return count;
}

TEST(SampleArea, ARectangleHoldsItsEdges) {
  const SampleArea area(Form::kRectangle, {1, 5}, {3, 2});  // Corners in any order.
  EXPECT_EQ(area.rows().first, 2);
  EXPECT_EQ(area.rows().last, 5);
  for (int row = 2; row <= 5; ++row) {
    EXPECT_EQ(area.ColumnsOf(row).first, 1);
    EXPECT_EQ(area.ColumnsOf(row).last, 3);
  }
  EXPECT_EQ(CountOf(SampleArea(Form::kRectangle, {0.5, 0.5}, {3.5, 2.5})), 6);
  EXPECT_EQ(CountOf(SampleArea(Form::kRectangle, {0.1, 0.1}, {0.9, 9})), 0);
  EXPECT_EQ(CountOf(SampleArea(Form::kRectangle, {2, 2}, {2, 2})), 1);
}

// Points of the integer lattice in a circle about the origin: Gauss' circle problem (OEIS A000328).
TEST(SampleArea, ACircleHoldsAsManyPointsAsGaussCounted) {
  const int counts[] = {1, 5, 13, 29, 49, 81, 113, 149, 197, 253, 317};
  for (int radius = 0; radius <= 10; ++radius) {
    const double r = radius;
    EXPECT_EQ(CountOf(SampleArea(Form::kEllipse, {-r, -r}, {r, r})), counts[radius]) << radius;
  }
}

TEST(SampleArea, AnEllipseHoldsWhatItsEquationSays) {
  const SampleArea area(Form::kEllipse, {-7.5, -2.25}, {9.5, 6.75});
  int64_t inside = 0;
  for (int y = -10; y <= 10; ++y) {
    for (int x = -10; x <= 10; ++x) {
      const double dx = (x - 1.0) / 8.5;
      const double dy = (y - 2.25) / 4.5;
      const bool expected = dx * dx + dy * dy <= 1;
      const auto columns = area.ColumnsOf(y);
      const bool in_rows = y >= area.rows().first && y <= area.rows().last;
      EXPECT_EQ(in_rows && x >= columns.first && x <= columns.last, expected) << x << " " << y;
      inside += expected ? 1 : 0;
    }
  }
  EXPECT_EQ(CountOf(area), inside);
}

TEST(SampleArea, FlatOnesAreLines) {
  EXPECT_EQ(CountOf(SampleArea(Form::kEllipse, {0, 3}, {4, 3})), 5);
  EXPECT_EQ(CountOf(SampleArea(Form::kEllipse, {2, 0}, {2, 4})), 5);
  EXPECT_EQ(CountOf(SampleArea(Form::kEllipse, {0, 3.5}, {4, 3.5})), 0);
}

TEST(SampleArea, ClippingLeavesTheShapeAsItIs) {
  SampleArea area(Form::kEllipse, {-5, -5}, {5, 5});
  area.ClipTo({0, 0}, {100, 3});
  EXPECT_EQ(area.rows().first, 0);
  EXPECT_EQ(area.rows().last, 3);
  EXPECT_EQ(area.columns().count(), 6);
  EXPECT_EQ(area.ColumnsOf(3).last, 4);  // 3, 4, 5.
  area.ClipTo({200, 200}, {300, 300});
  EXPECT_EQ(area.rows().count(), 0);
  EXPECT_EQ(area.columns().count(), 0);
  EXPECT_EQ(area.ColumnsOf(0).count(), 0);
}

}  // namespace
}  // namespace vitrine::service
