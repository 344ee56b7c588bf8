#include "base/thread_pool.h"

#include <pthread.h>

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace vitrine {

ThreadPool::ThreadPool(absl::string_view name, int threads, int queue_limit)
    : limit_(threads + queue_limit), queue_limit_(queue_limit) {
  constexpr size_t kKernelNameLimit = 15;
  threads_.reserve(threads);
  for (int i = 0; i < threads; ++i) {
    const std::string thread_name = absl::StrCat(name, "-", i).substr(0, kKernelNameLimit);
    threads_.emplace_back([this] { Work(); });
    pthread_setname_np(threads_.back().native_handle(), thread_name.c_str());
  }
}

ThreadPool::~ThreadPool() {
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
    for (Idle* idle : idle_) CallLocked(*idle);
  }
  for (std::thread& thread : threads_) thread.join();
}

bool ThreadPool::TrySchedule(absl::AnyInvocable<void()> task, std::shared_ptr<const Cancellation> cancellation) {
  absl::MutexLock lock(&mutex_);
  if (stopping_ || !HasPlaceLocked()) {
    ++refused_;
    return false;
  }
  ++unfinished_;
  queue_.push_back({std::move(task), std::move(cancellation)});
  // A busy processor lets a called thread wait, and a thread that finishes takes its task: those on their way may do.
  if (!idle_.empty() && called_ < static_cast<int>(queue_.size())) {
    CallLocked(*idle_.back());
    idle_.pop_back();
  }
  return true;
}

void ThreadPool::CallLocked(Idle& idle) {
  idle.called = true;
  ++called_;
  idle.call.Signal();
}

bool ThreadPool::HasPlaceLocked() const {
  if (unfinished_ < limit_) return true;
  if (unfinished_ >= limit_ + queue_limit_) return false;
  const auto abandoned = std::count_if(queue_.begin(), queue_.end(), [](const Waiting& waiting) {
    return waiting.cancellation != nullptr && waiting.cancellation->cancelled();
  });
  return unfinished_ - abandoned < limit_;
}

bool ThreadPool::HasPlace() const {
  absl::MutexLock lock(&mutex_);
  return !stopping_ && HasPlaceLocked();
}

ThreadPoolStats ThreadPool::stats() const {
  absl::MutexLock lock(&mutex_);
  return {static_cast<int>(queue_.size()), refused_};
}

void ThreadPool::AwaitTaskLocked() {
  Idle self;
  while (queue_.empty() && !stopping_) {
    self.called = false;
    idle_.push_back(&self);
    while (!self.called) self.call.Wait(&mutex_);
    --called_;
  }
}

void ThreadPool::Work() {
  while (true) {
    absl::AnyInvocable<void()> task;
    {
      absl::MutexLock lock(&mutex_);
      AwaitTaskLocked();
      if (queue_.empty()) return;
      task = std::move(queue_.front().task);
      queue_.pop_front();
    }
    task();
    task = nullptr;  // What the task holds is gone before its place is free.
    absl::MutexLock lock(&mutex_);
    --unfinished_;
  }
}

}  // namespace vitrine
