#ifndef VITRINE_SERVICE_HANDLER_CANONICAL_VOLUME_H_
#define VITRINE_SERVICE_HANDLER_CANONICAL_VOLUME_H_

#include "absl/status/status.h"
#include "vitrine/v1/render_service.pb.h"

namespace vitrine::service {

// The part of Canonicalize() for SliceView and VolumeView: target, input, camera, the view's own fields and the
// animation are checked and their defaults filled in. The request's output is canonical already; its size becomes that
// of a volume's picture where it is not given. kInvalidRequest names the field.
absl::Status CanonicalizeVolumeRequest(v1::RenderRequest& request);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_CANONICAL_VOLUME_H_
