#ifndef VITRINE_SERVICE_HANDLER_MEASURE_REQUEST_H_
#define VITRINE_SERVICE_HANDLER_MEASURE_REQUEST_H_

#include "absl/status/statusor.h"
#include "service/handler/canonical_request.h"
#include "vitrine/v1/render_service.pb.h"

namespace vitrine::service {

// Checks every field of the request against proto/vitrine/v1 as far as that needs no image, and fills in the view's
// defaults. kInvalidRequest names the field.
absl::StatusOr<v1::MeasureRequest> CanonicalizeMeasure(v1::MeasureRequest request, const RenderLimits& limits);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_MEASURE_REQUEST_H_
