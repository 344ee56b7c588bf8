#include "service/handler/likely_places.h"

#include <algorithm>
#include <utility>

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
  int likely = number - 1;
  int mirrored = static_cast<int>(taken_.size()) - number;
  if (descending_.value_or(false)) std::swap(likely, mirrored);
  // The first slice went to its place from below before the direction was known: whose place it has takes its own.
  const int place = IsFree(likely) ? likely : IsFree(mirrored) ? mirrored : FirstFree();
  taken_[place] = true;
  return place;
}

bool LikelyPlaces::IsFree(int place) const {
  return place >= 0 && place < static_cast<int>(taken_.size()) && !taken_[place];
}

int LikelyPlaces::FirstFree() {
  first_free_ = std::find(taken_.begin() + first_free_, taken_.end(), false) - taken_.begin();
  return static_cast<int>(first_free_);
}

void LikelyPlaces::Learn(const Slice& slice) {
  if (!first_) first_ = slice;
  if (descending_ || slice.InstanceNumber == first_->InstanceNumber || slice.position == first_->position) return;
  descending_ = (slice.InstanceNumber > first_->InstanceNumber) != (slice.position > first_->position);
}

}  // namespace vitrine::service
