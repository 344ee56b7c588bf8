// What an InteractSession does to play a cine.

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "service/stream/interact_session.h"

namespace vitrine::service {
namespace {

// Faster nobody sees, and others need the processor.
constexpr absl::Duration kLeastBudget = absl::Microseconds(16667);

}  // namespace

void InteractSession::PrepareCine(Work& work) {
  absl::StatusOr<CineSequence> sequence = source_->Cine(work.wish.request, *work.wish.cine, work.operation);
  absl::MutexLock lock(&mutex_);
  work_ = nullptr;
  if (sink_ == nullptr) return;
  if (!sequence.ok()) {
    AddFailure(work, sequence.status());
  } else if (!waiting_) {
    CineClock clock(sequence->durations, sequence->begin, work.wish.cine->repeat());
    play_.emplace(Play{std::move(work.wish), *std::move(sequence), std::move(clock), std::nullopt, std::nullopt});
  }
  Pump();
}

InteractWish InteractSession::Play::WishFor(size_t frame) const {
  InteractWish one = wish;
  one.cine.reset();
  one.request = sequence.stills[frame];
  one.budget = std::max(kLeastBudget, sequence.durations[frame]);
  one.received = absl::Now();
  return one;
}

bool InteractSession::StartCineFrame() {
  const absl::Duration elapsed = play_->begun ? absl::Now() - *play_->begun : absl::ZeroDuration();
  const std::optional<size_t> frame = play_->clock.At(elapsed);
  const bool is_still = play_->sequence.stills.size() == 1;
  if (play_->last && (!frame || is_still || (ending_ && play_->clock.repeats()))) {
    resting_ = play_->WishFor(frame ? *play_->last : play_->sequence.stills.size() - 1);
    play_.reset();
    return true;
  }
  if (frame == play_->last) {
    WakeAt(*play_->begun + play_->clock.NextAfter(elapsed));
    return false;
  }
  play_->last = frame;
  Start(play_->WishFor(*frame), /*full=*/false);
  return true;
}

}  // namespace vitrine::service
