#include "service/handler/load_threads.h"

#include <algorithm>
#include <numeric>

#include "absl/time/clock.h"
#include "base/error.h"
#include "base/helpers.h"
#include "service/handler/cache_metrics.h"

namespace vitrine::service {
namespace {

constexpr uint64_t kMinBytesUnderWay = 16ull << 20;
constexpr uint64_t kShareUnderWay = 8;
constexpr double kCopiesUnderWay = 2;
constexpr absl::Duration kOverloadPause = absl::Milliseconds(2);

}  // namespace

int LoadThreads::CountFor(double instance_bytes, uint64_t voxel_bytes) {
  const auto room = static_cast<double>(std::max(kMinBytesUnderWay, voxel_bytes / kShareUnderWay));
  return static_cast<int>(std::clamp<double>(room / (kCopiesUnderWay * std::max(instance_bytes, 1.0)), 1, kMost));
}

LoadThreads::LoadThreads(CpuSlots& slots, metrics::Metrics& metrics, const Operation& parent)
    : slots_(slots), metrics_(metrics), operation_(parent) {}

void LoadThreads::Run(ThreadPool& pool, int threads, absl::FunctionRef<void(Timings&)> work) {
  const auto run = [this, work] {
    Timings timings = {};
    work(timings);
    absl::MutexLock lock(&mutex_);
    for (size_t i = 0; i < timings.size(); ++i) timings_[i] += timings[i];
  };
  Helpers helpers(pool);
  for (int helper = 1; helper < threads; ++helper) {
    if (!helpers.Add(run)) break;
  }
  run();
}

void LoadThreads::Fail(const absl::Status& status) {
  {
    absl::MutexLock lock(&mutex_);
    if (status_.ok()) status_ = status;
  }
  operation_.Cancel();
}

absl::Status LoadThreads::status() {
  absl::MutexLock lock(&mutex_);
  return status_;
}

absl::StatusOr<CpuSlots::Lease> LoadThreads::AcquireTurn(Timings& timings) {
  absl::MutexLock turn(&turn_);
  while (true) {
    absl::StatusOr<CpuSlots::Lease> lease = AcquireSlot(slots_, operation_.get(), metrics_, timings);
    if (lease.ok()) admitted_ = true;
    if (lease.ok() || !admitted_ || CategoryOf(lease.status()) != ErrorCategory::kOverloaded) return lease;
    absl::SleepFor(kOverloadPause);
  }
}

void LoadThreads::AddWallTime(Timings& timings) {
  absl::MutexLock lock(&mutex_);
  const absl::Duration sum = std::accumulate(timings_.begin(), timings_.end(), absl::ZeroDuration());
  if (sum <= absl::ZeroDuration()) return;
  const absl::Duration wall = absl::Now() - start_;
  for (size_t i = 0; i < timings.size(); ++i) timings[i] += wall * absl::FDivDuration(timings_[i], sum);
}

}  // namespace vitrine::service
