#include "service/stream/interact_session.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "base/random_id.h"
#include "google/protobuf/util/message_differencer.h"
#include "service/handler/log_failure.h"
#include "service/handler/rendered_frame.h"
#include "service/handler/view_parts.h"
#include "service/stream/stream_error.h"

namespace vitrine::service {
namespace {

using google::protobuf::util::MessageDifferencer;

constexpr absl::string_view kRoute = "stream";
constexpr size_t kMostErrors = 8;  // Not sent yet; of a flood the last ones count.

void AddTimings(const Timings& more, Timings& timings) {
  for (size_t i = 0; i < timings.size(); ++i) timings[i] += more[i];
}

absl::Duration ComputeTime(const Timings& timings) {
  const auto of = [&](metrics::Span span) { return timings[static_cast<size_t>(span)]; };
  return of(metrics::Span::kQueue) + of(metrics::Span::kRender) + of(metrics::Span::kEncode);
}

}  // namespace

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
  sending_ = false;
  if (sent_) {
    sent_->cost.delivery = absl::Now() - sent_at_;
    quality_.Observe(sent_->rendered, sent_->cost);
    sent_.reset();
  }
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
    ready_.reset();
    errors_.clear();
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
  if (errors_.size() == kMostErrors) errors_.pop_front();
  StreamFrame frame;
  *frame.frame.mutable_error() = MakeStreamError(sequence, status);
  errors_.push_back(std::move(frame));
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
}

bool InteractSession::SendNext() {
  if (sending_) return false;
  StreamFrame next;
  if (!errors_.empty()) {
    next = std::move(errors_.front());
    errors_.pop_front();
  } else if (ready_) {
    next = std::move(ready_->frame);
    sent_ = std::move(ready_);
    ready_.reset();
    sent_at_ = absl::Now();
    gave_way_ = false;
    dependencies_.metrics.CountStreamFrame(sent_->cost.bytes, sent_at_ - sent_->received);
  } else if (loading_) {
    next = *std::move(loading_);
    loading_.reset();
  } else {
    return false;
  }
  sending_ = true;
  sink_->Send(std::move(next));
  return true;
}

bool InteractSession::StartNext() {
  if (work_ != nullptr || sending_) return false;
  const absl::Time now = absl::Now();
  if (waiting_) {
    // More than twice the rate is nobody's wish, and others need the processor.
    const absl::Time earliest = waiting_->moving ? last_start_ + waiting_->budget / 2 : now;
    if (earliest > now) {
      WakeAt(earliest);
      return false;
    }
    InteractWish wish = *std::exchange(waiting_, std::nullopt);
    const bool full = !wish.moving;
    Start(std::move(wish), full);
    return true;
  }
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
  const bool scheduled = dependencies_.pool.TrySchedule([self = shared_from_this(), work = work_] { self->Run(work); },
                                                        work_->operation.cancellation);
  if (scheduled) return;
  AddError(work_->wish.sequence, MakeError(ErrorCategory::kOverloaded, "the server is busy; try again in a moment"));
  work_ = nullptr;
}

void InteractSession::Run(const std::shared_ptr<Work>& work) {
  Timings loading = {};
  const auto progress = [this, &work](double share) { OnProgress(work, share); };
  const absl::Status loaded = source_->Load(work->wish.request, work->operation, loading, progress);
  if (!loaded.ok()) return Finish(*work, {}, loaded, loading);
  const absl::StatusOr<v1::RenderRequest> request = BeginRender(*work);
  if (!request.ok()) return Finish(*work, {}, request.status(), loading);
  absl::StatusOr<RenderResult> result = source_->Render(*request, work->operation);
  const bool shown = result.ok();
  Finish(*work, *request, std::move(result), loading);
  if (shown) source_->Shown(request->view());
}

absl::StatusOr<v1::RenderRequest> InteractSession::BeginRender(Work& work) {
  absl::MutexLock lock(&mutex_);
  if (absl::Status status = work.operation.Check(); !status.ok()) return status;
  // While the volume was loaded, the view may have moved on.
  if (waiting_ && NeedsSameVolume(*waiting_, work.wish)) {
    work.wish = *std::exchange(waiting_, std::nullopt);
    work.full = !work.wish.moving;
    dependencies_.metrics.CountReplacedStreamUpdate();
  }
  work.rendering = true;
  return work.full ? work.wish.request : quality_.Choose(work.wish.request, work.wish.budget);
}

void InteractSession::Finish(Work& work, const v1::RenderRequest& rendered, absl::StatusOr<RenderResult> result,
                             const Timings& loading) {
  absl::MutexLock lock(&mutex_);
  work_ = nullptr;
  loading_.reset();
  if (sink_ == nullptr) return;
  if (!result.ok()) {
    if (!work.superseded) {
      LogFailure(result.status(), kRoute, work.operation.request_id);
      AddError(work.wish.sequence, result.status());
    }
    return Pump();
  }
  Ready& ready = ready_.emplace();
  ready.cost = {
      ComputeTime(result->timings), {}, result->picture->data->size(), result->picture->width, result->picture->height};
  ready.rendered = rendered;
  ready.received = work.wish.received;
  AddTimings(loading, result->timings);
  ready.frame.frame = DescribeFrame(*result);
  ready.frame.frame.set_sequence(work.wish.sequence);
  ready.frame.picture = result->picture->data;
  if (!work.full && !MessageDifferencer::Equals(rendered, work.wish.request)) {
    ready.frame.frame.set_preliminary(true);
    if (!waiting_) resting_ = std::move(work.wish);
  }
  Pump();
}

void InteractSession::OnProgress(const std::shared_ptr<Work>& work, double progress) {
  absl::MutexLock lock(&mutex_);
  if (work_ != work || sink_ == nullptr) return;
  if (!std::exchange(work->previewed, true)) {
    // What is refused is only a picture that would have come early.
    static_cast<void>(dependencies_.background.TrySchedule(
        [self = shared_from_this(), work, wish = work->wish] { self->RunPreview(work, wish); },
        work->operation.cancellation));
  }
  const absl::Time now = absl::Now();
  if (now - last_progress_ < options_.progress_period || loading_) return;
  last_progress_ = now;
  StreamFrame& frame = loading_.emplace();
  frame.frame.set_sequence(work->wish.sequence);
  frame.frame.set_progress(std::clamp(progress, 0.0, 1.0));
  Pump();
}

void InteractSession::RunPreview(const std::shared_ptr<Work>& work, const InteractWish& wish) {
  const absl::StatusOr<RenderResult> result = source_->Preview(wish.request, work->operation);
  if (!result.ok()) return;
  absl::MutexLock lock(&mutex_);
  if (work_ != work || work->rendering || sink_ == nullptr) return;
  StreamFrame& frame = loading_.emplace();
  frame.frame = DescribeFrame(*result);
  frame.frame.set_sequence(wish.sequence);
  frame.frame.set_preliminary(true);
  frame.picture = result->picture->data;
  Pump();
}

}  // namespace vitrine::service
