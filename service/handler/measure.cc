#include <utility>

#include "base/status_macros.h"
#include "service/handler/cache_metrics.h"
#include "service/handler/measure_frame.h"
#include "service/handler/measure_request.h"
#include "service/handler/measure_slice.h"
#include "service/handler/render_handler.h"

namespace vitrine::service {

absl::StatusOr<v1::MeasureResponse> RenderHandler::Measure(const auth::Principal& principal,
                                                           const v1::MeasureRequest& request,
                                                           const Operation& operation) {
  VITRINE_ASSIGN_OR_RETURN(const v1::MeasureRequest canonical, CanonicalizeMeasure(request, options_.limits));
  const v1::View& view = canonical.view();
  VITRINE_ASSIGN_OR_RETURN(const ArchiveSet::Named* archive, Admit(principal, view.target()));
  VITRINE_ASSIGN_OR_RETURN(const auto place, EnterGate(view, *archive));
  Timings timings = {};
  const auto run = [&](MeasurePlan plan) -> absl::StatusOr<v1::MeasureResponse> {
    VITRINE_ASSIGN_OR_RETURN(
        const CpuSlots::Lease slot,
        AcquireSlot(dependencies_.slots, operation, dependencies_.metrics, timings, PlacesOf(plan.samples)));
    return plan.run(operation);
  };
  if (view.has_frame()) {
    VITRINE_ASSIGN_OR_RETURN(const auto source, Frame(view, *archive, operation, timings));
    VITRINE_ASSIGN_OR_RETURN(MeasurePlan plan, PlanFrameMeasure(canonical, *source, options_.limits));
    return run(std::move(plan));
  }
  VITRINE_ASSIGN_OR_RETURN(const auto source, Volume(view, *archive, operation, timings));
  VITRINE_ASSIGN_OR_RETURN(MeasurePlan plan, PlanSliceMeasure(canonical, source, options_.limits));
  return run(std::move(plan));
}

}  // namespace vitrine::service
