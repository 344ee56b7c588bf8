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
  }
  thread_.join();
}

TimerQueue::Id TimerQueue::Schedule(absl::Time time, absl::AnyInvocable<void()> call) {
  absl::MutexLock lock(&mutex_);
  const Id id = {time, next_++};
  calls_.emplace(id, std::move(call));
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

void TimerQueue::AwaitCallLocked() {
  while (true) {
    const absl::Time first = calls_.empty() ? absl::InfiniteFuture() : calls_.begin()->first.first;
    if (stopping_ || first <= absl::Now()) return;
    const auto sooner = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
      return stopping_ || (!calls_.empty() && calls_.begin()->first.first < first);
    };
    mutex_.AwaitWithDeadline(absl::Condition(&sooner), first);
  }
}

void TimerQueue::Run() {
  while (true) {
    absl::AnyInvocable<void()> call;
    {
      absl::MutexLock lock(&mutex_);
      AwaitCallLocked();
      if (stopping_) return;
      call = std::move(calls_.begin()->second);
      calls_.erase(calls_.begin());
    }
    call();
  }
}

}  // namespace vitrine
