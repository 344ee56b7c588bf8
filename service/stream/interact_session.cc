#include "service/stream/interact_session.h"

#include <utility>

#include "absl/time/clock.h"
#include "base/error.h"
#include "base/random_id.h"
#include "service/handler/view_parts.h"
#include "service/stream/stream_error.h"

namespace vitrine::service {
InteractSession::InteractSession(Dependencies dependencies, const InteractOptions& options,
                                 std::unique_ptr<ViewSource> source, FrameSink& sink,
                                 absl::AnyInvocable<void()> on_close)
    : dependencies_(dependencies),
      options_(options),
      source_(std::move(source)),
      sink_(&sink),
      on_close_(std::move(on_close)),
      last_update_(absl::Now()) {}

void InteractSession::Open() {
  absl::MutexLock lock(&mutex_);
  Pump();
}

void InteractSession::Update(const v1::ViewUpdate& update) {
  absl::StatusOr<InteractWish> wish = MakeWish(update, options_.target_rate, options_.limits);
  absl::MutexLock lock(&mutex_);
  if (sink_ == nullptr) return;
  last_update_ = absl::Now();
  dependencies_.metrics.CountStreamUpdate();
  if (update.sequence() <= last_sequence_) {
    AddError(update.sequence(), MakeError(ErrorCategory::kInvalidRequest, "sequence must ascend from 1 on"));
  } else if (last_sequence_ = update.sequence(); !wish.ok()) {
    AddError(update.sequence(), wish.status());
  } else {
    if (waiting_) dependencies_.metrics.CountReplacedStreamUpdate();
    waiting_ = *std::move(wish);
    resting_.reset();
    play_.reset();
    GiveWay();
  }
  Pump();
}

void InteractSession::Reject(uint64_t sequence, const absl::Status& status) {
  absl::MutexLock lock(&mutex_);
  if (sink_ == nullptr) return;
  last_update_ = absl::Now();
  AddError(sequence, status);
  Pump();
}

void InteractSession::EndOfUpdates() {
  absl::MutexLock lock(&mutex_);
  ending_ = true;
  Pump();
}

void InteractSession::Sent() {
  absl::MutexLock lock(&mutex_);
  if (const auto sent = outbox_.Sent(absl::Now())) quality_.Observe(sent->rendered, sent->cost);
  Pump();
}

void InteractSession::Drain() {
  absl::MutexLock lock(&mutex_);
  if (sink_ == nullptr || std::exchange(ended_, true)) return;
  sink_->End(StreamEnd::kDraining);
}

void InteractSession::Close() {
  absl::AnyInvocable<void()> on_close;
  {
    absl::MutexLock lock(&mutex_);
    if (sink_ == nullptr) return;
    sink_ = nullptr;
    on_close = std::move(on_close_);
    if (work_ != nullptr) work_->operation.cancellation->Cancel();
    if (timer_) dependencies_.timers.Cancel(*timer_);
    waiting_.reset();
    outbox_.Clear();
  }
  source_->Stop();
  on_close();
}

void InteractSession::Tick() {
  absl::MutexLock lock(&mutex_);
  timer_.reset();
  Pump();
}

void InteractSession::WakeAt(absl::Time time) {
  if (timer_ && timer_->first <= time) return;
  if (timer_) dependencies_.timers.Cancel(*timer_);
  timer_ = dependencies_.timers.Schedule(time, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->Tick();
  });
}

void InteractSession::AddError(uint64_t sequence, const absl::Status& status) {
  dependencies_.metrics.CountError(ErrorCategoryName(CategoryOf(status)));
  outbox_.AddError(MakeStreamError(sequence, status));
}

void InteractSession::GiveWay() {
  if (work_ == nullptr || work_->superseded) return;
  const bool other_series = !IsSameSeries(work_->wish.request.view().target(), waiting_->request.view().target());
  const bool stale = absl::Now() - work_->started > options_.stale_after;
  const bool luxury = work_->full && work_->rendering && waiting_->moving && !gave_way_;
  if (!(other_series && stale) && !luxury) return;
  gave_way_ = true;
  work_->superseded = true;
  work_->operation.cancellation->Cancel();
}

void InteractSession::Pump() {
  while (sink_ != nullptr && !ended_ && (SendNext() || StartNext())) {
  }
  if (sink_ != nullptr && !ended_) StartPreview();
}

bool InteractSession::SendNext() {
  const absl::Time now = absl::Now();
  std::optional<StreamFrame> next = outbox_.Next(now);
  if (!next) return false;
  if (const OutgoingPicture* picture = outbox_.under_way()) {
    gave_way_ = false;
    dependencies_.metrics.CountStreamFrame(picture->cost.bytes, now - picture->received);
  }
  sink_->Send(*std::move(next));
  return true;
}

bool InteractSession::StartNext() {
  if (work_ != nullptr || outbox_.sending()) return false;
  const absl::Time now = absl::Now();
  if (waiting_) {
    // More than twice the rate is nobody's wish, and others need the processor.
    const absl::Time earliest = waiting_->moving ? last_start_ + waiting_->budget / 2 : now;
    if (earliest > now) {
      WakeAt(earliest);
      return false;
    }
    InteractWish wish = *std::exchange(waiting_, std::nullopt);
    const bool full = !wish.moving && !wish.cine;
    Start(std::move(wish), full);
    return true;
  }
  if (play_) return StartCineFrame();
  if (resting_) {
    const absl::Time rests = resting_->received + options_.rest_delay;
    if (rests > now && !ending_) {
      WakeAt(rests);
      return false;
    }
    Start(*std::exchange(resting_, std::nullopt), /*full=*/true);
    return true;
  }
  const absl::Time idle = last_update_ + options_.idle_timeout;
  if (ending_ || idle <= now) {
    ended_ = true;
    sink_->End(ending_ ? StreamEnd::kFinished : StreamEnd::kIdle);
  } else {
    WakeAt(idle);
  }
  return false;
}

void InteractSession::Start(InteractWish wish, bool full) {
  last_start_ = absl::Now();
  work_ = std::make_shared<Work>();
  work_->wish = std::move(wish);
  work_->full = full;
  work_->started = last_start_;
  work_->operation.deadline = last_start_ + options_.request_timeout;
  work_->operation.request_id = RandomId();
  work_->next_preview = last_start_ + options_.preview_after;
  work_->preview.deadline = work_->operation.deadline;
  work_->preview.request_id = work_->operation.request_id;
  const bool scheduled = dependencies_.pool.TrySchedule([self = shared_from_this(), work = work_] { self->Run(work); },
                                                        work_->operation.cancellation);
  if (scheduled) return;
  AddError(work_->wish.sequence, MakeError(ErrorCategory::kOverloaded, "the server is busy; try again in a moment"));
  work_ = nullptr;
}

}  // namespace vitrine::service
