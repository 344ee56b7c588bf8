#include "render/volume_probe.h"

#include <algorithm>
#include <limits>

#include "render/simd/exact_sample.h"

namespace vitrine::render {

std::optional<double> VolumeProbe::ValueOf(int u, int v) const {
  const RayRange range = clipper_.Clip(u, v);
  double sum = 0;
  double minimum = std::numeric_limits<double>::infinity();
  double maximum = -minimum;
  int count = 0;
  for (int k = range.first; k < range.last; ++k) {
    const std::optional<double> stored =
        simd::ExactValue(*job_.volume, job_.interpolation, SamplePosition(job_, u, v, k));
    if (!stored) continue;
    sum += *stored;
    minimum = std::min(minimum, *stored);
    maximum = std::max(maximum, *stored);
    ++count;
  }
  if (count == 0) return std::nullopt;
  const image::Rescale& rescale = job_.volume->rescale;
  const double stored = job_.reduction == Reduction::kMaximum   ? maximum
                        : job_.reduction == Reduction::kMinimum ? minimum
                                                                : sum / count;
  return rescale.slope * stored + rescale.intercept;
}

}  // namespace vitrine::render
