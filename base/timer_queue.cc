#include "base/timer_queue.h"

#include <pthread.h>

#include "absl/time/clock.h"

namespace vitrine {

TimerQueue::TimerQueue() {
  thread_ = std::thread([this] { Run(); });
  pthread_setname_np(thread_.native_handle(), "timers");
}

TimerQueue::~TimerQueue() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    changed_.Signal();
  }
  thread_.join();
}

TimerQueue::Id TimerQueue::Schedule(absl::Time time, absl::AnyInvocable<void()> call) {
  absl::MutexLock lock(&mutex_);
  const Id id = {time, next_++};
  const auto place = calls_.emplace(id, std::move(call)).first;
  if (place == calls_.begin()) changed_.Signal();
  return id;
}

void TimerQueue::Cancel(const Id& id) {
  absl::AnyInvocable<void()> forgotten;  // Destroyed when the lock is released: what it holds may be anything.
  absl::MutexLock lock(&mutex_);
  const auto found = calls_.find(id);
  if (found == calls_.end()) return;
  forgotten = std::move(found->second);
  calls_.erase(found);
}

void TimerQueue::Run() {
  while (true) {
    absl::AnyInvocable<void()> call;
    {
      absl::MutexLock lock(&mutex_);
      while (!stopping_ && (calls_.empty() || calls_.begin()->first.first > absl::Now())) {
        changed_.WaitWithDeadline(&mutex_, calls_.empty() ? absl::InfiniteFuture() : calls_.begin()->first.first);
      }
      if (stopping_) return;
      call = std::move(calls_.begin()->second);
      calls_.erase(calls_.begin());
    }
    call();
  }
}

}  // namespace vitrine
