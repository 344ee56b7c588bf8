#include "service/handler/render_plan.h"

#include <utility>

#include "absl/types/span.h"
#include "base/status_macros.h"
#include "service/handler/animation.h"
#include "service/handler/frame_job.h"
#include "service/handler/tone_window.h"
#include "service/handler/volume_job.h"
#include "service/handler/volumetric_metadata.h"

namespace vitrine::service {
namespace {

std::optional<v1::Window> WindowOf(const render::RenderJob& job) {
  if (job.frame->channels != 1) return std::nullopt;
  if (const auto* window = std::get_if<image::Window>(&job.tone.voi)) return WindowMessage(*window);
  const auto* range = std::get_if<image::Range>(&job.tone.voi);
  if (range == nullptr) return std::nullopt;
  return WindowMessage({(range->low + range->high) / 2, range->high - range->low, image::VoiFunction::kLinearExact});
}

}  // namespace

absl::StatusOr<RenderPlan> PlanFrame(const v1::RenderRequest& canonical, const SourceFrame& source,
                                     const RenderLimits& limits) {
  VITRINE_ASSIGN_OR_RETURN(FrameJob frame_job, MakeFrameJob(canonical, source, limits));
  RenderPlan plan;
  plan.window = WindowOf(frame_job.job);
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
  if (plan.metadata->has_window()) plan.window = plan.metadata->window();
  if (canonical.metadata_only()) return plan;
  std::vector<v1::RenderRequest> expanded;
  if (canonical.has_animation()) {
    VITRINE_ASSIGN_OR_RETURN(expanded, ExpandAnimation(canonical, *source, limits));
  }
  const auto stills = canonical.has_animation() ? absl::MakeConstSpan(expanded) : absl::MakeConstSpan(&canonical, 1);
  for (const v1::RenderRequest& still : stills) {
    VITRINE_ASSIGN_OR_RETURN(VolumeViewJob view_job, MakeVolumeJob(still, source, limits));
    plan.pictures.push_back({std::move(view_job.job), view_job.samples});
    plan.warnings = std::move(view_job.warnings);
    if (!canonical.has_animation()) plan.geometry = std::move(view_job.geometry);
  }
  return plan;
}

}  // namespace vitrine::service
