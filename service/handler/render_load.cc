// RenderHandler::Load() and CheckAccess().

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

absl::Status RenderHandler::CheckAccess(const auth::Principal& principal, const v1::Target& target) const {
  return Admit(principal, target).status();
}

}  // namespace vitrine::service
