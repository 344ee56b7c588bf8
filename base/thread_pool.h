#ifndef VITRINE_BASE_THREAD_POOL_H_
#define VITRINE_BASE_THREAD_POOL_H_

// A fixed number of threads that run tasks in the order in which they came, and refuse at once when too many wait.

#include <deque>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"

namespace vitrine {

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
  [[nodiscard]] bool TrySchedule(absl::AnyInvocable<void()> task);

 private:
  void Work();
  bool ReadyLocked() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);

  const int limit_;  // Of tasks running and waiting together.
  absl::Mutex mutex_;
  std::deque<absl::AnyInvocable<void()>> queue_ ABSL_GUARDED_BY(mutex_);
  int unfinished_ ABSL_GUARDED_BY(mutex_) = 0;  // Running and waiting.
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace vitrine

#endif  // VITRINE_BASE_THREAD_POOL_H_
