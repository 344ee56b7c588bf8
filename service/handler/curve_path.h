#ifndef VITRINE_SERVICE_HANDLER_CURVE_PATH_H_
#define VITRINE_SERVICE_HANDLER_CURVE_PATH_H_

#include <vector>

#include "image/geometry.h"

namespace vitrine::service {

// A polyline in patient space by arc length (PS3.18 8.3.5.3.11). Immutable.
class CurvePath {
 public:
  // At least 2 points, mm; neighbours are different. Directions are those of chords that reach `smoothing` mm (above 0)
  // to both sides, so that pictures along the path do not jump at its corners.
  CurvePath(std::vector<image::Vector3> points, double smoothing);

  double length() const { return arc_.back(); }  // mm, above 0.

  // `arc` mm from the first point along the path; clamped to [0, length()].
  image::Vector3 At(double arc) const;
  // Unit vector.
  image::Vector3 Direction(double arc) const;

 private:
  size_t SegmentAt(double arc) const;

  const std::vector<image::Vector3> points_;
  const double smoothing_;
  std::vector<double> arc_;  // Of each point.
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_CURVE_PATH_H_
