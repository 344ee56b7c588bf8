#ifndef VITRINE_SERVICE_HTTP_TAKERS_H_
#define VITRINE_SERVICE_HTTP_TAKERS_H_

#include <functional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "base/thread_pool.h"
#include "base/wait_observer.h"

namespace vitrine::http {

// Threads of a pool that each take the next piece of work and do it themselves, so that it passes through no other
// thread: the Leader/Followers pattern. No more of them take work at a time than there are processors to do it: what
// comes while all of them compute waits without waking anybody. Whoever waits in its work (AboutToWait()) or is long
// about it lets another thread take over. Thread-safe.
class Takers {
 public:
  // `take` blocks until there is work and returns it, or null to end the thread that asks; `serve` does it. `count` is
  // the number of threads, at least 1; the pool must have more, and must outlive this.
  Takers(ThreadPool& pool, int count, std::function<void*()> take, std::function<void(void*)> serve);
  // After Join().
  ~Takers() = default;

  // Replaces whoever still does what it did at the last call; to be called from time to time while anybody serves.
  // False where nobody takes work and nobody did at the last call: the pool has no thread for it.
  bool Replace();

  // Whether work was taken since the last call or is being done, or a thread to take it is still to come.
  bool TakeBusy();

  // Waits until no thread is left; `take` must return null from now on.
  void Join();

 private:
  class Taker : public WaitObserver {
   public:
    explicit Taker(Takers& all) : all_(all) {}
    void OnWait() override;

    bool serving = false;
    bool noticed = false;   // Replace() has seen this work before.
    bool replaced = false;  // Not among active_ any more.

   private:
    Takers& all_;
  };

  void Work();
  bool GoesOn(Taker& taker);
  void FillLocked() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void ReplaceLocked(Taker& taker) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  ThreadPool& pool_;
  const int count_;
  const std::function<void*()> take_;
  const std::function<void(void*)> serve_;
  absl::Mutex mutex_;
  std::vector<Taker*> takers_ ABSL_GUARDED_BY(mutex_);
  int active_ ABSL_GUARDED_BY(mutex_) = 0;             // Scheduled, waiting for work, or at work and not replaced.
  int threads_ ABSL_GUARDED_BY(mutex_) = 0;            // Scheduled or running.
  bool busy_ ABSL_GUARDED_BY(mutex_) = false;          // Since the last TakeBusy().
  bool somebody_took_ ABSL_GUARDED_BY(mutex_) = true;  // At the last Replace().
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace vitrine::http

#endif  // VITRINE_SERVICE_HTTP_TAKERS_H_
