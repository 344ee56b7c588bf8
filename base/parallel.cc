#include "base/parallel.h"

#include <atomic>
#include <optional>
#include <utility>

#include "absl/synchronization/mutex.h"

namespace vitrine {
namespace {

// The indices that are still to be done, and how many helpers work on them.
class Share {
 public:
  Share(int count, absl::FunctionRef<void(int)> task) : count_(count), task_(task) {}

  void Work() {
    for (int i = next_.fetch_add(1, std::memory_order_relaxed); i < count_;
         i = next_.fetch_add(1, std::memory_order_relaxed)) {
      task_(i);
    }
  }

  void AddHelper() {
    absl::MutexLock lock(&mutex_);
    ++helpers_;
  }
  void RemoveHelper() {
    absl::MutexLock lock(&mutex_);
    --helpers_;
  }
  void AwaitHelpers() {
    absl::MutexLock lock(&mutex_);
    const auto none = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return helpers_ == 0; };
    mutex_.Await(absl::Condition(&none));
  }

 private:
  const int count_;
  const absl::FunctionRef<void(int)> task_;
  std::atomic<int> next_ = 0;
  absl::Mutex mutex_;
  int helpers_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace

void IdleSlots::For(int count, absl::FunctionRef<void(int)> task) {
  Share share(count, task);
  for (int helper = 1; helper < count; ++helper) {
    std::optional<CpuSlots::Lease> lease = slots_.TryAcquire();
    if (!lease) break;
    share.AddHelper();
    const bool scheduled = pool_.TrySchedule([&share, lease = *std::move(lease)]() mutable {
      share.Work();
      lease = CpuSlots::Lease();
      share.RemoveHelper();  // Nothing of `share` may be touched after it.
    });
    if (scheduled) continue;
    share.RemoveHelper();
    break;
  }
  share.Work();
  share.AwaitHelpers();
}

}  // namespace vitrine
