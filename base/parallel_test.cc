#include "base/parallel.h"

#include <atomic>
#include <set>
#include <thread>
#include <vector>

#include "absl/synchronization/barrier.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "base/operation.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace vitrine {
namespace {

using testing::IsOk;

TEST(Parallel, SerialCallsInOrder) {
  std::vector<int> order;
  Serial().For(4, [&](int i) { order.push_back(i); });
  EXPECT_EQ(order, std::vector<int>({0, 1, 2, 3}));
}

TEST(Parallel, IdleSlotsCallEveryIndexOnce) {
  CpuSlots slots(4, 1);
  IdleSlots parallel(slots, 3);
  for (int round = 0; round < 50; ++round) {
    std::vector<std::atomic<int>> calls(1000);
    parallel.For(1000, [&](int i) { ++calls[i]; });
    for (const std::atomic<int>& count : calls) ASSERT_EQ(count, 1);
  }
  parallel.For(0, [](int) { FAIL(); });
  EXPECT_EQ(slots.stats().busy, 0);
}

TEST(Parallel, IdleSlotsAreUsed) {
  CpuSlots slots(2, 1);
  IdleSlots parallel(slots, 1);
  ASSERT_OK_AND_ASSIGN(const CpuSlots::Lease own, slots.Acquire(Operation()));
  auto* barrier = new absl::Barrier(2);  // Passes only where two threads call at the same time.
  parallel.For(2, [&](int) {
    EXPECT_EQ(slots.stats().busy, 2);
    if (barrier->Block()) delete barrier;
  });
  EXPECT_EQ(slots.stats().busy, 1);
}

TEST(Parallel, BusySlotsAreLeftAlone) {
  CpuSlots slots(2, 1);
  IdleSlots parallel(slots, 1);
  ASSERT_OK_AND_ASSIGN(const CpuSlots::Lease own, slots.Acquire(Operation()));
  ASSERT_OK_AND_ASSIGN(const CpuSlots::Lease other, slots.Acquire(Operation()));
  std::set<std::thread::id> threads;
  absl::Mutex mutex;
  parallel.For(100, [&](int) {
    absl::MutexLock lock(&mutex);
    threads.insert(std::this_thread::get_id());
  });
  EXPECT_EQ(threads, std::set<std::thread::id>({std::this_thread::get_id()}));
}

TEST(Parallel, AHelperLeavesWhenASlotIsWanted) {
  constexpr int kCount = 1000;
  CpuSlots slots(2, 1);
  IdleSlots parallel(slots, 1);
  ASSERT_OK_AND_ASSIGN(const CpuSlots::Lease own, slots.Acquire(Operation()));
  const std::thread::id owner = std::this_thread::get_id();
  auto* barrier = new absl::Barrier(2);  // The first two tasks run on two threads.
  std::thread waiter;
  absl::Notification served;
  std::atomic<int> helped = 0;
  parallel.For(kCount, [&](int i) {
    if (i < 2 && barrier->Block()) delete barrier;
    if (std::this_thread::get_id() != owner) {
      ++helped;
      absl::SleepFor(absl::Milliseconds(1));
    } else if (i < 2) {
      waiter = std::thread([&] {
        EXPECT_THAT(slots.Acquire(Operation()), IsOk());
        served.Notify();
      });
      served.WaitForNotification();
    }
  });
  waiter.join();
  EXPECT_LT(helped, kCount - 1);
  EXPECT_EQ(slots.stats().busy, 1);
}

}  // namespace
}  // namespace vitrine
