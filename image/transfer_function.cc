#include "image/transfer_function.h"

#include <algorithm>

namespace vitrine::image {

TransferFunction::Point Evaluate(const TransferFunction& function, double value) {
  const auto& points = function.points;
  const auto after = std::upper_bound(points.begin(), points.end(), value,
                                      [](double v, const TransferFunction::Point& point) { return v < point.value; });
  TransferFunction::Point result = after == points.begin() ? points.front() : *(after - 1);
  if (after != points.begin() && after != points.end()) {
    const double t = (value - result.value) / (after->value - result.value);
    const auto mix = [t](double a, double b) { return a + t * (b - a); };
    result.red = mix(result.red, after->red);
    result.green = mix(result.green, after->green);
    result.blue = mix(result.blue, after->blue);
    result.opacity = mix(result.opacity, after->opacity);
  }
  result.value = value;
  return result;
}

double LargestOpacity(const TransferFunction& function, double low, double high) {
  double largest = std::max(Evaluate(function, low).opacity, Evaluate(function, high).opacity);
  for (const TransferFunction::Point& point : function.points) {
    if (point.value > low && point.value < high) largest = std::max(largest, point.opacity);
  }
  return largest;
}

}  // namespace vitrine::image
