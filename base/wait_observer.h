#ifndef VITRINE_BASE_WAIT_OBSERVER_H_
#define VITRINE_BASE_WAIT_OBSERVER_H_

// Who runs work on a thread may want to know when that work waits, to let another thread go on meanwhile.

namespace vitrine {

class WaitObserver {
 public:
  virtual ~WaitObserver() = default;

  // On the thread that is about to wait, which may hold locks: must not block.
  virtual void OnWait() = 0;
};

// `observer` hears of the calling thread's waits while this lives. One at a time on a thread.
class ScopedWaitObserver {
 public:
  explicit ScopedWaitObserver(WaitObserver& observer);
  ~ScopedWaitObserver();
  ScopedWaitObserver(const ScopedWaitObserver&) = delete;
  ScopedWaitObserver& operator=(const ScopedWaitObserver&) = delete;
};

// Called by whatever may wait long, for a processor, the network or another request: short critical sections and the
// disk do not count. Does nothing where nobody observes.
void AboutToWait();

}  // namespace vitrine

#endif  // VITRINE_BASE_WAIT_OBSERVER_H_
