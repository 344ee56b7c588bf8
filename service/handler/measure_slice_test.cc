#include "service/handler/measure_slice.h"

#include <cmath>

#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "service/handler/measure_request.h"
#include "service/handler/test_volume.h"

namespace vitrine::service {
namespace {

using image::Vector3;
using ::testing::HasSubstr;
using testing::StatusIs;
using Shape = v1::MeasureRequest::Shape;
using Response = v1::MeasureResponse;

// Voxels of 1 x 1 x 2 mm; voxel (i, j, k) has its centre at (i + 0.5, j + 0.5, 2 k + 1).
const image::Lattice kLattice = AxialLattice(20, 30, 25, 1, 2);

// Linear in mm, so that every sample has an exact answer: value = 10 x - 3 y + 2 z - 10.5 at (x, y, z).
std::shared_ptr<SourceVolume> Slope() {
  return MakeTestVolume(kLattice, [](int i, int j, int k) { return 10 * i - 3 * j + 4 * k - 5; });
}
double SlopeAt(const Vector3& p) { return 10 * (p.x - 0.5) - 3 * (p.y - 0.5) + 2 * (p.z - 1) - 5; }

v1::MeasureRequest Request(v1::Camera::Orientation orientation = v1::Camera::ANTERIOR) {
  v1::MeasureRequest request;
  request.mutable_view()->mutable_target()->set_study_instance_uid("1.1");
  request.mutable_view()->mutable_slice()->mutable_camera()->set_orientation(orientation);
  return request;
}

void SetVector(v1::Vector3& message, const Vector3& vector) {
  message.set_x(vector.x);
  message.set_y(vector.y);
  message.set_z(vector.z);
}

void Add(v1::MeasureRequest& request, Shape::Kind kind, const std::vector<Vector3>& points) {
  Shape& shape = *request.add_shapes();
  shape.set_kind(kind);
  for (const Vector3& point : points) SetVector(*shape.add_points(), point);
}

absl::StatusOr<Response> Measure(const v1::MeasureRequest& request, const std::shared_ptr<const SourceVolume>& source,
                                 const RenderLimits& limits = {}, const Operation& operation = {}) {
  auto canonical = CanonicalizeMeasure(request, limits);
  if (!canonical.ok()) return canonical.status();
  absl::StatusOr<MeasurePlan> plan = PlanSliceMeasure(*canonical, source, limits);
  if (!plan.ok()) return plan.status();
  return plan->run(operation);
}

// The plane from anterior through the volume's centre is y = 15.
constexpr double kY = 15;

TEST(MeasureSlice, APointIsSampledThere) {
  v1::MeasureRequest request = Request();
  const Vector3 points[] = {{3.2, kY, 7.7}, {0.5, kY, 1}, {10, kY, 25}};
  for (const Vector3& point : points) Add(request, Shape::POINT, {point});
  Add(request, Shape::POINT, {{-0.1, kY, 7}});
  Add(request, Shape::POINT, {{3, kY, 50.1}});
  auto source = Slope();
  source->unit = "HU";
  ASSERT_OK_AND_ASSIGN(const Response response, Measure(request, source));
  EXPECT_EQ(response.unit(), "HU");
  for (int i = 0; i < 3; ++i) EXPECT_NEAR(response.results(i).value(), SlopeAt(points[i]), 1e-9) << i;
  EXPECT_FALSE(response.results(3).has_value());
  EXPECT_FALSE(response.results(4).has_value());
}

TEST(MeasureSlice, ValuesAreRescaled) {
  auto source = Slope();
  source->volume.rescale = {2, -1000};
  v1::MeasureRequest request = Request();
  Add(request, Shape::POINT, {{3, kY, 7}});
  ASSERT_OK_AND_ASSIGN(const Response response, Measure(request, source));
  EXPECT_NEAR(response.results(0).value(), 2 * SlopeAt({3, kY, 7}) - 1000, 1e-9);
}

TEST(MeasureSlice, LengthsAnglesAndAreasAreInMm) {
  v1::MeasureRequest request = Request();
  Add(request, Shape::LENGTH, {{1, kY, 2}, {4, kY, 6}});
  Add(request, Shape::ANGLE, {{1, kY, 2}, {1, kY, 6}, {5, kY, 6}});
  Add(request, Shape::RECTANGLE, {{1, kY, 2}, {4, kY, 6}});
  ASSERT_OK_AND_ASSIGN(const Response response, Measure(request, Slope()));
  EXPECT_NEAR(response.results(0).length_mm(), 5, 1e-9);
  EXPECT_FALSE(response.results(0).has_length_pixels());
  EXPECT_NEAR(response.results(1).angle_degrees(), 90, 1e-9);
  EXPECT_NEAR(response.results(2).statistics().area_mm2(), 12, 1e-9);
  for (const Response::Result& result : response.results()) {
    EXPECT_EQ(result.spacing_source(), Response::VOLUME_GEOMETRY);
  }
}

TEST(MeasureSlice, TheGridIsAsFineAsTheSmallestSpacing) {
  v1::MeasureRequest request = Request();
  // x = 0.5, 1.5 ... and z = 1, 2 ...: 1 mm apart although slices are 2 mm apart, and through the first voxel's centre.
  Add(request, Shape::RECTANGLE, {{2, kY, 9.5}, {7, kY, 4.5}});
  ASSERT_OK_AND_ASSIGN(const Response response, Measure(request, Slope()));
  const auto& statistics = response.results(0).statistics();
  EXPECT_EQ(statistics.samples(), 25);
  EXPECT_NEAR(statistics.mean(), SlopeAt({4.5, kY, 7}), 1e-9);
  EXPECT_NEAR(statistics.minimum(), SlopeAt({2.5, kY, 5}), 1e-9);
  EXPECT_NEAR(statistics.maximum(), SlopeAt({6.5, kY, 9}), 1e-9);
  // Independent steps of 10 and of 2 with five values each: variance 2 of unit steps.
  EXPECT_NEAR(statistics.standard_deviation(), std::sqrt(2 * (10 * 10 + 2 * 2)), 1e-9);
}

TEST(MeasureSlice, AcquiredPlanesGiveTheVoxelsThemselves) {
  auto source = MakeTestVolume(kLattice, [](int i, int j, int k) { return (7919 * i + 104729 * j + 31 * k) % 1000; });
  v1::MeasureRequest request = Request(v1::Camera::FOOT);
  SetVector(*request.mutable_view()->mutable_slice()->mutable_camera()->mutable_look_at(), {10, 15, 2 * 6 + 1});
  request.mutable_view()->mutable_slice()->mutable_camera()->clear_orientation();
  SetVector(*request.mutable_view()->mutable_slice()->mutable_camera()->mutable_position(), {10, 15, -100});
  SetVector(*request.mutable_view()->mutable_slice()->mutable_camera()->mutable_up(), {0, -1, 0});
  Add(request, Shape::ELLIPSE, {{3.5, 4.5, 13}, {11.5, 12.5, 13}});  // Radius 4 about voxel (7, 8).
  ASSERT_OK_AND_ASSIGN(const Response response, Measure(request, source));
  double sum = 0;
  double squares = 0;
  int count = 0;
  for (int j = 0; j < 30; ++j) {
    for (int i = 0; i < 20; ++i) {
      if ((i - 7) * (i - 7) + (j - 8) * (j - 8) > 16) continue;
      const double value = (7919 * i + 104729 * j + 31 * 6) % 1000;
      sum += value;
      squares += value * value;
      ++count;
    }
  }
  const auto& statistics = response.results(0).statistics();
  EXPECT_EQ(statistics.samples(), count);
  EXPECT_EQ(count, 49);
  EXPECT_NEAR(statistics.mean(), sum / count, 1e-9);
  EXPECT_NEAR(statistics.standard_deviation(), std::sqrt(squares / count - sum / count * sum / count), 1e-6);
  EXPECT_NEAR(statistics.area_mm2(), 16 * 3.14159265358979, 1e-9);
}

TEST(MeasureSlice, ObliquePlanesAndTheirAxes) {
  // Looks along (1, 1, 0) / sqrt(2): right is (1, -1, 0) / sqrt(2), down is foot.
  v1::MeasureRequest request;
  request.mutable_view()->mutable_target()->set_study_instance_uid("1.1");
  v1::Camera& camera = *request.mutable_view()->mutable_slice()->mutable_camera();
  SetVector(*camera.mutable_look_at(), {10, 15, 25});
  SetVector(*camera.mutable_position(), {0, 5, 25});
  const auto on_plane = [](double right, double down) {
    return Vector3{10 + right / std::sqrt(2), 15 - right / std::sqrt(2), 25 - down};
  };
  Add(request, Shape::LENGTH, {on_plane(-3, -4), on_plane(3, 4)});
  Add(request, Shape::POINT, {on_plane(2.5, -1.5)});
  Add(request, Shape::RECTANGLE, {on_plane(-3, -4), on_plane(3, 4)});
  ASSERT_OK_AND_ASSIGN(const Response response, Measure(request, Slope()));
  EXPECT_NEAR(response.results(0).length_mm(), 10, 1e-9);
  EXPECT_NEAR(response.results(1).value(), SlopeAt(on_plane(2.5, -1.5)), 1e-9);
  EXPECT_NEAR(response.results(2).statistics().area_mm2(), 48, 1e-9);
  // At 1 mm: 6 or 7 by 8 or 9 points, wherever the grid lies.
  EXPECT_GE(response.results(2).statistics().samples(), 6 * 8);
  EXPECT_LE(response.results(2).statistics().samples(), 7 * 9);
  EXPECT_NEAR(response.results(2).statistics().mean(), SlopeAt({10, 15, 25}), 10);
}

TEST(MeasureSlice, SlabsAreReducedAsTheViewSays) {
  v1::MeasureRequest request = Request();
  v1::SliceView& slice = *request.mutable_view()->mutable_slice();
  slice.set_slab_thickness_mm(4);  // y = 13.5, 14.5, 15.5, 16.5.
  Add(request, Shape::POINT, {{4, kY, 9}});
  const std::pair<v1::Projection, double> cases[] = {
      {v1::AVERAGE_INTENSITY, 15}, {v1::MAXIMUM_INTENSITY, 13.5}, {v1::MINIMUM_INTENSITY, 16.5}};
  for (const auto& [projection, y] : cases) {
    slice.set_projection(projection);
    ASSERT_OK_AND_ASSIGN(const Response response, Measure(request, Slope()));
    EXPECT_NEAR(response.results(0).value(), SlopeAt({4, y, 9}), 1e-9) << projection;
  }
}

TEST(MeasureSlice, CubicIsExactOnASlopeToo) {
  v1::MeasureRequest request = Request();
  request.mutable_view()->mutable_slice()->set_interpolation(v1::INTERPOLATION_CUBIC);
  Add(request, Shape::POINT, {{4.3, kY, 9.2}});
  ASSERT_OK_AND_ASSIGN(const Response response, Measure(request, Slope()));
  EXPECT_NEAR(response.results(0).value(), SlopeAt({4.3, kY, 9.2}), 1e-9);
}

TEST(MeasureSlice, WindowPanAndZoomChangeNoValue) {
  v1::MeasureRequest request = Request();
  Add(request, Shape::POINT, {{4.3, kY, 9.2}});
  request.mutable_view()->mutable_window()->set_center(0);
  request.mutable_view()->mutable_window()->set_width(1);
  v1::SliceView& slice = *request.mutable_view()->mutable_slice();
  slice.set_invert(true);
  slice.mutable_camera()->set_zoom(3);
  slice.mutable_camera()->set_pan_right_mm(5);
  ASSERT_OK_AND_ASSIGN(const Response response, Measure(request, Slope()));
  EXPECT_NEAR(response.results(0).value(), SlopeAt({4.3, kY, 9.2}), 1e-9);
}

TEST(MeasureSlice, PaddingCropAndTheOutsideAreLeftOut) {
  auto source = Slope();
  source->volume.padding.assign((source->volume.voxel_count() + 63) / 64, 0);
  for (size_t voxel = 0; voxel < source->volume.voxel_count(); ++voxel) {
    if (voxel % 20 < 5) source->volume.padding[voxel / 64] |= 1ull << (voxel % 64);  // Columns 0 to 4.
  }
  v1::MeasureRequest request = Request();
  Add(request, Shape::RECTANGLE, {{-100, kY, 10.5}, {100, kY, 11.5}});  // One row, z = 11.
  Add(request, Shape::POINT, {{2.5, kY, 11}});
  ASSERT_OK_AND_ASSIGN(Response response, Measure(request, source));
  EXPECT_EQ(response.results(0).statistics().samples(), 15);
  EXPECT_NEAR(response.results(0).statistics().minimum(), SlopeAt({5.5, kY, 11}), 1e-9);
  EXPECT_FALSE(response.results(1).has_value());
  v1::Box& crop = *request.mutable_view()->mutable_slice()->mutable_crop();
  SetVector(*crop.mutable_minimum(), {0, 0, 0});
  SetVector(*crop.mutable_maximum(), {9, 30, 50});
  ASSERT_OK_AND_ASSIGN(response, Measure(request, source));
  EXPECT_EQ(response.results(0).statistics().samples(), 4);  // x = 5.5 to 8.5.
  EXPECT_NEAR(response.results(0).statistics().maximum(), SlopeAt({8.5, kY, 11}), 1e-9);
}

TEST(MeasureSlice, PointsLieOnThePlane) {
  v1::MeasureRequest request = Request();
  Add(request, Shape::POINT, {{4, kY + 0.009, 9}});
  Add(request, Shape::LENGTH, {{4, kY, 9}, {4, kY + 0.011, 12}});
  EXPECT_THAT(Measure(request, Slope()), StatusIs(absl::StatusCode::kInvalidArgument,
                                                  HasSubstr("shapes[1].points[1] is not on the view's plane")));
}

TEST(MeasureSlice, LimitsTheSamplesOfAllShapes) {
  v1::MeasureRequest request = Request();
  request.mutable_view()->mutable_slice()->set_slab_thickness_mm(4);
  Add(request, Shape::RECTANGLE, {{2, kY, 9.5}, {7, kY, 4.5}});
  Add(request, Shape::POINT, {{4, kY, 9}});
  RenderLimits limits;
  limits.max_measure_samples = 26 * 4;
  EXPECT_THAT(Measure(request, Slope(), limits), testing::IsOk());
  limits.max_measure_samples = 26 * 4 - 1;
  EXPECT_EQ(CategoryOf(Measure(request, Slope(), limits).status()), ErrorCategory::kTooLarge);
}

TEST(MeasureSlice, EndsWithTheOperation) {
  v1::MeasureRequest request = Request();
  Add(request, Shape::RECTANGLE, {{2, kY, 9.5}, {7, kY, 4.5}});
  Operation cancelled;
  cancelled.cancellation->Cancel();
  EXPECT_EQ(CategoryOf(Measure(request, Slope(), {}, cancelled).status()), ErrorCategory::kCancelled);
}

}  // namespace
}  // namespace vitrine::service
