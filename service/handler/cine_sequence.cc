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

std::optional<double> MeanFrameTime(const std::vector<double>& vector, int frames) {
  if (vector.empty() || vector.size() != static_cast<size_t>(frames)) return std::nullopt;
  const double sum = std::accumulate(vector.begin() + 1, vector.end(), 0.0);
  return sum > 0 ? std::optional<double>(sum / (frames - 1)) : std::nullopt;
}

std::vector<absl::Duration> FrameDurations(const dicom::InstanceInfo& info, int first, int count) {
  const std::vector<double>& times = info.FrameTimeVector;
  const std::optional<double> mean = MeanFrameTime(times, info.NumberOfFrames);
  if (!mean) return EvenDurations(count, info.FrameTime ? 1000 / *info.FrameTime : kDefaultRate);
  std::vector<absl::Duration> durations;
  for (int number = first; number < first + count; ++number) {
    const bool is_last = static_cast<size_t>(number) == times.size();
    const double ms = is_last ? *mean : times[number];
    durations.push_back(std::max(kShortest, absl::Milliseconds(ms)));
  }
  return durations;
}

}  // namespace vitrine::service
