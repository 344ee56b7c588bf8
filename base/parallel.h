#ifndef VITRINE_BASE_PARALLEL_H_
#define VITRINE_BASE_PARALLEL_H_

// One computation on several processors, without taking any from others.

#include "absl/functional/function_ref.h"
#include "base/cpu_slots.h"
#include "base/thread_pool.h"

namespace vitrine {

// Thread-safe.
class Parallel {
 public:
  virtual ~Parallel() = default;

  // Calls task(i) for every i in [0, count), each once, in any order, on the caller's thread and perhaps on others at
  // the same time; returns when all calls have returned. `task` must not throw and must not call For().
  virtual void For(int count, absl::FunctionRef<void(int)> task) = 0;
};

// On the caller's thread alone.
class Serial : public Parallel {
 public:
  void For(int count, absl::FunctionRef<void(int)> task) override {
    for (int i = 0; i < count; ++i) task(i);
  }
};

// On the caller's thread, which holds a CPU slot already, and on one more thread for each slot, spare ones left out,
// that nobody holds or waits for at the moment of the call. Such a thread gives its slot up between two calls of the
// task as soon as somebody waits.
class IdleSlots : public Parallel {
 public:
  // `slots` must outlive this object. `threads`, at least 1: the most that may help all callers together.
  IdleSlots(CpuSlots& slots, int threads) : slots_(slots), pool_("idle-slots", threads, 0) {}

  void For(int count, absl::FunctionRef<void(int)> task) override;

 private:
  CpuSlots& slots_;
  ThreadPool pool_;
};

}  // namespace vitrine

#endif  // VITRINE_BASE_PARALLEL_H_
