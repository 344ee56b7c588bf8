#include "service/stream/travel_prefetch.h"

#include <algorithm>
#include <cstdlib>
#include <utility>

#include "absl/time/clock.h"
#include "service/handler/view_parts.h"

namespace vitrine::service {
namespace {

constexpr absl::Duration kFetchTimeout = absl::Seconds(10);

int Sign(int value) { return (value > 0) - (value < 0); }

}  // namespace

void TravelPrefetch::Shown(const v1::View& view) {
  absl::MutexLock lock(&mutex_);
  if (stopped_) return;
  if (!view.has_frame() || (last_ && !IsSameSeries(last_->target(), view.target()))) Forget();
  if (!view.has_frame()) return;
  const std::optional<v1::View> before = std::exchange(last_, view);
  if (!before) return;
  const bool by_frames = before->target().sop_instance_uid() == view.target().sop_instance_uid();
  if (by_frames) {
    const int direction = Sign(view.frame().frame_number() - before->frame().frame_number());
    if (direction == 0) return;  // The same frame in another way.
    TurnTo(direction, by_frames);
  } else {
    by_frames_ = false;
    const int from = PlaceOf(*before);
    const int to = PlaceOf(view);
    TurnTo(from < 0 || to < 0 ? 0 : Sign(to - from), by_frames);
  }
  if (running_) return;
  running_ = pool_.TrySchedule([self = shared_from_this()] { self->Run(); });
}

void TravelPrefetch::Stop() {
  absl::MutexLock lock(&mutex_);
  stopped_ = true;
  Forget();
}

void TravelPrefetch::Forget() {
  operation_.cancellation->Cancel();
  operation_ = Operation();
  last_.reset();
  order_ = nullptr;
  direction_ = 0;
}

void TravelPrefetch::TurnTo(int direction, bool by_frames) {
  if (direction == direction_ && by_frames == by_frames_) return;
  operation_.cancellation->Cancel();
  operation_ = Operation();
  direction_ = direction;
  by_frames_ = by_frames;
  fetched_ = PlaceOf(*last_);
}

int TravelPrefetch::PlaceOf(const v1::View& view) const {
  if (by_frames_) return view.frame().frame_number();
  if (order_ == nullptr) return -1;
  const auto found = std::find(order_->begin(), order_->end(), view.target().sop_instance_uid());
  return found == order_->end() ? -1 : static_cast<int>(found - order_->begin());
}

void TravelPrefetch::Run() {
  while (const std::optional<Step> step = NextStep()) {
    if (step->learn_order) {
      Learn(step->view.target(), functions_.order(step->view.target(), step->operation));
    } else if (!functions_.fetch(step->view, step->operation).ok()) {
      // Past the last frame, the direction has turned, or the archive fails: whoever wants to see it will hear.
      absl::MutexLock lock(&mutex_);
      if (!step->operation.cancellation->cancelled()) direction_ = 0;
    }
  }
}

std::optional<TravelPrefetch::Step> TravelPrefetch::NextStep() {
  absl::MutexLock lock(&mutex_);
  running_ = false;
  if (stopped_ || !last_) return std::nullopt;
  Step step;
  step.view = *last_;
  step.operation = operation_;
  step.operation.deadline = absl::Now() + kFetchTimeout;
  step.learn_order = !by_frames_ && order_ == nullptr;
  if (!step.learn_order) {
    const int place = PlaceOf(*last_);
    if (direction_ == 0 || place < 0) return std::nullopt;
    const int next = direction_ * std::max(direction_ * place, direction_ * fetched_) + direction_;
    if (std::abs(next - place) > kAhead) return std::nullopt;
    const int places = by_frames_ ? next + 1 : static_cast<int>(order_->size());
    if (next < (by_frames_ ? 1 : 0) || next >= places) return std::nullopt;
    fetched_ = next;
    if (by_frames_) {
      step.view.mutable_frame()->set_frame_number(next);
    } else {
      step.view.mutable_target()->set_sop_instance_uid((*order_)[next]);
    }
  }
  running_ = true;
  return step;
}

void TravelPrefetch::Learn(const v1::Target& series, const absl::StatusOr<InstanceOrder>& order) {
  absl::MutexLock lock(&mutex_);
  if (!last_ || !IsSameSeries(last_->target(), series)) return;
  order_ = order.ok() ? *order : std::make_shared<const std::vector<std::string>>();
}

}  // namespace vitrine::service
