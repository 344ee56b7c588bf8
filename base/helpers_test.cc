#include "base/helpers.h"

#include <atomic>
#include <memory>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"

namespace vitrine {
namespace {

TEST(Helpers, AwaitReturnsWhenAllWorkIsDoneAndDestroyed) {
  ThreadPool pool("test", 4, 0);
  for (int round = 0; round < 200; ++round) {
    auto done = std::make_unique<std::atomic<int>>(0);
    auto held = std::make_shared<int>();
    {
      Helpers helpers(pool);
      int added = 0;
      for (int i = 0; i < 4; ++i) {
        if (helpers.Add([&done = *done, held] { ++done; })) ++added;
      }
      helpers.Await();
      EXPECT_EQ(*done, added);
      EXPECT_EQ(held.use_count(), 1);
    }
    done.reset();  // What a helper touched after Await() would be freed memory.
  }
}

TEST(Helpers, TheDestructorAwaitsThem) {
  ThreadPool pool("test", 1, 0);
  std::atomic<bool> done = false;
  {
    Helpers helpers(pool);
    ASSERT_TRUE(helpers.Add([&done] {
      absl::SleepFor(absl::Milliseconds(20));
      done = true;
    }));
  }
  EXPECT_TRUE(done);
}

TEST(Helpers, AFullPoolHelpsNobody) {
  ThreadPool pool("test", 1, 0);
  absl::Notification release;
  Helpers helpers(pool);
  ASSERT_TRUE(helpers.Add([&release] { release.WaitForNotification(); }));
  auto held = std::make_shared<int>();
  EXPECT_FALSE(helpers.Add([held] { FAIL(); }));
  EXPECT_EQ(held.use_count(), 1);
  release.Notify();
  helpers.Await();
}

}  // namespace
}  // namespace vitrine
