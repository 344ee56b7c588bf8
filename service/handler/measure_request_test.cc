#include "service/handler/measure_request.h"

#include <cmath>
#include <limits>

#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace vitrine::service {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;
using Shape = v1::MeasureRequest::Shape;

v1::MeasureRequest Request(bool slice = false) {
  v1::MeasureRequest request;
  v1::Target& target = *request.mutable_view()->mutable_target();
  target.set_study_instance_uid("1.1");
  target.set_series_instance_uid("1.2");
  if (slice) {
    request.mutable_view()->mutable_slice();
  } else {
    target.set_sop_instance_uid("1.3");
    request.mutable_view()->mutable_frame();
  }
  return request;
}

void Add(v1::MeasureRequest& request, Shape::Kind kind, const std::vector<std::vector<double>>& points) {
  Shape& shape = *request.add_shapes();
  shape.set_kind(kind);
  for (const auto& point : points) {
    v1::Vector3& vector = *shape.add_points();
    vector.set_x(point[0]);
    vector.set_y(point[1]);
    if (point.size() > 2) vector.set_z(point[2]);
  }
}

absl::Status StatusOf(const v1::MeasureRequest& request) { return CanonicalizeMeasure(request, {}).status(); }

void ExpectInvalid(const v1::MeasureRequest& request, const char* words) {
  const absl::Status status = StatusOf(request);
  EXPECT_EQ(CategoryOf(status), ErrorCategory::kInvalidRequest);
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(words)));
}

TEST(CanonicalizeMeasure, FillsInTheViewsDefaults) {
  v1::MeasureRequest request = Request();
  Add(request, Shape::POINT, {{1, 2, 77}});
  ASSERT_OK_AND_ASSIGN(const v1::MeasureRequest canonical, CanonicalizeMeasure(request, {}));
  EXPECT_EQ(canonical.view().frame().frame_number(), 1);
  EXPECT_EQ(canonical.shapes(0).points(0).x(), 1);
  EXPECT_EQ(canonical.shapes(0).points(0).z(), 0);  // Unused on a frame.
}

TEST(CanonicalizeMeasure, EveryKindHasItsPoints) {
  const std::pair<Shape::Kind, size_t> kinds[] = {
      {Shape::POINT, 1}, {Shape::LENGTH, 2}, {Shape::ANGLE, 3}, {Shape::RECTANGLE, 2}, {Shape::ELLIPSE, 2}};
  const std::vector<std::vector<double>> points = {{1, 2}, {3, 4}, {5, 7}, {8, 9}};
  for (const auto& [kind, count] : kinds) {
    for (size_t given = 0; given <= 4; ++given) {
      v1::MeasureRequest request = Request();
      Add(request, Shape::POINT, {{0, 0}});
      Add(request, kind, {points.begin(), points.begin() + static_cast<int>(given)});
      if (given == count) {
        EXPECT_THAT(StatusOf(request), IsOk());
      } else {
        ExpectInvalid(request, "shapes[1]");
      }
    }
  }
  v1::MeasureRequest request = Request();
  Add(request, Shape::KIND_UNSPECIFIED, {});
  ExpectInvalid(request, "shapes[0]: kind");
  request = Request();
  Add(request, static_cast<Shape::Kind>(9), {{1, 1}});
  ExpectInvalid(request, "shapes[0]: kind");
}

TEST(CanonicalizeMeasure, CoordinatesAreFinite) {
  for (const double value : {std::nan(""), std::numeric_limits<double>::infinity(), 1.1e6, -1.1e6}) {
    v1::MeasureRequest request = Request();
    Add(request, Shape::LENGTH, {{0, 0}, {0, value}});
    ExpectInvalid(request, "shapes[0]");
    v1::MeasureRequest slice = Request(true);
    Add(slice, Shape::POINT, {{0, 0, value}});
    ExpectInvalid(slice, "shapes[0]");
  }
}

TEST(CanonicalizeMeasure, AnglesNeedThreePlaces) {
  v1::MeasureRequest request = Request();
  Add(request, Shape::ANGLE, {{1, 1}, {1, 1}, {5, 5}});
  ExpectInvalid(request, "vertex");
  request = Request();
  Add(request, Shape::ANGLE, {{1, 1}, {5, 5}, {5, 5, 3}});  // The same place of a frame.
  ExpectInvalid(request, "vertex");
  request = Request(true);
  Add(request, Shape::ANGLE, {{1, 1}, {5, 5}, {5, 5, 3}});
  EXPECT_THAT(StatusOf(request), IsOk());
}

TEST(CanonicalizeMeasure, ShapesAreOneTo256) {
  v1::MeasureRequest request = Request();
  ExpectInvalid(request, "shapes");
  for (int i = 0; i < 256; ++i) Add(request, Shape::POINT, {{1, 1}});
  EXPECT_THAT(StatusOf(request), IsOk());
  Add(request, Shape::POINT, {{1, 1}});
  ExpectInvalid(request, "shapes");
}

TEST(CanonicalizeMeasure, OnlyPlanesAreMeasured) {
  v1::MeasureRequest request;
  ExpectInvalid(request, "view is required");
  request = Request(true);
  Add(request, Shape::POINT, {{1, 1}});
  v1::MeasureRequest volume = request;
  volume.mutable_view()->mutable_volume();
  ExpectInvalid(volume, "no plane");
  v1::MeasureRequest curve = request;
  curve.mutable_view()->mutable_slice()->add_curve();
  curve.mutable_view()->mutable_slice()->add_curve()->set_x(9);
  ExpectInvalid(curve, "no plane");
  v1::MeasureRequest no_kind = request;
  no_kind.mutable_view()->clear_slice();
  ExpectInvalid(no_kind, "view.kind");
  v1::MeasureRequest bad_view = request;
  bad_view.mutable_view()->mutable_slice()->set_slab_thickness_mm(-1);
  ExpectInvalid(bad_view, "slab_thickness_mm");
}

}  // namespace
}  // namespace vitrine::service
