#ifndef VITRINE_SERVICE_HANDLER_MEASURE_SLICE_H_
#define VITRINE_SERVICE_HANDLER_MEASURE_SLICE_H_

#include <memory>

#include "absl/status/statusor.h"
#include "service/handler/canonical_request.h"
#include "service/handler/planar_measure.h"
#include "service/handler/volume_source.h"
#include "vitrine/v1/render_service.pb.h"

namespace vitrine::service {

// Plans a canonical request for a SliceView on its volume. kInvalidRequest where the
// camera is degenerate or a point does not lie on the plane, kTooLarge where it would take more samples than the limit.
absl::StatusOr<MeasurePlan> PlanSliceMeasure(const v1::MeasureRequest& canonical,
                                             const std::shared_ptr<const SourceVolume>& source,
                                             const RenderLimits& limits);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_MEASURE_SLICE_H_
