#ifndef VITRINE_SERVICE_HANDLER_RENDER_PLAN_H_
#define VITRINE_SERVICE_HANDLER_RENDER_PLAN_H_

// What is to be computed for one canonical request, once its source is in memory.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "render/renderer.h"
#include "service/handler/canonical_request.h"
#include "service/handler/image_source.h"
#include "service/handler/volume_source.h"
#include "vitrine/v1/render_service.pb.h"

namespace vitrine::service {

// How many places in the queue of CPU slots a computation takes, for each of which it has about as many samples of a
// volume as cost what the picture of a frame does.
constexpr int PlacesOf(int64_t samples) { return 1 + static_cast<int>(samples / (4 << 20)); }

struct PictureJob {
  std::variant<render::RenderJob, render::VolumeJob> job;
  int64_t samples = 0;  // Of a volume; 0 for a frame.
};

struct RenderPlan {
  std::vector<PictureJob> pictures;  // One; all of an animation; none where only metadata was asked for.
  uint64_t content_hash = 0;         // Of the source.
  absl::Time fetched;                // When the oldest of it was fetched.
  std::vector<std::string> warnings;
  std::optional<v1::VolumetricMetadata> metadata;  // Of volumes.
  std::optional<v1::PictureGeometry> geometry;     // Of one picture of a volume, without a curve.
  std::optional<v1::Window> window;                // Of grey pictures, unless a VOI LUT takes its place.
};

// Errors as MakeFrameJob().
absl::StatusOr<RenderPlan> PlanFrame(const v1::RenderRequest& canonical, const SourceFrame& source,
                                     const RenderLimits& limits);

// Errors as MakeVolumeJob(), MetadataOf() and ExpandAnimation().
absl::StatusOr<RenderPlan> PlanVolume(const v1::RenderRequest& canonical,
                                      const std::shared_ptr<const SourceVolume>& source, const RenderLimits& limits);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_RENDER_PLAN_H_
