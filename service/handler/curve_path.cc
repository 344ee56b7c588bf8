#include "service/handler/curve_path.h"

#include <algorithm>
#include <utility>

namespace vitrine::service {

using image::Vector3;

CurvePath::CurvePath(std::vector<Vector3> points, double smoothing)
    : points_(std::move(points)), smoothing_(smoothing) {
  arc_.push_back(0);
  for (size_t i = 1; i < points_.size(); ++i) arc_.push_back(arc_.back() + Length(points_[i] - points_[i - 1]));
}

size_t CurvePath::SegmentAt(double arc) const {
  const auto end = std::upper_bound(arc_.begin() + 1, arc_.end() - 1, arc);
  return static_cast<size_t>(end - arc_.begin()) - 1;
}

Vector3 CurvePath::At(double arc) const {
  arc = std::clamp(arc, 0.0, length());
  const size_t i = SegmentAt(arc);
  const double share = (arc - arc_[i]) / (arc_[i + 1] - arc_[i]);
  return points_[i] + share * (points_[i + 1] - points_[i]);
}

Vector3 CurvePath::Direction(double arc) const {
  const Vector3 chord = At(arc + smoothing_) - At(arc - smoothing_);
  // A path that turns back on itself has no chord there.
  if (Length(chord) > 1e-3 * smoothing_) return Normalized(chord);
  const size_t i = SegmentAt(std::clamp(arc, 0.0, length()));
  return Normalized(points_[i + 1] - points_[i]);
}

}  // namespace vitrine::service
