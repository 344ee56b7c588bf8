#ifndef VITRINE_SERVICE_HANDLER_CANONICAL_REQUEST_H_
#define VITRINE_SERVICE_HANDLER_CANONICAL_REQUEST_H_

#include <string>

#include "absl/status/statusor.h"
#include "vitrine/v1/render_service.pb.h"

namespace vitrine::service {

// What one picture or measurement may cost; each is checked before memory is taken.
struct RenderLimits {
  int max_output_dimension = 8192;         // Pixels, width and height each.
  int64_t max_output_pixels = 64ll << 20;  // Their product; of an animation, of all its pictures.
  int64_t max_volume_samples = 4ll << 30;  // Of a volume, for one picture.
  int max_animation_pictures = 256;
  int64_t max_measure_samples = 64ll << 20;  // Pixels, or samples of a volume. At most 2^31 - 1.
};

// Checks every field of the request against proto/vitrine/v1 and fills in the defaults that do not depend on the image,
// so that equal wishes become equal messages. kInvalidRequest names the field.
absl::StatusOr<v1::RenderRequest> Canonicalize(v1::RenderRequest request, const RenderLimits& limits);

// The same bytes for equal canonical requests.
std::string CacheKey(const v1::RenderRequest& canonical);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_CANONICAL_REQUEST_H_
