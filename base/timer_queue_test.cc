#include "base/timer_queue.h"

#include <vector>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"

namespace vitrine {
namespace {

TEST(TimerQueue, CallsInTheOrderOfTimes) {
  TimerQueue timers;
  std::vector<int> calls;  // Touched by the queue's thread alone until `done`.
  absl::Notification done;
  const absl::Time now = absl::Now();
  timers.Schedule(now + absl::Milliseconds(40), [&] { done.Notify(); });
  timers.Schedule(now + absl::Milliseconds(30), [&] { calls.push_back(2); });
  timers.Schedule(now + absl::Milliseconds(20), [&] { calls.push_back(1); });
  timers.Schedule(now + absl::Milliseconds(30), [&] { calls.push_back(3); });
  ASSERT_TRUE(done.WaitForNotificationWithTimeout(absl::Seconds(5)));
  EXPECT_GE(absl::Now(), now + absl::Milliseconds(40));
  EXPECT_EQ(calls, (std::vector<int>{1, 2, 3}));
}

TEST(TimerQueue, WhatIsCancelledOrNotDueIsNeverCalled) {
  bool called = false;
  {
    TimerQueue timers;
    absl::Notification done;
    const auto id = timers.Schedule(absl::Now() + absl::Milliseconds(20), [&] { called = true; });
    timers.Schedule(absl::InfiniteFuture(), [&] { called = true; });
    timers.Cancel(id);
    timers.Schedule(absl::Now() + absl::Milliseconds(40), [&] { done.Notify(); });
    ASSERT_TRUE(done.WaitForNotificationWithTimeout(absl::Seconds(5)));
    timers.Cancel(id);  // Again: nothing happens.
  }
  EXPECT_FALSE(called);
}

TEST(TimerQueue, ACallMaySchedule) {
  TimerQueue timers;
  absl::Notification done;
  timers.Schedule(absl::Now(), [&] { timers.Schedule(absl::Now(), [&] { done.Notify(); }); });
  EXPECT_TRUE(done.WaitForNotificationWithTimeout(absl::Seconds(5)));
}

}  // namespace
}  // namespace vitrine
