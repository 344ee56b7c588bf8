#ifndef VITRINE_SERVICE_HANDLER_SAMPLE_AREA_H_
#define VITRINE_SERVICE_HANDLER_SAMPLE_AREA_H_

#include <cstdint>

namespace vitrine::service {

struct PlanePoint {
  double x = 0;
  double y = 0;
};

// The samples inside a rectangle or an ellipse or on its edge. Samples have integer coordinates.
class SampleArea {
 public:
  enum class Form { kRectangle, kEllipse };

  // Between two opposite corners of the rectangle, which the ellipse touches. Coordinates are finite.
  SampleArea(Form form, const PlanePoint& corner, const PlanePoint& opposite);

  // Leaves out samples outside of [low, high]; both are at most 1e15 in magnitude.
  void ClipTo(const PlanePoint& low, const PlanePoint& high);

  // Integers from `first` to `last`, both included; none where last < first.
  struct Range {
    int64_t first = 0;
    int64_t last = -1;

    int64_t count() const { return last < first ? 0 : last - first + 1; }
  };
  // After ClipTo().
  Range rows() const;
  Range columns() const;  // Those of all rows.
  Range ColumnsOf(int64_t row) const;

 private:
  Form form_;
  PlanePoint centre_;
  PlanePoint radius_;  // Half the sides.
  PlanePoint low_;
  PlanePoint high_;
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_SAMPLE_AREA_H_
