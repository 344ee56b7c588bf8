#include "service/handler/measure_frame.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace vitrine::service {
namespace {

using image::SampleType;
using Shape = v1::MeasureRequest::Shape;
using Response = v1::MeasureResponse;

std::vector<PlanePoint> PointsOf(const Shape& shape) {
  std::vector<PlanePoint> points;
  for (const v1::Vector3& point : shape.points()) points.push_back({point.x(), point.y()});
  return points;
}

// Samples are the centres of pixels.
SampleArea AreaOf(const Shape& shape, const image::Frame& frame) {
  const auto form = shape.kind() == Shape::ELLIPSE ? SampleArea::Form::kEllipse : SampleArea::Form::kRectangle;
  const auto to_sample = [](const v1::Vector3& point) { return PlanePoint{point.x() - 0.5, point.y() - 0.5}; };
  SampleArea area(form, to_sample(shape.points(0)), to_sample(shape.points(1)));
  area.ClipTo({0, 0}, {frame.columns - 1.0, frame.rows - 1.0});
  return area;
}

Response::SpacingSource SourceOf(dicom::SpacingSource source) {
  switch (source) {
    case dicom::SpacingSource::kPixelSpacing: return Response::PIXEL_SPACING;
    case dicom::SpacingSource::kImagerPixelSpacing: return Response::IMAGER_PIXEL_SPACING;
    case dicom::SpacingSource::kNominalScannedPixelSpacing: return Response::NOMINAL_SCANNED_PIXEL_SPACING;
  }
  return Response::SPACING_SOURCE_UNSPECIFIED;
}

bool Holds(const dicom::UltrasoundRegion& region, const std::vector<PlanePoint>& points) {
  return std::all_of(points.begin(), points.end(), [&](const PlanePoint& point) {
    return point.x >= region.left && point.x <= region.right && point.y >= region.top && point.y <= region.bottom;
  });
}

std::optional<PlaneScale> ScaleOf(const dicom::FrameCalibration& calibration, const std::vector<PlanePoint>& points) {
  if (calibration.regions != nullptr) {
    for (const dicom::UltrasoundRegion& region : *calibration.regions) {
      if (!Holds(region, points)) continue;
      if (!region.pixel_mm) return std::nullopt;
      return PlaneScale{(*region.pixel_mm)[0], (*region.pixel_mm)[1], Response::ULTRASOUND_REGION};
    }
    return std::nullopt;
  }
  if (!calibration.pixel_size) return std::nullopt;
  const dicom::PixelSize& size = *calibration.pixel_size;
  return PlaneScale{size.column_mm, size.row_mm, SourceOf(size.source)};
}

template <typename Sample>
absl::Status AddPixels(const SampleArea& area, const SourceFrame& source, const Operation& operation,
                       RunningStatistics& statistics) {
  const SampleArea::Range rows = area.rows();
  for (int64_t row = rows.first; row <= rows.last; ++row) {
    VITRINE_RETURN_IF_ERROR(operation.Check());
    const Sample* const samples = source.frame->row<Sample>(static_cast<int>(row));
    const SampleArea::Range columns = area.ColumnsOf(row);
    for (int64_t column = columns.first; column <= columns.last; ++column) {
      if (const auto value = ModalityValue(source.tone, samples[column])) statistics.Add(*value);
    }
  }
  return absl::OkStatus();
}

absl::Status AddPixels(const SampleArea& area, const SourceFrame& source, const Operation& operation,
                       RunningStatistics& statistics) {
  switch (source.frame->type) {
    case SampleType::kUint8: return AddPixels<uint8_t>(area, source, operation, statistics);
    case SampleType::kUint16: return AddPixels<uint16_t>(area, source, operation, statistics);
    case SampleType::kInt16: return AddPixels<int16_t>(area, source, operation, statistics);
    case SampleType::kFloat32: return AddPixels<float>(area, source, operation, statistics);
  }
  return MakeError(ErrorCategory::kInternal, "unknown sample type");
}

// Of the pixel that holds the point.
absl::Status SetValue(const Shape& shape, const SourceFrame& source, const Operation& operation,
                      Response::Result& result) {
  const double column = std::floor(shape.points(0).x());
  const double row = std::floor(shape.points(0).y());
  const image::Frame& frame = *source.frame;
  if (column < 0 || row < 0 || column >= frame.columns || row >= frame.rows) return absl::OkStatus();
  const SampleArea pixel(SampleArea::Form::kRectangle, {column, row}, {column, row});
  RunningStatistics one;
  VITRINE_RETURN_IF_ERROR(AddPixels(pixel, source, operation, one));
  Response::Statistics statistics;
  one.WriteTo(statistics);
  if (statistics.has_mean()) result.set_value(statistics.mean());
  return absl::OkStatus();
}

absl::Status MeasureShape(const Shape& shape, const SourceFrame& source, const Operation& operation,
                          Response::Result& result) {
  const std::vector<PlanePoint> points = PointsOf(shape);
  MeasureGeometry(shape.kind(), points, ScaleOf(source.calibration, points), result);
  if (shape.kind() == Shape::LENGTH) {
    result.set_length_pixels(std::hypot(points[1].x - points[0].x, points[1].y - points[0].y));
  }
  if (shape.kind() == Shape::POINT) return SetValue(shape, source, operation, result);
  if (!HasArea(shape.kind())) return absl::OkStatus();
  RunningStatistics statistics;
  VITRINE_RETURN_IF_ERROR(AddPixels(AreaOf(shape, *source.frame), source, operation, statistics));
  statistics.WriteTo(*result.mutable_statistics());
  return absl::OkStatus();
}

absl::StatusOr<Response> Measure(const v1::MeasureRequest& request, const SourceFrame& source,
                                 const Operation& operation) {
  Response response;
  if (source.frame->channels == 1) response.set_unit(source.calibration.unit);
  for (const Shape& shape : request.shapes()) {
    VITRINE_RETURN_IF_ERROR(MeasureShape(shape, source, operation, *response.add_results()));
  }
  return response;
}

}  // namespace

absl::StatusOr<MeasurePlan> PlanFrameMeasure(const v1::MeasureRequest& canonical, const SourceFrame& source,
                                             const RenderLimits& limits) {
  MeasurePlan plan;
  for (int i = 0; i < canonical.shapes_size(); ++i) {
    const Shape& shape = canonical.shapes(i);
    if (HasValues(shape.kind()) && source.frame->channels != 1) {
      return MakeError(
          ErrorCategory::kInvalidRequest,
          absl::StrCat("shapes[", i, "]: a colour image has no values to measure, only lengths and angles"));
    }
    if (!HasArea(shape.kind())) continue;
    const SampleArea area = AreaOf(shape, *source.frame);
    plan.samples += area.rows().count() * area.columns().count();
  }
  VITRINE_RETURN_IF_ERROR(CheckMeasureSamples(static_cast<double>(plan.samples), limits));
  plan.run = [&canonical, &source](const Operation& operation) { return Measure(canonical, source, operation); };
  return plan;
}

}  // namespace vitrine::service
