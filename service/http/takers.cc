#include "service/http/takers.h"

#include <algorithm>
#include <utility>

namespace vitrine::http {

Takers::Takers(ThreadPool& pool, int count, std::function<void*()> take, std::function<void(void*)> serve)
    : pool_(pool), count_(count), take_(std::move(take)), serve_(std::move(serve)) {
  absl::MutexLock lock(&mutex_);
  FillLocked();
}

void Takers::Taker::OnWait() {
  absl::MutexLock lock(&all_.mutex_);
  if (!replaced) all_.ReplaceLocked(*this);
}

void Takers::ReplaceLocked(Taker& taker) {
  taker.replaced = true;
  --active_;
  FillLocked();
}

void Takers::FillLocked() {
  while (active_ < count_ && !ending_ && pool_.HasPlace() && pool_.TrySchedule([this] { Work(); })) {
    ++active_;
    ++threads_;
  }
}

bool Takers::Replace() {
  absl::MutexLock lock(&mutex_);
  for (Taker* taker : takers_) {
    if (!taker->serving || taker->replaced) continue;
    if (taker->noticed) ReplaceLocked(*taker);
    taker->noticed = true;
  }
  FillLocked();
  const bool takes = std::any_of(takers_.begin(), takers_.end(), [](const Taker* taker) { return !taker->replaced; });
  return std::exchange(somebody_took_, takes) || takes;
}

bool Takers::TakeBusy() {
  absl::MutexLock lock(&mutex_);
  const bool serving = std::any_of(takers_.begin(), takers_.end(), [](const Taker* taker) { return taker->serving; });
  const bool to_come = active_ < count_ || threads_ > static_cast<int>(takers_.size());
  return std::exchange(busy_, false) || serving || to_come;
}

void Takers::Join() {
  absl::MutexLock lock(&mutex_);
  ending_ = true;
  const auto none = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return threads_ == 0; };
  mutex_.Await(absl::Condition(&none));
}

// Whether a thread that has done its work takes more.
bool Takers::GoesOn(Taker& taker) {
  const int waiting = pool_.stats().waiting;
  absl::MutexLock lock(&mutex_);
  // For a thread of the pool, besides the takers to come, and longer than what is to be taken.
  const bool others_wait = waiting > threads_ - static_cast<int>(takers_.size());
  taker.serving = false;
  if (!taker.replaced && others_wait) ReplaceLocked(taker);
  if (!taker.replaced) return true;
  if (active_ >= count_ || ending_ || others_wait) return false;
  taker.replaced = false;
  ++active_;
  return true;
}

void Takers::Work() {
  Taker self(*this);
  {
    absl::MutexLock lock(&mutex_);
    takers_.push_back(&self);
  }
  {
    const ScopedWaitObserver observer(self);
    bool goes_on = true;
    while (goes_on) {
      void* work = take_();
      if (work == nullptr) break;
      {
        absl::MutexLock lock(&mutex_);
        self.serving = busy_ = true;
        self.noticed = false;
      }
      serve_(work);
      goes_on = GoesOn(self);
    }
  }
  absl::MutexLock lock(&mutex_);
  takers_.erase(std::find(takers_.begin(), takers_.end(), &self));
  if (!self.replaced) --active_;
  --threads_;
}

}  // namespace vitrine::http
