#ifndef VITRINE_BASE_HELPERS_H_
#define VITRINE_BASE_HELPERS_H_

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/synchronization/mutex.h"
#include "base/thread_pool.h"

namespace vitrine {

// Threads of a pool that work on something together with the thread that owns this object. Add() is for the owner
// alone.
class Helpers {
 public:
  // `pool` must outlive this object.
  explicit Helpers(ThreadPool& pool) : pool_(pool) {}
  Helpers(const Helpers&) = delete;
  Helpers& operator=(const Helpers&) = delete;
  ~Helpers() { Await(); }

  // Runs `work` on the pool; false, and it is destroyed unrun, where the pool has no room. It must not throw, and may
  // use whatever lives until Await() returns.
  [[nodiscard]] bool Add(absl::AnyInvocable<void()> work);

  // Returns when all work is done and destroyed.
  void Await();

 private:
  void Remove();

  ThreadPool& pool_;
  absl::Mutex mutex_;
  int working_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace vitrine

#endif  // VITRINE_BASE_HELPERS_H_
