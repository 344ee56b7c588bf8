#include "base/helpers.h"

#include <utility>

#include "base/wait_observer.h"

namespace vitrine {

bool Helpers::Add(absl::AnyInvocable<void()> work) {
  {
    absl::MutexLock lock(&mutex_);
    ++working_;
  }
  const bool scheduled = pool_.TrySchedule([this, work = std::move(work)]() mutable {
    work();
    work = nullptr;
    Remove();  // The last touch: this object, and what `work` used, may be gone now.
  });
  if (!scheduled) Remove();
  return scheduled;
}

void Helpers::Remove() {
  absl::MutexLock lock(&mutex_);
  --working_;
}

void Helpers::Await() {
  absl::MutexLock lock(&mutex_);
  if (working_ == 0) return;
  AboutToWait();
  const auto none = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return working_ == 0; };
  mutex_.Await(absl::Condition(&none));
}

}  // namespace vitrine
