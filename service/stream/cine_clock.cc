#include "service/stream/cine_clock.h"

#include <algorithm>

namespace vitrine::service {

CineClock::CineClock(const std::vector<absl::Duration>& durations, size_t begin, v1::Cine::Repeat repeat)
    : repeats_(repeat != v1::Cine::ONCE) {
  for (size_t frame = 0; frame < durations.size(); ++frame) frames_.push_back(frame);
  if (repeat == v1::Cine::SWEEP) {
    // Neither end is shown twice.
    for (size_t frame = durations.size() - 1; frame-- > 1;) frames_.push_back(frame);
  }
  absl::Duration end;
  for (const size_t frame : frames_) ends_.push_back(end += durations[frame]);
  if (begin > 0) offset_ = ends_[begin - 1];
}

CineClock::Place CineClock::PlaceAt(absl::Duration elapsed) const {
  const absl::Duration time = offset_ + elapsed;
  const absl::Duration in_round = repeats_ ? time % ends_.back() : time;
  const auto step = std::upper_bound(ends_.begin(), ends_.end(), in_round);
  return {static_cast<size_t>(step - ends_.begin()), time - in_round};
}

std::optional<size_t> CineClock::At(absl::Duration elapsed) const {
  const size_t step = PlaceAt(elapsed).step;
  return step < frames_.size() ? std::optional<size_t>(frames_[step]) : std::nullopt;
}

absl::Duration CineClock::NextAfter(absl::Duration elapsed) const {
  const auto [step, round] = PlaceAt(elapsed);
  if (step == frames_.size() || (repeats_ && frames_.size() == 1)) return absl::InfiniteDuration();
  return (repeats_ ? round : absl::ZeroDuration()) + ends_[step] - offset_;
}

}  // namespace vitrine::service
