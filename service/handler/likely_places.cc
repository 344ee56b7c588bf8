#include "service/handler/likely_places.h"

#include <algorithm>

#include "image/geometry.h"

namespace vitrine::service {
namespace {

double PositionAlongNormal(const dicom::VolumeFrame& frame) {
  if (!frame.position || !frame.row_direction || !frame.column_direction) return 0;
  return Dot(*frame.position, Cross(*frame.row_direction, *frame.column_direction));
}

}  // namespace

int LikelyPlaces::Take(const dicom::VolumeFrame& frame) {
  const int number = frame.instance->InstanceNumber;
  Learn({number, PositionAlongNormal(frame)});
  const int count = static_cast<int>(taken_.size());
  int place = -1;
  // The first slice went to its place from below before the direction was known: whose place it has takes its own.
  if (number >= 1 && number <= count) {
    const int below = number - 1;
    const int above = count - number;
    const bool descending = descending_.value_or(false);
    place = descending ? above : below;
    if (taken_[place]) place = descending ? below : above;
  }
  if (place < 0 || taken_[place]) {
    first_free_ = std::find(taken_.begin() + first_free_, taken_.end(), false) - taken_.begin();
    place = static_cast<int>(first_free_);
  }
  taken_[place] = true;
  return place;
}

void LikelyPlaces::Learn(const Slice& slice) {
  if (!first_) first_ = slice;
  if (descending_ || slice.InstanceNumber == first_->InstanceNumber || slice.position == first_->position) return;
  descending_ = (slice.InstanceNumber > first_->InstanceNumber) != (slice.position > first_->position);
}

}  // namespace vitrine::service
