#include "base/cpu_slots.h"

#include <sched.h>

#include <algorithm>
#include <cmath>

#include "base/cgroup_quota.h"
#include "base/error.h"

namespace vitrine {

namespace {

int AffinityCpus() {
  cpu_set_t set;
  CPU_ZERO(&set);
  return sched_getaffinity(0, sizeof(set), &set) == 0 ? CPU_COUNT(&set) : 1;
}

}  // namespace

int AvailableCpus() {
  return std::max(1, static_cast<int>(std::min<double>(AffinityCpus(), std::ceil(CgroupCpuQuota()))));
}

int DefaultCpuSlots() {
  constexpr int kSpare = 2;
  return AvailableCpus() < AffinityCpus() ? AvailableCpus() : AvailableCpus() + kSpare;
}

absl::StatusOr<CpuSlots::Lease> CpuSlots::Acquire(const Operation& operation, int places) {
  if (absl::Status status = operation.Check(); !status.ok()) return status;
  Waiter waiter{places};
  std::list<Waiter*>::iterator place;
  {
    absl::MutexLock lock(&mutex_);
    if (busy_ < slots_) {
      ++busy_;
      return Lease(this);
    }
    if (!queue_.empty() && places_taken_ + places > queue_limit_) {
      ++refused_;
      return MakeError(ErrorCategory::kOverloaded, "the server is busy; try again in a moment");
    }
    place = queue_.insert(queue_.end(), &waiter);
    places_taken_ += places;
  }
  // Touching the mutex makes the wait below evaluate its condition again.
  const int listener = operation.cancellation->AddListener([this] { absl::MutexLock lock(&mutex_); });
  bool granted = false;
  {
    absl::MutexLock lock(&mutex_);
    const auto ready = [&] { return waiter.granted || operation.cancellation->cancelled(); };
    mutex_.AwaitWithDeadline(absl::Condition(&ready), operation.deadline);
    granted = waiter.granted;
    if (!granted) {
      queue_.erase(place);
      places_taken_ -= places;
    }
  }
  operation.cancellation->RemoveListener(listener);
  if (granted) return Lease(this);
  absl::Status status = operation.Check();
  return status.ok() ? MakeError(ErrorCategory::kDeadline, "the request's deadline has passed") : status;
}

std::optional<CpuSlots::Lease> CpuSlots::TryAcquire() {
  absl::MutexLock lock(&mutex_);
  if (busy_ >= slots_) return std::nullopt;
  ++busy_;
  return std::optional<Lease>(std::in_place, this);
}

void CpuSlots::Release() {
  absl::MutexLock lock(&mutex_);
  if (queue_.empty()) {
    --busy_;
    return;
  }
  queue_.front()->granted = true;  // The slot passes straight to the first in the queue.
  places_taken_ -= queue_.front()->places;
  queue_.pop_front();
}

CpuSlotsStats CpuSlots::stats() const {
  absl::MutexLock lock(&mutex_);
  return {slots_, busy_, static_cast<int>(queue_.size()), refused_};
}

}  // namespace vitrine
