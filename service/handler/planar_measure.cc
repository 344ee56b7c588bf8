#include "service/handler/planar_measure.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "base/error.h"

namespace vitrine::service {
namespace {

using Shape = v1::MeasureRequest::Shape;

PlanePoint Between(const PlanePoint& from, const PlanePoint& to, const PlaneScale& scale) {
  return {(to.x - from.x) * scale.x_mm, (to.y - from.y) * scale.y_mm};
}

double Degrees(const PlanePoint& a, const PlanePoint& b) {
  const double cross = a.x * b.y - a.y * b.x;
  const double dot = a.x * b.x + a.y * b.y;
  return std::atan2(std::abs(cross), dot) * 180 / std::numbers::pi;
}

}  // namespace

absl::Status CheckMeasureSamples(double samples, const RenderLimits& limits) {
  if (samples <= static_cast<double>(limits.max_measure_samples)) return absl::OkStatus();
  return MakeError(ErrorCategory::kTooLarge, "the shapes need more samples than the server measures at once");
}

bool HasArea(Shape::Kind kind) { return kind == Shape::RECTANGLE || kind == Shape::ELLIPSE; }

bool HasValues(Shape::Kind kind) { return kind == Shape::POINT || HasArea(kind); }

void MeasureGeometry(Shape::Kind kind, const std::vector<PlanePoint>& points, const std::optional<PlaneScale>& scale,
                     v1::MeasureResponse::Result& result) {
  if (kind == Shape::POINT) return;
  if (scale) result.set_spacing_source(scale->source);
  if (kind == Shape::ANGLE) {
    const PlaneScale used = scale.value_or(PlaneScale());
    result.set_angle_degrees(Degrees(Between(points[1], points[0], used), Between(points[1], points[2], used)));
    return;
  }
  if (!scale) return;
  const PlanePoint diagonal = Between(points[0], points[1], *scale);
  if (kind == Shape::LENGTH) result.set_length_mm(std::hypot(diagonal.x, diagonal.y));
  if (!HasArea(kind)) return;
  const double box = std::abs(diagonal.x * diagonal.y);
  result.mutable_statistics()->set_area_mm2(kind == Shape::ELLIPSE ? box * std::numbers::pi / 4 : box);
}

void RunningStatistics::Add(double value) {
  ++count_;
  minimum_ = count_ == 1 ? value : std::min(minimum_, value);
  maximum_ = count_ == 1 ? value : std::max(maximum_, value);
  const double distance = value - mean_;
  mean_ += distance / count_;
  squares_ += distance * (value - mean_);
}

void RunningStatistics::WriteTo(v1::MeasureResponse::Statistics& statistics) const {
  statistics.set_samples(count_);
  if (count_ == 0) return;
  statistics.set_mean(mean_);
  statistics.set_standard_deviation(std::sqrt(squares_ / count_));
  statistics.set_minimum(minimum_);
  statistics.set_maximum(maximum_);
}

}  // namespace vitrine::service
