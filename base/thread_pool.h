#ifndef VITRINE_BASE_THREAD_POOL_H_
#define VITRINE_BASE_THREAD_POOL_H_

// A fixed number of threads that run tasks in the order in which they came, and refuse at once when too many wait.

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "base/operation.h"

namespace vitrine {

struct ThreadPoolStats {
  int waiting = 0;
  uint64_t refused = 0;
};

// Thread-safe.
class ThreadPool {
 public:
  // Threads are named `name`-0, `name`-1, ... as debuggers and top show them (the kernel keeps 15 characters).
  // `threads` is at least 1; `queue_limit` tasks, at least 0, may wait while every thread is busy.
  ThreadPool(absl::string_view name, int threads, int queue_limit);

  // Runs what is queued, then joins. Must not be called from a task.
  ~ThreadPool();

  ThreadPool(const ThreadPool&) = delete;
  ThreadPool& operator=(const ThreadPool&) = delete;

  // False, and `task` is destroyed unrun, when every thread is busy and the queue is full, or when the pool is being
  // destroyed. A task must not throw.
  //
  // A task whose `cancellation` (may be null) is cancelled while it waits gives its place in the queue away, but still
  // runs; at most `queue_limit` tasks wait without a place.
  [[nodiscard]] bool TrySchedule(absl::AnyInvocable<void()> task,
                                 std::shared_ptr<const Cancellation> cancellation = {});

  // Whether TrySchedule() would take a task, as far as can be said: others may be faster.
  bool HasPlace() const;
  int threads() const { return static_cast<int>(threads_.size()); }
  ThreadPoolStats stats() const;

 private:
  struct Waiting {
    absl::AnyInvocable<void()> task;
    std::shared_ptr<const Cancellation> cancellation;
  };

  // A thread without a task.
  struct Idle {
    bool called = false;
    absl::CondVar call;
  };

  void Work();
  void AwaitTaskLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void CallLocked(Idle& idle) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool HasPlaceLocked() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  const int limit_;  // Of tasks running and waiting together.
  const int queue_limit_;
  mutable absl::Mutex mutex_;
  std::deque<Waiting> queue_ ABSL_GUARDED_BY(mutex_);
  // The last one is called first: what it worked with is still in the processor's caches.
  std::vector<Idle*> idle_ ABSL_GUARDED_BY(mutex_);
  int called_ ABSL_GUARDED_BY(mutex_) = 0;      // Idle threads that were called and do not run yet.
  int unfinished_ ABSL_GUARDED_BY(mutex_) = 0;  // Running and waiting.
  uint64_t refused_ ABSL_GUARDED_BY(mutex_) = 0;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace vitrine

#endif  // VITRINE_BASE_THREAD_POOL_H_
