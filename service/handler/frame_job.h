#ifndef VITRINE_SERVICE_HANDLER_FRAME_JOB_H_
#define VITRINE_SERVICE_HANDLER_FRAME_JOB_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "render/renderer.h"
#include "service/handler/canonical_request.h"
#include "service/handler/image_source.h"
#include "vitrine/v1/render_service.pb.h"

namespace vitrine::service {

struct FrameJob {
  render::RenderJob job;
  std::vector<std::string> warnings;
};

// Resolves a canonical request for a FrameView against the frame it names: window over the image's own tone curve,
// source region, flips, and the largest output of the region's aspect ratio that fits into the asked-for box
// (PS3.18 8.3.5.1.3). Pixels count as square, as there. kInvalidRequest where the region is not inside the image;
// kTooLarge where the natural size is over the limits.
absl::StatusOr<FrameJob> MakeFrameJob(const v1::RenderRequest& canonical, const SourceFrame& source,
                                      const RenderLimits& limits);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_FRAME_JOB_H_
