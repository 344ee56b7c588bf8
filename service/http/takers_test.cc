#include "service/http/takers.h"

#include <deque>
#include <memory>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gtest/gtest.h"

namespace vitrine::http {
namespace {

// Work that says when it is begun and ends when it is told to.
struct Work {
  absl::Notification begun;
  absl::Notification end;
  bool waits = false;  // As AboutToWait() tells.
};

bool Begins(Work& work) { return work.begun.WaitForNotificationWithTimeout(absl::Seconds(5)); }
bool Stays(Work& work) { return !work.begun.WaitForNotificationWithTimeout(absl::Milliseconds(50)); }

class TakersTest : public testing::Test {
 protected:
  void Start(int count, int threads, int queue = 10) {
    pool_ = std::make_unique<ThreadPool>("test", threads, queue);
    takers_ = std::make_unique<Takers>(
        *pool_, count, [this] { return Take(); }, [](void* work) { Serve(*static_cast<Work*>(work)); });
  }

  ~TakersTest() override { End(); }

  // Waits for all threads: what they use may go.
  void End() {
    {
      absl::MutexLock lock(&mutex_);
      ended_ = true;
    }
    if (pool_ == nullptr) return;
    takers_->Join();
    pool_.reset();
  }

  // Waits until nobody is busy.
  bool Rests() {
    const absl::Time late = absl::Now() + absl::Seconds(5);
    while (takers_->TakeBusy()) {
      if (absl::Now() > late) return false;
      absl::SleepFor(absl::Milliseconds(1));
    }
    return true;
  }

  // Something to do. `waits`: it tells so at its beginning.
  Work& Add(bool waits = false) {
    absl::MutexLock lock(&mutex_);
    Work& work = all_.emplace_back();
    work.waits = waits;
    works_.push_back(&work);
    return work;
  }

 private:
  std::deque<Work> all_;  // Outlives the threads.

 protected:
  std::unique_ptr<ThreadPool> pool_;
  std::unique_ptr<Takers> takers_;

 private:
  Work* Take() {
    absl::MutexLock lock(&mutex_);
    const auto ready = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return ended_ || !works_.empty(); };
    mutex_.Await(absl::Condition(&ready));
    if (works_.empty()) return nullptr;
    Work* work = works_.front();
    works_.pop_front();
    return work;
  }

  static void Serve(Work& work) {
    if (work.waits) AboutToWait();
    work.begun.Notify();
    work.end.WaitForNotification();
  }

  absl::Mutex mutex_;
  std::deque<Work*> works_ ABSL_GUARDED_BY(mutex_);
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
};

TEST_F(TakersTest, NoMoreWorkAtTheSameTimeThanTakers) {
  Start(/*count=*/2, /*threads=*/8);
  Work& first = Add();
  Work& second = Add();
  Work& third = Add();
  EXPECT_TRUE(Begins(first));
  EXPECT_TRUE(Begins(second));
  EXPECT_TRUE(Stays(third));
  first.end.Notify();
  EXPECT_TRUE(Begins(third));
  second.end.Notify();
  third.end.Notify();
}

TEST_F(TakersTest, WhoWaitsIsReplacedAtOnce) {
  Start(1, 3);
  Work& waiting = Add(/*waits=*/true);
  Work& computing = Add();
  Work& late = Add();
  EXPECT_TRUE(Begins(waiting));
  EXPECT_TRUE(Begins(computing));
  EXPECT_TRUE(Stays(late));
  waiting.end.Notify();  // Does not go on, for another takes work in its place.
  EXPECT_TRUE(Stays(late));
  computing.end.Notify();
  EXPECT_TRUE(Begins(late));
  late.end.Notify();
}

TEST_F(TakersTest, WhoIsLongAboutItIsReplacedAtTheSecondCall) {
  Start(1, 3);
  Work& longer = Add();
  Work& next = Add();
  EXPECT_TRUE(Begins(longer));
  EXPECT_TRUE(takers_->Replace());
  EXPECT_TRUE(Stays(next));
  EXPECT_TRUE(takers_->Replace());
  EXPECT_TRUE(Begins(next));
  next.end.Notify();
  longer.end.Notify();
}

TEST_F(TakersTest, TellsWhenNobodyCanTake) {
  Start(1, 2, /*queue=*/0);
  Work& first = Add(/*waits=*/true);
  Work& second = Add(/*waits=*/true);
  EXPECT_TRUE(Begins(first));
  EXPECT_TRUE(Begins(second));
  takers_->Replace();
  EXPECT_FALSE(takers_->Replace());
  EXPECT_TRUE(takers_->TakeBusy());
  first.end.Notify();  // Takes work again, for nobody does in its place.
  Work& third = Add();
  EXPECT_TRUE(Begins(third));
  EXPECT_TRUE(takers_->Replace());
  second.end.Notify();
  third.end.Notify();
}

TEST_F(TakersTest, WhatWaitsForAThreadOfThePoolComesBeforeMoreWork) {
  Start(1, 2);
  Work& first = Add();
  EXPECT_TRUE(Begins(first));
  absl::Notification end;
  absl::Notification others;
  ASSERT_TRUE(pool_->TrySchedule([&] { end.WaitForNotification(); }));  // The pool's other thread.
  ASSERT_TRUE(pool_->TrySchedule([&] { others.Notify(); }));
  Work& second = Add();
  first.end.Notify();
  EXPECT_TRUE(others.WaitForNotificationWithTimeout(absl::Seconds(5)));
  EXPECT_TRUE(Begins(second));
  second.end.Notify();
  end.Notify();
  End();
}

TEST_F(TakersTest, IsBusyWhileThereIsWork) {
  Start(1, 2);
  EXPECT_TRUE(Rests());
  Work& work = Add();
  EXPECT_TRUE(Begins(work));
  EXPECT_TRUE(takers_->TakeBusy());
  EXPECT_TRUE(takers_->TakeBusy());
  work.end.Notify();
  EXPECT_TRUE(Rests());
}

}  // namespace
}  // namespace vitrine::http
