#ifndef VITRINE_SERVICE_HANDLER_VOLUME_JOB_H_
#define VITRINE_SERVICE_HANDLER_VOLUME_JOB_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "render/volume_job.h"
#include "service/handler/canonical_request.h"
#include "service/handler/volume_source.h"
#include "vitrine/v1/render_service.pb.h"

namespace vitrine::service {

struct VolumeViewJob {
  render::VolumeJob job;
  int64_t samples = 0;                          // What the job costs, in samples that are likely to be taken.
  std::optional<v1::PictureGeometry> geometry;  // Not of a curve.
  std::vector<std::string> warnings;
};

// Resolves a canonical request for a SliceView or VolumeView against its volume: camera, extent and scale, the distance
// of samples, window or transfer function, crop. kInvalidRequest where the camera is degenerate or the preset unknown;
// kTooLarge where the samples are over the limit.
absl::StatusOr<VolumeViewJob> MakeVolumeJob(const v1::RenderRequest& canonical,
                                            const std::shared_ptr<const SourceVolume>& source,
                                            const RenderLimits& limits);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_VOLUME_JOB_H_
