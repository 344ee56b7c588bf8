#ifndef VITRINE_SERVICE_HANDLER_LOAD_THREADS_H_
#define VITRINE_SERVICE_HANDLER_LOAD_THREADS_H_

// What the threads that load one volume share: when to stop, whose turn it is to compute, and where the time went.

#include <cstdint>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/child_operation.h"
#include "base/cpu_slots.h"
#include "base/operation.h"
#include "base/thread_pool.h"
#include "metrics/metrics.h"
#include "service/handler/span_timer.h"

namespace vitrine::service {

// Thread-safe.
class LoadThreads {
 public:
  static constexpr int kMost = 8;

  // How many may work at a time, each with an instance of that size as a file and as a frame, so that these come to an
  // eighth of the voxels or 16 MiB, whichever is more. At least 1. In floating point: what is planned from metadata may
  // say anything of sizes.
  static int CountFor(double instance_bytes, uint64_t voxel_bytes);

  // The references must outlive this object.
  LoadThreads(CpuSlots& slots, metrics::Metrics& metrics, const Operation& parent);
  LoadThreads(const LoadThreads&) = delete;
  LoadThreads& operator=(const LoadThreads&) = delete;

  // Calls `work` once on this thread and, as far as the pool has room, on others at the same time, `threads`
  // altogether; returns when all calls have. What they add to their timings counts.
  void Run(ThreadPool& pool, int threads, absl::FunctionRef<void(Timings&)> work);

  // Ends with the parent and with the first failure.
  const Operation& operation() const { return operation_.get(); }
  bool stopped() const { return operation_.cancelled(); }
  // Stops all threads. The first failure counts.
  void Fail(const absl::Status& status);
  absl::Status status();

  // A CPU slot. Of all threads one at a time waits for it; and a load that has had one is not given up because others
  // have filled the queue meanwhile.
  absl::StatusOr<CpuSlots::Lease> AcquireTurn(Timings& timings) ABSL_LOCKS_EXCLUDED(turn_);

  // Adds the time since construction to the timings, split as the threads' time was.
  void AddWallTime(Timings& timings);

 private:
  CpuSlots& slots_;
  metrics::Metrics& metrics_;
  const absl::Time start_ = absl::Now();
  ChildOperation operation_;
  absl::Mutex turn_;  // Held by the one thread that waits for a slot.
  bool admitted_ ABSL_GUARDED_BY(turn_) = false;
  absl::Mutex mutex_;
  absl::Status status_ ABSL_GUARDED_BY(mutex_);
  Timings timings_ ABSL_GUARDED_BY(mutex_) = {};  // Of all threads together.
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_LOAD_THREADS_H_
