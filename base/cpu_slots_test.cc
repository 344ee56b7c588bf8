#include "base/cpu_slots.h"

#include <atomic>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/time/clock.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace vitrine {
namespace {

using testing::IsOk;
using testing::StatusIs;

void WaitForQueue(const CpuSlots& slots, int queued) {
  while (slots.stats().queued != queued) absl::SleepFor(absl::Milliseconds(1));
}

TEST(CpuSlots, AvailableCpusIsAtLeastOneAndAtMostTheMachine) {
  EXPECT_GE(AvailableCpus(), 1);
  EXPECT_GE(SpareCpuSlots(), 0);
  EXPECT_LE(AvailableCpus(), static_cast<int>(std::thread::hardware_concurrency()));
}

TEST(CpuSlots, LeaseHoldsASlotUntilItIsGone) {
  CpuSlots slots(2, 1);
  {
    ASSERT_OK_AND_ASSIGN(CpuSlots::Lease first, slots.Acquire(Operation()));
    ASSERT_OK_AND_ASSIGN(const CpuSlots::Lease second, slots.Acquire(Operation()));
    EXPECT_EQ(slots.stats().busy, 2);
    const CpuSlots::Lease moved = std::move(first);
    EXPECT_EQ(slots.stats().busy, 2);
  }
  EXPECT_EQ(slots.stats().busy, 0);
  EXPECT_EQ(slots.stats().slots, 2);
}

TEST(CpuSlots, AssigningAnEmptyLeaseReleases) {
  CpuSlots slots(1, 1);
  ASSERT_OK_AND_ASSIGN(CpuSlots::Lease lease, slots.Acquire(Operation()));
  lease = CpuSlots::Lease();
  EXPECT_EQ(slots.stats().busy, 0);
}

TEST(CpuSlots, TryAcquireTakesOnlyWhatIsIdle) {
  CpuSlots slots(1, 1);
  std::optional<CpuSlots::Lease> lease = slots.TryAcquire();
  ASSERT_TRUE(lease.has_value());
  EXPECT_EQ(slots.stats().busy, 1);
  EXPECT_FALSE(slots.TryAcquire().has_value());
  lease.reset();
  EXPECT_TRUE(slots.TryAcquire().has_value());
  EXPECT_EQ(slots.stats().refused, 0u);
}

TEST(CpuSlots, ServesTheQueueInOrder) {
  constexpr int kWaiters = 5;
  CpuSlots slots(1, kWaiters);
  std::optional<CpuSlots::Lease> held = *slots.Acquire(Operation());
  std::vector<int> order;  // Written by whoever holds the one slot.
  std::vector<std::thread> threads;
  for (int i = 0; i < kWaiters; ++i) {
    threads.emplace_back([&, i] {
      ASSERT_OK_AND_ASSIGN(const CpuSlots::Lease lease, slots.Acquire(Operation()));
      order.push_back(i);
    });
    WaitForQueue(slots, i + 1);
  }
  held.reset();
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4}));
  EXPECT_EQ(slots.stats().busy, 0);
}

TEST(CpuSlots, RefusesAtOnceWhenTheQueueIsFull) {
  CpuSlots slots(1, 1);
  std::optional<CpuSlots::Lease> held = *slots.Acquire(Operation());
  std::thread waiter([&] { EXPECT_THAT(slots.Acquire(Operation()), IsOk()); });
  WaitForQueue(slots, 1);
  const auto refused = slots.Acquire(Operation());
  EXPECT_THAT(refused, StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_EQ(CategoryOf(refused.status()), ErrorCategory::kOverloaded);
  EXPECT_EQ(slots.stats().refused, 1u);
  held.reset();
  waiter.join();
  EXPECT_THAT(slots.Acquire(Operation()), IsOk());
}

TEST(CpuSlots, DeadOperationGetsNoSlot) {
  CpuSlots slots(1, 1);
  Operation operation;
  operation.cancellation->Cancel();
  EXPECT_THAT(slots.Acquire(operation), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_EQ(slots.stats().busy, 0);
}

TEST(CpuSlots, CancelledWaiterLeavesTheQueue) {
  CpuSlots slots(1, 2);
  std::optional<CpuSlots::Lease> held = *slots.Acquire(Operation());
  Operation operation;
  std::thread waiter([&] { EXPECT_THAT(slots.Acquire(operation), StatusIs(absl::StatusCode::kCancelled)); });
  WaitForQueue(slots, 1);
  operation.cancellation->Cancel();
  waiter.join();
  EXPECT_EQ(slots.stats().queued, 0);
  held.reset();
  EXPECT_EQ(slots.stats().busy, 0);
}

TEST(CpuSlots, WaiterLeavesTheQueueAtItsDeadline) {
  CpuSlots slots(1, 2);
  std::optional<CpuSlots::Lease> held = *slots.Acquire(Operation());
  Operation operation;
  operation.deadline = absl::Now() + absl::Milliseconds(20);
  const auto late = slots.Acquire(operation);
  EXPECT_EQ(CategoryOf(late.status()), ErrorCategory::kDeadline);
  EXPECT_EQ(slots.stats().queued, 0);
  held.reset();
  EXPECT_EQ(slots.stats().busy, 0);
}

TEST(CpuSlots, CostlyCallersTakeMorePlaces) {
  CpuSlots slots(1, 4);
  std::optional<CpuSlots::Lease> held = *slots.Acquire(Operation());
  Operation cheap;
  std::thread first([&] { EXPECT_THAT(slots.Acquire(cheap, 3), StatusIs(absl::StatusCode::kCancelled)); });
  WaitForQueue(slots, 1);
  EXPECT_EQ(CategoryOf(slots.Acquire(Operation(), 2).status()), ErrorCategory::kOverloaded);
  EXPECT_EQ(slots.stats().refused, 1u);
  Operation fits;
  std::thread second([&] { EXPECT_THAT(slots.Acquire(fits, 1), StatusIs(absl::StatusCode::kCancelled)); });
  WaitForQueue(slots, 2);
  cheap.cancellation->Cancel();
  first.join();
  std::thread third([&] { EXPECT_THAT(slots.Acquire(fits, 3), StatusIs(absl::StatusCode::kCancelled)); });
  WaitForQueue(slots, 2);
  fits.cancellation->Cancel();
  second.join();
  third.join();
}

TEST(CpuSlots, SpareSlotsAreForCheapCallersOnly) {
  CpuSlots slots(1, 8, 1);
  std::optional<CpuSlots::Lease> costly = *slots.Acquire(Operation(), 2);
  EXPECT_FALSE(slots.TryAcquire().has_value());
  std::thread waiter([&] { EXPECT_THAT(slots.Acquire(Operation(), 2), IsOk()); });
  WaitForQueue(slots, 1);
  EXPECT_TRUE(slots.wanted());
  {
    ASSERT_OK_AND_ASSIGN(const CpuSlots::Lease cheap, slots.Acquire(Operation()));  // Passes the waiter.
    EXPECT_EQ(slots.stats().busy, 2);
  }
  EXPECT_EQ(slots.stats().queued, 1);
  costly.reset();
  waiter.join();
  EXPECT_FALSE(slots.wanted());
  EXPECT_EQ(slots.stats().busy, 0);
  EXPECT_EQ(slots.stats().slots, 2);
}

TEST(CpuSlots, ASlotPassesToTheFirstWhoMayHaveIt) {
  CpuSlots slots(1, 8, 1);
  std::optional<CpuSlots::Lease> costly = *slots.Acquire(Operation(), 2);
  std::optional<CpuSlots::Lease> cheap = *slots.Acquire(Operation());
  std::optional<CpuSlots::Lease> first;
  std::thread costly_waiter([&] { first = *slots.Acquire(Operation(), 2); });
  WaitForQueue(slots, 1);
  std::thread cheap_waiter([&] { EXPECT_THAT(slots.Acquire(Operation()), IsOk()); });
  WaitForQueue(slots, 2);
  cheap.reset();
  cheap_waiter.join();
  EXPECT_EQ(slots.stats().queued, 1);
  costly.reset();
  costly_waiter.join();
  EXPECT_FALSE(slots.TryAcquire().has_value());
  first.reset();
  EXPECT_EQ(slots.stats().busy, 0);
}

TEST(CpuSlots, AnEmptyQueueTakesAnyCaller) {
  CpuSlots slots(1, 4);
  std::optional<CpuSlots::Lease> held = *slots.Acquire(Operation());
  std::thread waiter([&] { EXPECT_THAT(slots.Acquire(Operation(), 1000), IsOk()); });
  WaitForQueue(slots, 1);
  EXPECT_EQ(CategoryOf(slots.Acquire(Operation(), 1).status()), ErrorCategory::kOverloaded);
  held.reset();
  waiter.join();
}

// However acquisitions end, no more run at once than may, and no slot is lost.
TEST(CpuSlots, StressLosesNoSlot) {
  constexpr int kSlots = 2;
  constexpr int kSpare = 1;
  constexpr int kThreads = 8;
  CpuSlots slots(kSlots, 4, kSpare);
  std::atomic<int> running = 0;
  std::atomic<int> costly_running = 0;
  std::atomic<int> served = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 300; ++i) {
        Operation operation;
        if (i % 3 == 0) operation.deadline = absl::Now() + absl::Microseconds(20);
        std::thread canceller;
        if ((i + t) % 4 == 0) canceller = std::thread([&] { operation.cancellation->Cancel(); });
        {
          const int costly = i % 2;
          const auto lease = slots.Acquire(operation, 1 + costly);
          if (lease.ok()) {
            EXPECT_LE(++running, kSlots + kSpare);
            EXPECT_LE(costly_running += costly, kSlots);
            ++served;
            std::this_thread::yield();
            costly_running -= costly;
            --running;
          }
        }
        if (canceller.joinable()) canceller.join();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_GT(served, 0);
  EXPECT_EQ(slots.stats().busy, 0);
  EXPECT_EQ(slots.stats().queued, 0);
}

}  // namespace
}  // namespace vitrine
