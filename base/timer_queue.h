#ifndef VITRINE_BASE_TIMER_QUEUE_H_
#define VITRINE_BASE_TIMER_QUEUE_H_

// Calls at given times, on one thread.

#include <cstdint>
#include <map>
#include <thread>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace vitrine {

// Thread-safe.
class TimerQueue {
 public:
  using Id = std::pair<absl::Time, uint64_t>;

  TimerQueue();
  // Forgets what is not due, and joins. Must not be called from a call.
  ~TimerQueue();
  TimerQueue(const TimerQueue&) = delete;
  TimerQueue& operator=(const TimerQueue&) = delete;

  // `call` must not block: all others wait for it.
  Id Schedule(absl::Time time, absl::AnyInvocable<void()> call);

  // The call may be under way when this returns.
  void Cancel(const Id& id);

 private:
  void Run();
  // Until the first call is due, or the queue stops.
  void AwaitCallLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t next_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<Id, absl::AnyInvocable<void()>> calls_ ABSL_GUARDED_BY(mutex_);
  std::thread thread_;
};

}  // namespace vitrine

#endif  // VITRINE_BASE_TIMER_QUEUE_H_
