#include "service/stream/interact_wish.h"

#include <utility>

#include "absl/time/clock.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "google/protobuf/util/message_differencer.h"
#include "service/handler/view_parts.h"

namespace vitrine::service {
namespace {

using google::protobuf::util::MessageDifferencer;

constexpr double kLowestRate = 1;
constexpr double kHighestRate = 60;

}  // namespace

absl::StatusOr<InteractWish> MakeWish(const v1::ViewUpdate& update, double default_rate, const RenderLimits& limits) {
  InteractWish wish;
  wish.received = absl::Now();
  wish.sequence = update.sequence();
  wish.moving = update.moving();
  const double rate = update.target_rate() == 0 ? default_rate : update.target_rate();
  if (!(rate >= kLowestRate && rate <= kHighestRate)) {
    return MakeError(ErrorCategory::kInvalidRequest, "target_rate must be 1 to 60");
  }
  wish.budget = absl::Seconds(1 / rate);
  *wish.request.mutable_view() = update.view();
  *wish.request.mutable_output() = update.output();
  if (!update.has_view()) return MakeError(ErrorCategory::kInvalidRequest, "view is required");
  VITRINE_ASSIGN_OR_RETURN(wish.request, Canonicalize(std::move(wish.request), limits));
  if (update.has_cine()) wish.cine = update.cine();
  return wish;
}

bool NeedsSameVolume(const InteractWish& a, const InteractWish& b) {
  const v1::View& one = a.request.view();
  const v1::View& other = b.request.view();
  return !one.has_frame() && !other.has_frame() && MessageDifferencer::Equals(one.target(), other.target()) &&
         MessageDifferencer::Equals(InputOf(one), InputOf(other));
}

}  // namespace vitrine::service
