#ifndef VITRINE_BASE_CPU_SLOTS_H_
#define VITRINE_BASE_CPU_SLOTS_H_

// Admission to the processor. Decoding, rendering and encoding hold a slot while they compute and give it back before
// they wait for anything; how many there are follows from the processors that the cgroup grants. Callers without a slot
// wait in a first-come queue of bounded length, in which a costly computation takes more than one place; where the
// queue is full, the answer is an immediate refusal.

#include <cstdint>
#include <list>
#include <optional>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "base/operation.h"

namespace vitrine {

// Processors that this process may use: the scheduler affinity, lowered by the cgroups' CPU quota (cgroup_quota.h),
// rounded up; at least 1.
int AvailableCpus();

// How many slots keep them at work. While a slot passes from one thread to the next, which takes as long as waking a
// thread, its processor would idle: two more make a tenth more pictures on two processors. Under a quota there are none
// to spare, since the kernel stops all threads of a cgroup that has spent its quota early.
int DefaultCpuSlots();

struct CpuSlotsStats {
  int slots = 0;
  int busy = 0;
  int queued = 0;
  uint64_t refused = 0;
};

// Thread-safe.
class CpuSlots {
 public:
  // Both at least 1.
  CpuSlots(int slots, int queue_limit) : slots_(slots), queue_limit_(queue_limit) {}
  CpuSlots(const CpuSlots&) = delete;
  CpuSlots& operator=(const CpuSlots&) = delete;

  // Holds one slot until it is destroyed. Movable.
  class [[nodiscard]] Lease {
   public:
    Lease() = default;
    explicit Lease(CpuSlots* slots) : slots_(slots) {}
    Lease(Lease&& other) noexcept : slots_(std::exchange(other.slots_, nullptr)) {}
    Lease& operator=(Lease&& other) noexcept {
      std::swap(slots_, other.slots_);
      return *this;
    }
    ~Lease() {
      if (slots_ != nullptr) slots_->Release();
    }

   private:
    CpuSlots* slots_ = nullptr;
  };

  // RESOURCE_EXHAUSTED (kOverloaded) at once when the queue has no `places` (at least 1) left, unless it is empty: one
  // caller may always wait. CANCELLED or DEADLINE_EXCEEDED as `operation` says.
  absl::StatusOr<Lease> Acquire(const Operation& operation, int places = 1);

  // A slot that nobody holds or waits for, or nullopt at once.
  std::optional<Lease> TryAcquire();

  CpuSlotsStats stats() const;

 private:
  struct Waiter {
    int places = 1;
    bool granted = false;
  };

  void Release();

  const int slots_;
  const int queue_limit_;
  mutable absl::Mutex mutex_;
  int busy_ ABSL_GUARDED_BY(mutex_) = 0;
  std::list<Waiter*> queue_ ABSL_GUARDED_BY(mutex_);
  int64_t places_taken_ ABSL_GUARDED_BY(mutex_) = 0;  // By those in the queue.
  uint64_t refused_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace vitrine

#endif  // VITRINE_BASE_CPU_SLOTS_H_
