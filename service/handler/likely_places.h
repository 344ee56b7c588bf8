#ifndef VITRINE_SERVICE_HANDLER_LIKELY_PLACES_H_
#define VITRINE_SERVICE_HANDLER_LIKELY_PLACES_H_

// Where the slices of a series will lie in their volume, guessed while they arrive: most series are numbered along
// their normal, one way or the other. What is guessed wrong has to be moved once all have come.

#include <cstddef>
#include <optional>
#include <vector>

#include "dicom/volume_frames.h"

namespace vitrine::service {

// Not thread-safe.
class LikelyPlaces {
 public:
  explicit LikelyPlaces(int count) : taken_(count) {}

  // The place of a frame, from 0 to count - 1; every place is given once. For at most `count` frames.
  int Take(const dicom::VolumeFrame& frame);

 private:
  struct Slice {
    int InstanceNumber;
    double position;  // Along the normal, mm.
  };

  void Learn(const Slice& slice);
  bool IsFree(int place) const;
  int FirstFree();

  std::vector<bool> taken_;
  size_t first_free_ = 0;  // No place before it is free.
  std::optional<Slice> first_;
  std::optional<bool> descending_;  // Whether positions go down where numbers go up.
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_LIKELY_PLACES_H_
