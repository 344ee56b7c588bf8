#include "base/thread_pool.h"

#include <pthread.h>

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/synchronization/blocking_counter.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"

namespace vitrine {
namespace {

TEST(ThreadPool, RunsEverythingQueuedBeforeItGoes) {
  std::atomic<int> ran = 0;
  {
    ThreadPool pool("test", 2, 100);
    for (int i = 0; i < 100; ++i) ASSERT_TRUE(pool.TrySchedule([&] { ++ran; }));
  }
  EXPECT_EQ(ran, 100);
}

TEST(ThreadPool, OneThreadKeepsTheOrder) {
  std::vector<int> order;
  {
    ThreadPool pool("test", 1, 10);
    for (int i = 0; i < 10; ++i) ASSERT_TRUE(pool.TrySchedule([&order, i] { order.push_back(i); }));
  }
  EXPECT_EQ(order, (std::vector<int>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9}));
}

TEST(ThreadPool, ThreadsWorkAtTheSameTime) {
  absl::BlockingCounter all_here(3);
  absl::Notification done;
  ThreadPool pool("test", 3, 0);
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(pool.TrySchedule([&] {
      all_here.DecrementCount();
      done.WaitForNotification();
    }));
  }
  all_here.Wait();  // Would hang if one waited for another.
  done.Notify();
}

TEST(ThreadPool, RefusesWhenBusyAndFull) {
  absl::Notification release;
  std::atomic<int> ran = 0;
  {
    ThreadPool pool("test", 2, 1);
    const auto task = [&] {
      release.WaitForNotification();
      ++ran;
    };
    EXPECT_TRUE(pool.TrySchedule(task));
    EXPECT_TRUE(pool.TrySchedule(task));
    EXPECT_TRUE(pool.TrySchedule(task));
    EXPECT_FALSE(pool.TrySchedule(task));
    release.Notify();
    while (ran != 3) absl::SleepFor(absl::Milliseconds(1));
    while (!pool.TrySchedule([&] { ++ran; })) absl::SleepFor(absl::Milliseconds(1));
  }
  EXPECT_EQ(ran, 4);
}

TEST(ThreadPool, RefusedAndFinishedTasksAreDestroyed) {
  const auto token = std::make_shared<int>(0);
  {
    absl::Notification release;
    ThreadPool pool("test", 1, 0);
    ASSERT_TRUE(pool.TrySchedule([&release, token] { release.WaitForNotification(); }));
    EXPECT_FALSE(pool.TrySchedule([token] {}));
    EXPECT_EQ(token.use_count(), 2);
    release.Notify();
    while (token.use_count() != 1) absl::SleepFor(absl::Milliseconds(1));
  }
  EXPECT_EQ(token.use_count(), 1);
}

TEST(ThreadPool, ThreadsAreNamed) {
  char name[16] = {};
  {
    ThreadPool pool("render", 1, 0);
    // The thread may begin before it is named, but a task comes after the constructor.
    ASSERT_TRUE(pool.TrySchedule([&] { pthread_getname_np(pthread_self(), name, sizeof(name)); }));
  }
  EXPECT_STREQ(name, "render-0");
}

TEST(ThreadPool, TaskMaySchedule) {
  std::atomic<int> ran = 0;
  absl::Notification second_done;
  ThreadPool pool("test", 1, 1);
  ASSERT_TRUE(pool.TrySchedule([&] {
    ++ran;
    EXPECT_TRUE(pool.TrySchedule([&] {
      ++ran;
      second_done.Notify();
    }));
  }));
  second_done.WaitForNotification();
  EXPECT_EQ(ran, 2);
}

TEST(ThreadPool, AnAbandonedTaskGivesItsPlaceAwayAndStillRuns) {
  absl::Notification release;
  std::atomic<int> ran = 0;
  {
    ThreadPool pool("test", 1, 1);
    const auto task = [&] {
      release.WaitForNotification();
      ++ran;
    };
    const auto cancellation = std::make_shared<Cancellation>();
    ASSERT_TRUE(pool.TrySchedule(task));
    ASSERT_TRUE(pool.TrySchedule(task, cancellation));
    EXPECT_FALSE(pool.TrySchedule(task));
    cancellation->Cancel();
    EXPECT_TRUE(pool.TrySchedule(task, cancellation));
    EXPECT_FALSE(pool.TrySchedule(task, cancellation));  // However many left: memory is bounded.
    EXPECT_EQ(pool.stats().refused, 2u);
    release.Notify();
  }
  EXPECT_EQ(ran, 3);
}

}  // namespace
}  // namespace vitrine
