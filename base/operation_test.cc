#include "base/operation.h"

#include <atomic>
#include <thread>

#include "absl/time/clock.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace vitrine {
namespace {

using testing::IsOk;
using testing::StatusIs;

TEST(Operation, ChecksDeadlineAndCancellation) {
  Operation operation;
  EXPECT_THAT(operation.Check(), IsOk());
  operation.deadline = absl::Now() - absl::Seconds(1);
  EXPECT_THAT(operation.Check(), StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_EQ(CategoryOf(operation.Check()), ErrorCategory::kDeadline);
  operation.cancellation->Cancel();
  EXPECT_THAT(operation.Check(), StatusIs(absl::StatusCode::kCancelled));
  EXPECT_EQ(CategoryOf(operation.Check()), ErrorCategory::kCancelled);
}

TEST(Operation, CopiesShareTheCancellation) {
  const Operation operation;
  const Operation copy = operation;
  operation.cancellation->Cancel();
  EXPECT_THAT(copy.Check(), StatusIs(absl::StatusCode::kCancelled));
}

TEST(Cancellation, RunsListenersOnce) {
  Cancellation cancellation;
  int calls = 0;
  cancellation.AddListener([&] { ++calls; });
  EXPECT_EQ(calls, 0);
  EXPECT_FALSE(cancellation.cancelled());
  cancellation.Cancel();
  cancellation.Cancel();
  EXPECT_TRUE(cancellation.cancelled());
  EXPECT_EQ(calls, 1);
}

TEST(Cancellation, LateListenerRunsAtOnce) {
  Cancellation cancellation;
  cancellation.Cancel();
  int calls = 0;
  const int id = cancellation.AddListener([&] { ++calls; });
  EXPECT_EQ(calls, 1);
  cancellation.RemoveListener(id);
}

TEST(Cancellation, RemovedListenerNeverRunsAndOthersDo) {
  Cancellation cancellation;
  int removed_calls = 0;
  int kept_calls = 0;
  const int removed = cancellation.AddListener([&] { ++removed_calls; });
  cancellation.AddListener([&] { ++kept_calls; });
  cancellation.RemoveListener(removed);
  cancellation.RemoveListener(removed);
  cancellation.Cancel();
  EXPECT_EQ(removed_calls, 0);
  EXPECT_EQ(kept_calls, 1);
}

TEST(Cancellation, AfterRemoveListenerTheListenerIsNotRunning) {
  for (int round = 0; round < 200; ++round) {
    Cancellation cancellation;
    std::atomic<bool> removed = false;
    std::atomic<bool> ran_late = false;
    const int id = cancellation.AddListener([&] {
      std::this_thread::yield();
      if (removed) ran_late = true;
    });
    std::thread canceller([&] { cancellation.Cancel(); });
    cancellation.RemoveListener(id);
    removed = true;
    canceller.join();
    ASSERT_FALSE(ran_late);
  }
}

}  // namespace
}  // namespace vitrine
