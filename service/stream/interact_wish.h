#ifndef VITRINE_SERVICE_STREAM_INTERACT_WISH_H_
#define VITRINE_SERVICE_STREAM_INTERACT_WISH_H_

#include <cstdint>
#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "service/handler/canonical_request.h"
#include "vitrine/v1/render_service.pb.h"

namespace vitrine::service {

// An update that makes sense.
struct InteractWish {
  uint64_t sequence = 0;
  v1::RenderRequest request;  // Canonical; at full quality.
  bool moving = false;
  absl::Duration budget;         // For one frame.
  std::optional<v1::Cine> cine;  // Begins with the request's view.
  absl::Time received;
};

// kInvalidRequest says which field makes none. `default_rate`: where the update names none.
absl::StatusOr<InteractWish> MakeWish(const v1::ViewUpdate& update, double default_rate, const RenderLimits& limits);

// Whether what was loaded for the one is what the other needs; false for frames.
bool NeedsSameVolume(const InteractWish& a, const InteractWish& b);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_STREAM_INTERACT_WISH_H_
