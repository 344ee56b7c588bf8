#ifndef VITRINE_SERVICE_STREAM_CINE_CLOCK_H_
#define VITRINE_SERVICE_STREAM_CINE_CLOCK_H_

// Which frame of a cine is to be seen when.

#include <cstddef>
#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "vitrine/v1/render_service.pb.h"

namespace vitrine::service {

// Immutable.
class CineClock {
 public:
  // `durations` of the frames, each above 0, at least one; `begin`: the frame at time 0.
  CineClock(const std::vector<absl::Duration>& durations, size_t begin, v1::Cine::Repeat repeat);

  // The frame at a time since the cine began, at least 0; nullopt where it is over.
  std::optional<size_t> At(absl::Duration elapsed) const;

  // When another frame takes the place of that one, or the cine is over. Infinite for a single frame that repeats.
  absl::Duration NextAfter(absl::Duration elapsed) const;

  bool repeats() const { return repeats_; }

 private:
  // The step under way, and when its round began.
  struct Place {
    size_t step;
    absl::Duration round;
  };
  Place PlaceAt(absl::Duration elapsed) const;

  const bool repeats_;
  std::vector<size_t> frames_;        // Of one round, in the order of showing.
  std::vector<absl::Duration> ends_;  // Of the steps, from the beginning of the round on.
  absl::Duration offset_;             // Of `begin` in the first round.
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_STREAM_CINE_CLOCK_H_
