// What an InteractSession does on threads of the pools: loading, rendering, and what it shows of a load.

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "google/protobuf/util/message_differencer.h"
#include "service/handler/log_failure.h"
#include "service/handler/rendered_frame.h"
#include "service/stream/interact_session.h"

namespace vitrine::service {
namespace {

using google::protobuf::util::MessageDifferencer;

constexpr absl::string_view kRoute = "stream";

void AddTimings(const Timings& more, Timings& timings) {
  for (size_t i = 0; i < timings.size(); ++i) timings[i] += more[i];
}

absl::Duration ComputeTime(const Timings& timings) {
  const auto of = [&](metrics::Span span) { return timings[static_cast<size_t>(span)]; };
  return of(metrics::Span::kQueue) + of(metrics::Span::kRender) + of(metrics::Span::kEncode);
}

StreamFrame FrameOf(const RenderResult& result, uint64_t sequence) {
  StreamFrame frame = {DescribeFrame(result), result.picture->data};
  frame.frame.set_sequence(sequence);
  return frame;
}

}  // namespace

void InteractSession::Run(const std::shared_ptr<Work>& work) {
  if (work->wish.cine) return PrepareCine(*work);
  Timings loading = {};
  const auto progress = [this, &work](double share) { OnProgress(work, share); };
  const absl::Status loaded = source_->Load(work->wish.request, work->operation, loading, progress);
  work->preview.cancellation->Cancel();
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
  outbox_.DropLoading();
  if (sink_ == nullptr) return;
  if (play_ && !play_->begun) play_->begun = absl::Now();
  if (!result.ok()) {
    AddFailure(work, result.status());
    return Pump();
  }
  const Picture& picture = *result->picture;
  OutgoingPicture outgoing;
  outgoing.cost = {ComputeTime(result->timings), {}, picture.data->size(), picture.width, picture.height};
  outgoing.rendered = rendered;
  outgoing.received = work.wish.received;
  AddTimings(loading, result->timings);
  outgoing.frame = FrameOf(*result, work.wish.sequence);
  if (!work.full && !MessageDifferencer::Equals(rendered, work.wish.request)) {
    outgoing.frame.frame.set_preliminary(true);
    if (!waiting_ && !play_) resting_ = std::move(work.wish);
  }
  outbox_.SetPicture(std::move(outgoing));
  Pump();
}

void InteractSession::AddFailure(const Work& work, const absl::Status& status) {
  if (work.superseded) return;
  LogFailure(status, kRoute, work.operation.request_id);
  AddError(work.wish.sequence, status);
}

void InteractSession::OnProgress(const std::shared_ptr<Work>& work, double progress) {
  absl::MutexLock lock(&mutex_);
  const absl::Time now = absl::Now();
  if (work_ != work || sink_ == nullptr) return;
  if (now - last_progress_ < options_.progress_period || outbox_.has_loading()) return;
  last_progress_ = now;
  StreamFrame frame;
  frame.frame.set_sequence(NewestOf(*work).sequence);
  frame.frame.set_progress(std::clamp(progress, 0.0, 1.0));
  outbox_.SetLoading(std::move(frame));
  Pump();
}

const InteractWish& InteractSession::NewestOf(const Work& work) const {
  return waiting_ && NeedsSameVolume(*waiting_, work.wish) ? *waiting_ : work.wish;
}

// One preview for each view that somebody waits for, at the quality of moving views.
void InteractSession::StartPreview() {
  if (work_ == nullptr || work_->rendering || work_->superseded || work_->previews || outbox_.sending()) return;
  const InteractWish& wish = NewestOf(*work_);
  if (wish.request.view().has_frame() || wish.sequence == work_->last_previewed) return;
  const absl::Time now = absl::Now();
  if (work_->next_preview > now) return WakeAt(work_->next_preview);
  work_->next_preview = now + wish.budget / 2;
  work_->last_previewed = wish.sequence;
  // What is refused is only a picture that would have come early.
  work_->previews = dependencies_.background.TrySchedule(
      [self = shared_from_this(), work = work_, sequence = wish.sequence,
       request = quality_.Choose(wish.request, wish.budget)] { self->RunPreview(work, sequence, request); },
      work_->preview.cancellation);
}

void InteractSession::RunPreview(const std::shared_ptr<Work>& work, uint64_t sequence,
                                 const v1::RenderRequest& request) {
  const absl::StatusOr<RenderResult> result = source_->Preview(request, work->preview);
  absl::MutexLock lock(&mutex_);
  if (!result.ok() || work_ != work || work->rendering || sink_ == nullptr) return;
  work->previews = false;
  StreamFrame frame = FrameOf(*result, sequence);
  frame.frame.set_preliminary(true);
  frame.frame.set_partial(true);
  outbox_.SetLoading(std::move(frame));
  Pump();
}

}  // namespace vitrine::service
