#ifndef VITRINE_SERVICE_HANDLER_MEASURE_FRAME_H_
#define VITRINE_SERVICE_HANDLER_MEASURE_FRAME_H_

#include "absl/status/statusor.h"
#include "service/handler/canonical_request.h"
#include "service/handler/image_source.h"
#include "service/handler/planar_measure.h"
#include "vitrine/v1/render_service.pb.h"

namespace vitrine::service {

// Plans a canonical request for a FrameView on the frame that it names; both must outlive the plan. kInvalidRequest
// where a shape asks for values of a colour image, kTooLarge where it would take more pixels than the limit.
absl::StatusOr<MeasurePlan> PlanFrameMeasure(const v1::MeasureRequest& canonical, const SourceFrame& source,
                                             const RenderLimits& limits);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_MEASURE_FRAME_H_
