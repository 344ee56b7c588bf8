#include "base/parallel.h"

#include <atomic>
#include <optional>
#include <utility>

#include "base/helpers.h"

namespace vitrine {
namespace {

// The indices that are still to be done.
class Share {
 public:
  Share(int count, absl::FunctionRef<void(int)> task) : count_(count), task_(task) {}

  void Work() {
    for (int i = next_.fetch_add(1, std::memory_order_relaxed); i < count_;
         i = next_.fetch_add(1, std::memory_order_relaxed)) {
      task_(i);
    }
  }

 private:
  const int count_;
  const absl::FunctionRef<void(int)> task_;
  std::atomic<int> next_ = 0;
};

}  // namespace

void IdleSlots::For(int count, absl::FunctionRef<void(int)> task) {
  Share share(count, task);
  Helpers helpers(pool_);
  for (int helper = 1; helper < count; ++helper) {
    std::optional<CpuSlots::Lease> lease = slots_.TryAcquire();
    if (!lease || !helpers.Add([&share, lease = *std::move(lease)] { share.Work(); })) break;
  }
  share.Work();
}

}  // namespace vitrine
