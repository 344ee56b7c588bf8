#include "service/handler/cine_sequence.h"

#include <algorithm>
#include <numeric>

namespace vitrine::service {
namespace {

constexpr double kDefaultRate = 10;
constexpr absl::Duration kShortest = absl::Milliseconds(10);

}  // namespace

std::vector<absl::Duration> EvenDurations(int count, double rate) {
  return std::vector<absl::Duration>(count, std::max(kShortest, absl::Seconds(1 / rate)));
}

std::vector<absl::Duration> FrameDurations(const dicom::InstanceInfo& info, int first, int count) {
  const std::vector<double>& times = info.FrameTimeVector;
  const double sum = times.empty() ? 0 : std::accumulate(times.begin() + 1, times.end(), 0.0);
  if (times.size() != static_cast<size_t>(info.NumberOfFrames) || !(sum > 0)) {
    return EvenDurations(count, info.FrameTime ? 1000 / *info.FrameTime : kDefaultRate);
  }
  std::vector<absl::Duration> durations;
  for (int number = first; number < first + count; ++number) {
    const bool is_last = static_cast<size_t>(number) == times.size();
    const double ms = is_last ? sum / static_cast<double>(times.size() - 1) : times[number];
    durations.push_back(std::max(kShortest, absl::Milliseconds(ms)));
  }
  return durations;
}

}  // namespace vitrine::service
