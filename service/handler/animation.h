#ifndef VITRINE_SERVICE_HANDLER_ANIMATION_H_
#define VITRINE_SERVICE_HANDLER_ANIMATION_H_

// Animations as sequences of still views.

#include <vector>

#include "absl/status/statusor.h"
#include "service/handler/canonical_request.h"
#include "service/handler/volume_source.h"
#include "vitrine/v1/render_service.pb.h"

namespace vitrine::service {

// Degrees or mm from picture to picture, of a canonical animation: the largest part of a swivel's range that is no
// larger than the step asked for.
double StepSizeOf(const v1::Animation& animation);

// The pictures of a canonical request with an animation, in order: canonical requests for stills of equal size and
// scale, each with an explicit viewpoint. A swivel turns from minus to plus half its range, both included; of 360
// degrees, which are the same, the first alone. Cross sections are at 0, step, 2 step ... mm of the path.
// kInvalidRequest where the camera is degenerate, and for more pictures than the limit; kTooLarge where together they
// have more pixels than one picture may have.
absl::StatusOr<std::vector<v1::RenderRequest>> ExpandAnimation(const v1::RenderRequest& canonical,
                                                               const SourceVolume& source, const RenderLimits& limits);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_ANIMATION_H_
