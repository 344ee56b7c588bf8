#ifndef VITRINE_SERVICE_DICOMWEB_VOLUME_PARAMETERS_H_
#define VITRINE_SERVICE_DICOMWEB_VOLUME_PARAMETERS_H_

// The query parameters of renderedmpr and rendered3d (PS3.18 8.3.5.3, and our own) -> v1 messages.

#include <optional>

#include "absl/status/statusor.h"
#include "service/http/message.h"
#include "vitrine/v1/render_service.pb.h"

namespace vitrine::service {

// What the parameters say about an animation, which the media type may still decide on.
struct AnimationWish {
  std::optional<double> step;  // Degrees or mm.
  std::optional<double> rate;
};

// Reads the parameters into `request`, whose view is a SliceView (renderedmpr) or VolumeView (rendered3d) already, and
// which gets a swivel where one is asked for. Those that the resource does not know are ignored, as the standard asks;
// names of the data dictionary, or 8 hexadecimal digits, are attributes to match. kInvalidRequest says which value is
// malformed, given twice (volumetriccurvepoint alone may be), or in conflict with another, and how.
absl::StatusOr<AnimationWish> ReadVolumeParameters(const http::Fields& params, v1::RenderRequest& request);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_DICOMWEB_VOLUME_PARAMETERS_H_
