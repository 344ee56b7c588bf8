#include "service/handler/measure_frame.h"

#include <cmath>
#include <cstring>
#include <limits>

#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "service/handler/measure_request.h"

namespace vitrine::service {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;
using Shape = v1::MeasureRequest::Shape;
using Response = v1::MeasureResponse;

constexpr int kColumns = 10;
constexpr int kRows = 8;

// The sample at (column, row) is 10 * row + column.
template <typename Sample>
SourceFrame Ramp(image::SampleType type, int channels = 1) {
  auto frame = std::make_shared<image::Frame>();
  frame->columns = kColumns;
  frame->rows = kRows;
  frame->channels = channels;
  frame->type = type;
  std::vector<Sample> samples;
  for (int i = 0; i < kColumns * kRows * channels; ++i) samples.push_back(static_cast<Sample>(i / channels));
  frame->samples.resize(samples.size() * sizeof(Sample));
  std::memcpy(frame->samples.data(), samples.data(), frame->samples.size());
  SourceFrame source;
  source.frame = std::move(frame);
  return source;
}

SourceFrame Ramp() { return Ramp<int16_t>(image::SampleType::kInt16); }

v1::MeasureRequest Request(Shape::Kind kind, const std::vector<PlanePoint>& points) {
  v1::MeasureRequest request;
  v1::Target& target = *request.mutable_view()->mutable_target();
  target.set_study_instance_uid("1.1");
  target.set_series_instance_uid("1.2");
  target.set_sop_instance_uid("1.3");
  request.mutable_view()->mutable_frame();
  Shape& shape = *request.add_shapes();
  shape.set_kind(kind);
  for (const PlanePoint& point : points) {
    v1::Vector3& vector = *shape.add_points();
    vector.set_x(point.x);
    vector.set_y(point.y);
  }
  return request;
}

absl::StatusOr<Response> Measure(const v1::MeasureRequest& request, const SourceFrame& source,
                                 const RenderLimits& limits = {}, const Operation& operation = {}) {
  auto canonical = CanonicalizeMeasure(request, limits);
  if (!canonical.ok()) return canonical.status();
  absl::StatusOr<MeasurePlan> plan = PlanFrameMeasure(*canonical, source, limits);
  if (!plan.ok()) return plan.status();
  return plan->run(operation);
}

Response::Result Result(Shape::Kind kind, const std::vector<PlanePoint>& points, const SourceFrame& source) {
  return Measure(Request(kind, points), source)->results(0);
}

TEST(MeasureFrame, APointIsThePixelThatHoldsIt) {
  const SourceFrame source = Ramp();
  EXPECT_EQ(Result(Shape::POINT, {{0, 0}}, source).value(), 0);
  EXPECT_EQ(Result(Shape::POINT, {{0.999, 0.999}}, source).value(), 0);
  EXPECT_EQ(Result(Shape::POINT, {{3, 2}}, source).value(), 23);
  EXPECT_EQ(Result(Shape::POINT, {{9.99, 7.99}}, source).value(), 79);
  for (const PlanePoint& outside : {PlanePoint{-0.001, 0}, {0, -0.001}, {10, 0}, {0, 8}, {1e6, 1e6}}) {
    const Response::Result result = Result(Shape::POINT, {outside}, source);
    EXPECT_FALSE(result.has_value()) << outside.x;
    EXPECT_EQ(result.spacing_source(), Response::SPACING_SOURCE_UNSPECIFIED);
  }
}

TEST(MeasureFrame, ValuesAreThoseOfTheModality) {
  for (SourceFrame source : {Ramp(), Ramp<uint8_t>(image::SampleType::kUint8),
                             Ramp<uint16_t>(image::SampleType::kUint16), Ramp<float>(image::SampleType::kFloat32)}) {
    source.tone.modality = image::Rescale{2, -1024};
    source.tone.voi = image::Window{0, 1};
    source.tone.invert = true;
    EXPECT_EQ(Result(Shape::POINT, {{3, 2}}, source).value(), 2 * 23 - 1024);
  }
  SourceFrame source = Ramp();
  source.tone.modality = std::make_shared<const image::Lut>(image::Lut{23, 16, {500, 501, 900}});
  EXPECT_EQ(Result(Shape::POINT, {{4, 2}}, source).value(), 501);
  EXPECT_EQ(Result(Shape::POINT, {{0, 0}}, source).value(), 500);
  EXPECT_EQ(Result(Shape::POINT, {{9, 7}}, source).value(), 900);
}

TEST(MeasureFrame, ARectangleHoldsThePixelsWhoseCentresItHolds) {
  // Columns 2 to 4 of rows 1 and 2: 12, 13, 14, 22, 23, 24.
  const auto statistics = Result(Shape::RECTANGLE, {{4.6, 1.5}, {1.6, 3.4}}, Ramp()).statistics();
  EXPECT_EQ(statistics.samples(), 6);
  EXPECT_DOUBLE_EQ(statistics.mean(), 18);
  EXPECT_DOUBLE_EQ(statistics.standard_deviation(), std::sqrt((25 + 2.0 / 3)));
  EXPECT_EQ(statistics.minimum(), 12);
  EXPECT_EQ(statistics.maximum(), 24);
  EXPECT_FALSE(statistics.has_area_mm2());
}

TEST(MeasureFrame, AnEllipseHoldsThePixelsWhoseCentresItHolds) {
  // Radius 1.5 about the centre of pixel (5, 3): it, its four neighbours and the four diagonal ones at 1.414.
  EXPECT_EQ(Result(Shape::ELLIPSE, {{4, 2}, {7, 5}}, Ramp()).statistics().samples(), 9);
  // Radius 1.25: without the diagonal ones.
  const auto statistics = Result(Shape::ELLIPSE, {{4.25, 2.25}, {6.75, 4.75}}, Ramp()).statistics();
  EXPECT_EQ(statistics.samples(), 5);
  EXPECT_DOUBLE_EQ(statistics.mean(), 35);
  EXPECT_DOUBLE_EQ(statistics.standard_deviation(), std::sqrt(202.0 / 5));
  EXPECT_EQ(statistics.minimum(), 25);
  EXPECT_EQ(statistics.maximum(), 45);
}

TEST(MeasureFrame, WhatLiesOutsideOfTheImageIsLeftOut) {
  const auto whole = Result(Shape::RECTANGLE, {{-1e6, -1e6}, {1e6, 1e6}}, Ramp()).statistics();
  EXPECT_EQ(whole.samples(), 80);
  EXPECT_DOUBLE_EQ(whole.mean(), 39.5);
  const auto none = Result(Shape::RECTANGLE, {{20, 20}, {30, 30}}, Ramp()).statistics();
  EXPECT_EQ(none.samples(), 0);
  EXPECT_FALSE(none.has_mean());
}

TEST(MeasureFrame, PaddingHasNoValue) {
  SourceFrame source = Ramp();
  source.tone.padding = image::Padding{10, 75};
  EXPECT_FALSE(Result(Shape::POINT, {{3, 2}}, source).has_value());
  EXPECT_EQ(Result(Shape::POINT, {{6, 7}}, source).value(), 76);
  const auto statistics = Result(Shape::RECTANGLE, {{0, 0}, {10, 8}}, source).statistics();
  EXPECT_EQ(statistics.samples(), 14);
  EXPECT_DOUBLE_EQ(statistics.mean(), (45 + 76 + 77 + 78 + 79) / 14.0);

  SourceFrame floats = Ramp<float>(image::SampleType::kFloat32);
  auto frame = std::make_shared<image::Frame>(*floats.frame);
  reinterpret_cast<float*>(frame->samples.data())[0] = std::numeric_limits<float>::quiet_NaN();
  floats.frame = frame;
  EXPECT_FALSE(Result(Shape::POINT, {{0, 0}}, floats).has_value());
  EXPECT_EQ(Result(Shape::RECTANGLE, {{0, 0}, {2, 1}}, floats).statistics().samples(), 1);
}

TEST(MeasureFrame, LengthsComeFromThePixelsSpacing) {
  SourceFrame source = Ramp();
  Response::Result length = Result(Shape::LENGTH, {{0, 0}, {6, 8}}, source);
  EXPECT_DOUBLE_EQ(length.length_pixels(), 10);
  EXPECT_FALSE(length.has_length_mm());
  EXPECT_EQ(length.spacing_source(), Response::SPACING_SOURCE_UNSPECIFIED);
  source.calibration.pixel_size = dicom::PixelSize{0.5, 2, dicom::SpacingSource::kImagerPixelSpacing};
  length = Result(Shape::LENGTH, {{0, 0}, {6, 10}}, source);
  EXPECT_DOUBLE_EQ(length.length_mm(), 13);  // 6 * 2 across, 10 * 0.5 down.
  EXPECT_EQ(length.spacing_source(), Response::IMAGER_PIXEL_SPACING);
  EXPECT_DOUBLE_EQ(Result(Shape::RECTANGLE, {{0, 0}, {3, 4}}, source).statistics().area_mm2(), 12);
  EXPECT_NEAR(Result(Shape::ANGLE, {{1, 0}, {0, 0}, {1, 4}}, source).angle_degrees(), 45, 1e-12);
}

TEST(MeasureFrame, UltrasoundRegionsAloneMakeLengths) {
  SourceFrame source = Ramp();
  source.calibration.pixel_size = dicom::PixelSize{1, 1, dicom::SpacingSource::kPixelSpacing};
  source.calibration.regions = std::make_shared<const std::vector<dicom::UltrasoundRegion>>(
      std::vector<dicom::UltrasoundRegion>{{0, 0, 5, 4, {{0.1, 0.1}}}, {0, 4, 10, 8, std::nullopt}});
  const Response::Result inside = Result(Shape::LENGTH, {{0, 0}, {3, 4}}, source);
  EXPECT_DOUBLE_EQ(inside.length_mm(), 0.5);
  EXPECT_EQ(inside.spacing_source(), Response::ULTRASOUND_REGION);
  EXPECT_FALSE(Result(Shape::LENGTH, {{0, 0}, {3, 4.5}}, source).has_length_mm());  // Leaves the region.
  EXPECT_FALSE(Result(Shape::LENGTH, {{0, 5}, {3, 6}}, source).has_length_mm());    // Of another kind.
  EXPECT_DOUBLE_EQ(Result(Shape::LENGTH, {{0, 5}, {3, 9}}, source).length_pixels(), 5);
}

TEST(MeasureFrame, ColourHasLengthsAlone) {
  SourceFrame source = Ramp<uint8_t>(image::SampleType::kUint8, 3);
  source.calibration.pixel_size = dicom::PixelSize{0.5, 0.5, dicom::SpacingSource::kPixelSpacing};
  source.calibration.unit = "HU";
  ASSERT_OK_AND_ASSIGN(const Response response, Measure(Request(Shape::LENGTH, {{0, 0}, {3, 4}}), source));
  EXPECT_DOUBLE_EQ(response.results(0).length_mm(), 2.5);
  EXPECT_EQ(response.unit(), "");
  for (const Shape::Kind kind : {Shape::RECTANGLE, Shape::ELLIPSE}) {
    EXPECT_THAT(Measure(Request(kind, {{0, 0}, {3, 4}}), source),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("colour")));
  }
  EXPECT_THAT(Measure(Request(Shape::POINT, {{0, 0}}), source),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("shapes[0]")));
}

TEST(MeasureFrame, LimitsTheSamplesOfAllShapes) {
  const SourceFrame source = Ramp();
  v1::MeasureRequest request = Request(Shape::RECTANGLE, {{0, 0}, {5, 8}});
  *request.add_shapes() = request.shapes(0);
  RenderLimits limits;
  limits.max_measure_samples = 80;
  EXPECT_THAT(Measure(request, source, limits), testing::IsOk());
  limits.max_measure_samples = 79;
  EXPECT_EQ(CategoryOf(Measure(request, source, limits).status()), ErrorCategory::kTooLarge);
}

TEST(MeasureFrame, EndsWithTheOperation) {
  Operation cancelled;
  cancelled.cancellation->Cancel();
  EXPECT_EQ(CategoryOf(Measure(Request(Shape::RECTANGLE, {{0, 0}, {5, 8}}), Ramp(), {}, cancelled).status()),
            ErrorCategory::kCancelled);
}

TEST(MeasureFrame, AnswersInOrderWithTheUnit) {
  SourceFrame source = Ramp();
  source.calibration.unit = "HU";
  v1::MeasureRequest request = Request(Shape::POINT, {{1, 0}});
  *request.add_shapes() = Request(Shape::LENGTH, {{0, 0}, {0, 1}}).shapes(0);
  *request.add_shapes() = Request(Shape::POINT, {{2, 0}}).shapes(0);
  ASSERT_OK_AND_ASSIGN(const Response response, Measure(request, source));
  EXPECT_EQ(response.unit(), "HU");
  ASSERT_EQ(response.results_size(), 3);
  EXPECT_EQ(response.results(0).value(), 1);
  EXPECT_EQ(response.results(1).length_pixels(), 1);
  EXPECT_EQ(response.results(2).value(), 2);
}

}  // namespace
}  // namespace vitrine::service
