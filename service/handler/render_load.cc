// RenderHandler::Load(), RenderCoarse() and CheckAccess().

#include <utility>

#include "base/error.h"
#include "base/status_macros.h"
#include "service/handler/render_handler.h"
#include "service/handler/view_parts.h"

namespace vitrine::service {

absl::Status RenderHandler::Load(const auth::Principal& principal, const v1::RenderRequest& request,
                                 const Operation& operation, Timings& timings, const LoadProgress& progress) {
  VITRINE_ASSIGN_OR_RETURN(const v1::RenderRequest canonical, Canonicalize(request, options_.limits));
  const v1::View& view = canonical.view();
  const v1::Target& target = view.target();
  VITRINE_ASSIGN_OR_RETURN(const ArchiveSet::Named* archive, Admit(principal, target));
  if (!view.has_frame() && Holds(view, *archive)) return absl::OkStatus();
  VITRINE_ASSIGN_OR_RETURN(const auto place, EnterGate(view, *archive));
  if (!view.has_frame()) return Volume(view, *archive, operation, timings, progress).status();
  return dependencies_.images.Frame(*archive, PathOf(target), view.frame().frame_number(), operation, timings).status();
}

absl::StatusOr<RenderResult> RenderHandler::RenderCoarse(const auth::Principal& principal,
                                                         const v1::RenderRequest& request, const Operation& operation) {
  RenderResult result;
  VITRINE_ASSIGN_OR_RETURN(result.canonical, Canonicalize(request, options_.limits));
  v1::View& view = *result.canonical.mutable_view();
  VITRINE_ASSIGN_OR_RETURN(const ArchiveSet::Named* archive, Admit(principal, view.target()));
  view.mutable_target()->set_archive(archive->name);
  if (view.has_frame()) return MakeError(ErrorCategory::kUnsupported, "a frame has no coarse form");
  VITRINE_ASSIGN_OR_RETURN(const auto place, EnterGate(view, *archive));
  VITRINE_ASSIGN_OR_RETURN(const auto coarse, dependencies_.volumes.Coarse(*archive, view.target(), InputOf(view),
                                                                           operation, result.timings));
  VITRINE_ASSIGN_OR_RETURN(RenderPlan plan, PlanVolume(result.canonical, coarse, options_.limits));
  VITRINE_ASSIGN_OR_RETURN(result.picture, RenderPicture(std::move(plan), result.canonical, CacheKey(result.canonical),
                                                         operation, result.timings));
  return result;
}

absl::Status RenderHandler::CheckAccess(const auth::Principal& principal, const v1::Target& target) const {
  return Admit(principal, target).status();
}

}  // namespace vitrine::service
