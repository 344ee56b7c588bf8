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
    while (DoNext()) {
    }
  }

  void HelpUntilWanted(const CpuSlots& slots) {
    while (!slots.wanted() && DoNext()) {
    }
  }

 private:
  bool DoNext() {
    const int i = next_.fetch_add(1, std::memory_order_relaxed);
    if (i >= count_) return false;
    task_(i);
    return true;
  }

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
    if (!lease || !helpers.Add([&, lease = *std::move(lease)] { share.HelpUntilWanted(slots_); })) break;
  }
  share.Work();
}

}  // namespace vitrine
