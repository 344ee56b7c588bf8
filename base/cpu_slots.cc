#include "base/cpu_slots.h"

#include <sched.h>

#include <algorithm>
#include <cmath>

#include "base/cgroup_quota.h"
#include "base/error.h"
#include "base/wait_observer.h"

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

int SpareCpuSlots() { return AvailableCpus() < AffinityCpus() ? 0 : 2; }

bool CpuSlots::IsFreeLocked(bool costly) const { return busy_ < slots_ && (!costly || costly_ < costly_limit_); }

void CpuSlots::TakeLocked(bool costly) {
  ++busy_;
  if (costly) ++costly_;
}

absl::StatusOr<CpuSlots::Lease> CpuSlots::Acquire(const Operation& operation, int places) {
  if (absl::Status status = operation.Check(); !status.ok()) return status;
  const bool costly = IsCostly(places);
  Waiter waiter{places};
  std::list<Waiter*>::iterator place;
  {
    absl::MutexLock lock(&mutex_);
    if (IsFreeLocked(costly)) {
      TakeLocked(costly);
      return Lease(this, costly);
    }
    if (!queue_.empty() && places_taken_ + places > queue_limit_) {
      ++refused_;
      return MakeError(ErrorCategory::kOverloaded, "the server is busy; try again in a moment");
    }
    place = queue_.insert(queue_.end(), &waiter);
    places_taken_ += places;
  }
  AboutToWait();
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
  if (granted) return Lease(this, costly);
  absl::Status status = operation.Check();
  return status.ok() ? MakeError(ErrorCategory::kDeadline, "the request's deadline has passed") : status;
}

std::optional<CpuSlots::Lease> CpuSlots::TryAcquire() {
  constexpr bool kCostly = true;
  absl::MutexLock lock(&mutex_);
  if (!IsFreeLocked(kCostly)) return std::nullopt;
  TakeLocked(kCostly);
  return std::optional<Lease>(std::in_place, this, kCostly);
}

bool CpuSlots::wanted() const {
  absl::MutexLock lock(&mutex_);
  return !queue_.empty();
}

void CpuSlots::Release(bool costly) {
  absl::MutexLock lock(&mutex_);
  --busy_;
  if (costly) --costly_;
  // The slot passes straight to the first in the queue that may have it.
  const auto next =
      std::find_if(queue_.begin(), queue_.end(), [this](const Waiter* waiter) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
        return IsFreeLocked(IsCostly(waiter->places));
      });
  if (next == queue_.end()) return;
  TakeLocked(IsCostly((*next)->places));
  (*next)->granted = true;
  places_taken_ -= (*next)->places;
  queue_.erase(next);
}

CpuSlotsStats CpuSlots::stats() const {
  absl::MutexLock lock(&mutex_);
  return {slots_, busy_, static_cast<int>(queue_.size()), refused_};
}

}  // namespace vitrine
