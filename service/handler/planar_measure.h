#ifndef VITRINE_SERVICE_HANDLER_PLANAR_MEASURE_H_
#define VITRINE_SERVICE_HANDLER_PLANAR_MEASURE_H_

// What frames and planes of volumes have in common when something on them is measured.

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/status/statusor.h"
#include "base/operation.h"
#include "service/handler/canonical_request.h"
#include "service/handler/sample_area.h"
#include "vitrine/v1/measure.pb.h"

namespace vitrine::service {

// A measurement that is ready to be computed.
struct MeasurePlan {
  int64_t samples = 0;  // At most; what it costs.
  absl::AnyInvocable<absl::StatusOr<v1::MeasureResponse>(const Operation&)> run;
};

// mm a unit across and down the plane.
struct PlaneScale {
  double x_mm = 1;
  double y_mm = 1;
  v1::MeasureResponse::SpacingSource source = v1::MeasureResponse::SPACING_SOURCE_UNSPECIFIED;
};

// kTooLarge where there are more than the limit.
absl::Status CheckMeasureSamples(double samples, const RenderLimits& limits);

// Whether the shape is a rectangle or an ellipse.
bool HasArea(v1::MeasureRequest::Shape::Kind kind);
// Whether it asks for values.
bool HasValues(v1::MeasureRequest::Shape::Kind kind);

// Sets what follows from the points alone: lengths in mm, angle, area, and where mm come from. The points are as many
// as the kind has.
void MeasureGeometry(v1::MeasureRequest::Shape::Kind kind, const std::vector<PlanePoint>& points,
                     const std::optional<PlaneScale>& scale, v1::MeasureResponse::Result& result);

// Of values that come one by one. The mean and the deviation keep their precision for any number of them.
class RunningStatistics {
 public:
  void Add(double value);
  // All but the area.
  void WriteTo(v1::MeasureResponse::Statistics& statistics) const;

 private:
  int32_t count_ = 0;
  double mean_ = 0;
  double squares_ = 0;  // Of the distances from the mean.
  double minimum_ = 0;
  double maximum_ = 0;
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_PLANAR_MEASURE_H_
