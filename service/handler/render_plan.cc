#include "service/handler/render_plan.h"

#include <utility>

#include "base/status_macros.h"
#include "service/handler/animation.h"
#include "service/handler/frame_job.h"
#include "service/handler/volume_job.h"
#include "service/handler/volumetric_metadata.h"

namespace vitrine::service {

absl::StatusOr<RenderPlan> PlanFrame(const v1::RenderRequest& canonical, const SourceFrame& source,
                                     const RenderLimits& limits) {
  VITRINE_ASSIGN_OR_RETURN(FrameJob frame_job, MakeFrameJob(canonical, source, limits));
  RenderPlan plan;
  plan.pictures.push_back({std::move(frame_job.job), 0});
  plan.content_hash = source.content_hash;
  plan.fetched = source.fetched;
  plan.warnings = std::move(frame_job.warnings);
  return plan;
}

absl::StatusOr<RenderPlan> PlanVolume(const v1::RenderRequest& canonical,
                                      const std::shared_ptr<const SourceVolume>& source, const RenderLimits& limits) {
  RenderPlan plan;
  plan.content_hash = source->content_hash;
  plan.fetched = source->fetched;
  VITRINE_ASSIGN_OR_RETURN(plan.metadata, MetadataOf(canonical, *source));
  if (canonical.metadata_only()) return plan;
  std::vector<v1::RenderRequest> stills = {canonical};
  if (canonical.has_animation()) {
    VITRINE_ASSIGN_OR_RETURN(stills, ExpandAnimation(canonical, *source, limits));
  }
  for (const v1::RenderRequest& still : stills) {
    VITRINE_ASSIGN_OR_RETURN(VolumeViewJob view_job, MakeVolumeJob(still, source, limits));
    plan.pictures.push_back({std::move(view_job.job), view_job.samples});
    plan.warnings = std::move(view_job.warnings);
  }
  return plan;
}

}  // namespace vitrine::service
