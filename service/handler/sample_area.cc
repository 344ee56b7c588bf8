#include "service/handler/sample_area.h"

#include <algorithm>
#include <cmath>

namespace vitrine::service {
namespace {

// Steps. Rounding must not take samples from an edge that runs through them.
constexpr double kTolerance = 1e-6;

SampleArea::Range Within(double low, double high) {
  return {static_cast<int64_t>(std::ceil(low - kTolerance)), static_cast<int64_t>(std::floor(high + kTolerance))};
}

}  // namespace

SampleArea::SampleArea(Form form, const PlanePoint& corner, const PlanePoint& opposite)
    : form_(form),
      centre_{(corner.x + opposite.x) / 2, (corner.y + opposite.y) / 2},
      radius_{std::abs(opposite.x - corner.x) / 2, std::abs(opposite.y - corner.y) / 2},
      low_{centre_.x - radius_.x, centre_.y - radius_.y},
      high_{centre_.x + radius_.x, centre_.y + radius_.y} {}

void SampleArea::ClipTo(const PlanePoint& low, const PlanePoint& high) {
  low_ = {std::max(low_.x, low.x), std::max(low_.y, low.y)};
  high_ = {std::min(high_.x, high.x), std::min(high_.y, high.y)};
}

SampleArea::Range SampleArea::rows() const { return low_.y > high_.y + kTolerance ? Range() : Within(low_.y, high_.y); }

SampleArea::Range SampleArea::columns() const {
  return low_.x > high_.x + kTolerance ? Range() : Within(low_.x, high_.x);
}

SampleArea::Range SampleArea::ColumnsOf(int64_t row) const {
  double half = radius_.x;
  if (form_ == Form::kEllipse && radius_.y > 0) {
    const double height = (static_cast<double>(row) - centre_.y) / radius_.y;
    half *= std::sqrt(std::max(0.0, 1 - height * height));
  }
  const double low = std::max(low_.x, centre_.x - half);
  const double high = std::min(high_.x, centre_.x + half);
  return low > high + kTolerance ? Range() : Within(low, high);
}

}  // namespace vitrine::service
