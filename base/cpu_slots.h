#ifndef VITRINE_BASE_CPU_SLOTS_H_
#define VITRINE_BASE_CPU_SLOTS_H_

// Admission to the processor. Decoding, rendering and encoding hold a slot while they compute and give it back before
// they wait for anything; how many there are follows from the processors that the cgroup grants. Callers without a slot
// wait in a first-come queue of bounded length, in which a costly computation takes more than one place; where the
// queue is full, the answer is an immediate refusal. Spare slots are for computations of one place alone: those may
// pass costly ones that wait for another slot.

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

// How many slots beyond the processors keep those at work. While a slot passes from one thread to the next, which takes
// as long as waking a thread, its processor would idle: two more make a tenth more pictures on two processors. Costly
// computations would only push each other out of the processors' caches with them. Under a quota there are none, since
// the kernel stops all threads of a cgroup that has spent its quota early.
int SpareCpuSlots();

struct CpuSlotsStats {
  int slots = 0;
  int busy = 0;
  int queued = 0;
  uint64_t refused = 0;
};

// Thread-safe.
class CpuSlots {
 public:
  // `slots`, at least 1, for any computation, and `spare` more; `queue_limit` is at least 1.
  CpuSlots(int slots, int queue_limit, int spare = 0)
      : costly_limit_(slots), slots_(slots + spare), queue_limit_(queue_limit) {}
  CpuSlots(const CpuSlots&) = delete;
  CpuSlots& operator=(const CpuSlots&) = delete;

  // Holds one slot until it is destroyed. Movable.
  class [[nodiscard]] Lease {
   public:
    Lease() = default;
    Lease(CpuSlots* slots, bool costly) : slots_(slots), costly_(costly) {}
    Lease(Lease&& other) noexcept : slots_(std::exchange(other.slots_, nullptr)), costly_(other.costly_) {}
    Lease& operator=(Lease&& other) noexcept {
      std::swap(slots_, other.slots_);
      std::swap(costly_, other.costly_);
      return *this;
    }
    ~Lease() {
      if (slots_ != nullptr) slots_->Release(costly_);
    }

   private:
    CpuSlots* slots_ = nullptr;
    bool costly_ = false;
  };

  // RESOURCE_EXHAUSTED (kOverloaded) at once when the queue has no `places` (at least 1) left, unless it is empty: one
  // caller may always wait. CANCELLED or DEADLINE_EXCEEDED as `operation` says.
  absl::StatusOr<Lease> Acquire(const Operation& operation, int places = 1);

  // A slot, not a spare one, that nobody holds or waits for, or nullopt at once.
  std::optional<Lease> TryAcquire();

  // Whether anybody waits for a slot.
  bool wanted() const;

  CpuSlotsStats stats() const;

 private:
  struct Waiter {
    int places = 1;
    bool granted = false;
  };

  static bool IsCostly(int places) { return places > 1; }

  bool IsFreeLocked(bool costly) const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  void TakeLocked(bool costly) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Release(bool costly);

  const int costly_limit_;
  const int slots_;
  const int queue_limit_;
  mutable absl::Mutex mutex_;
  int busy_ ABSL_GUARDED_BY(mutex_) = 0;
  int costly_ ABSL_GUARDED_BY(mutex_) = 0;  // Of the busy ones, those of costly computations and helpers.
  // Nobody waits for whom there is a slot.
  std::list<Waiter*> queue_ ABSL_GUARDED_BY(mutex_);
  int64_t places_taken_ ABSL_GUARDED_BY(mutex_) = 0;  // By those in the queue.
  uint64_t refused_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace vitrine

#endif  // VITRINE_BASE_CPU_SLOTS_H_
