#include "service/stream/travel_prefetch.h"

#include <algorithm>
#include <atomic>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "gtest/gtest.h"

namespace vitrine::service {
namespace {

v1::View Frame(const std::string& instance, int number = 1, const std::string& series = "1.2") {
  v1::View view;
  view.mutable_target()->set_series_instance_uid(series);
  view.mutable_target()->set_sop_instance_uid(instance);
  view.mutable_frame()->set_frame_number(number);
  return view;
}

class TravelPrefetchTest : public ::testing::Test {
 protected:
  void TearDown() override {
    hold_ = false;
    prefetch_->Stop();
  }

  // "instance/frame" of what was fetched, when there have been `count`.
  std::vector<std::string> Fetched(size_t count) {
    absl::MutexLock lock(&mutex_);
    const auto enough = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return fetched_.size() >= count; };
    mutex_.AwaitWithDeadline(absl::Condition(&enough), absl::Now() + absl::Seconds(5));
    return fetched_;
  }
  void Settle() { absl::SleepFor(absl::Milliseconds(30)); }

  std::atomic<bool> hold_ = false;
  std::atomic<int> orders_ = 0;
  std::atomic<int> cancelled_ = 0;
  absl::Mutex mutex_;
  std::vector<std::string> fetched_ ABSL_GUARDED_BY(mutex_);
  ThreadPool pool_{"test", 2, 4};
  std::shared_ptr<TravelPrefetch> prefetch_ = std::make_shared<TravelPrefetch>(
      pool_, TravelPrefetch::Functions{[this](const v1::Target&, const Operation&) -> absl::StatusOr<InstanceOrder> {
                                         ++orders_;
                                         auto order = std::make_shared<std::vector<std::string>>();
                                         for (int i = 0; i < 20; ++i) order->push_back(absl::StrCat("i", i));
                                         return order;
                                       },
                                       [this](const v1::View& view, const Operation& operation) -> absl::Status {
                                         while (hold_ && operation.Check().ok()) absl::SleepFor(absl::Milliseconds(1));
                                         if (!operation.Check().ok()) ++cancelled_;
                                         if (absl::Status status = operation.Check(); !status.ok()) return status;
                                         if (view.frame().frame_number() > 30)
                                           return MakeError(ErrorCategory::kNotFound, "no such frame");
                                         absl::MutexLock lock(&mutex_);
                                         fetched_.push_back(absl::StrCat(view.target().sop_instance_uid(), "/",
                                                                         view.frame().frame_number()));
                                         return absl::OkStatus();
                                       }});
};

using Strings = std::vector<std::string>;

TEST_F(TravelPrefetchTest, FetchesTheFramesAheadOnce) {
  prefetch_->Shown(Frame("a", 5));
  Settle();
  EXPECT_EQ(Fetched(0), Strings());
  prefetch_->Shown(Frame("a", 6));
  EXPECT_EQ(Fetched(4), (Strings{"a/7", "a/8", "a/9", "a/10"}));
  prefetch_->Shown(Frame("a", 8));
  EXPECT_EQ(Fetched(6), (Strings{"a/7", "a/8", "a/9", "a/10", "a/11", "a/12"}));
  prefetch_->Shown(Frame("a", 8));  // Another window, for example.
  Settle();
  EXPECT_EQ(Fetched(6).size(), 6u);
}

TEST_F(TravelPrefetchTest, StopsAtTheEnds) {
  prefetch_->Shown(Frame("a", 3));
  prefetch_->Shown(Frame("a", 2));
  EXPECT_EQ(Fetched(1), (Strings{"a/1"}));
  prefetch_->Shown(Frame("a", 28));
  EXPECT_EQ(Fetched(3), (Strings{"a/1", "a/29", "a/30"}));
  Settle();
  EXPECT_EQ(Fetched(3).size(), 3u);
}

TEST_F(TravelPrefetchTest, FollowsTheOrderOfTheSeries) {
  prefetch_->Shown(Frame("i10"));
  prefetch_->Shown(Frame("i11"));
  for (int i = 0; i < 5000 && orders_ == 0; ++i) absl::SleepFor(absl::Milliseconds(1));
  Settle();
  prefetch_->Shown(Frame("i12"));
  EXPECT_EQ(Fetched(4), (Strings{"i13/1", "i14/1", "i15/1", "i16/1"}));
  prefetch_->Shown(Frame("i11"));
  EXPECT_EQ(Fetched(8).back(), "i7/1");
  EXPECT_EQ(orders_, 1);
}

TEST_F(TravelPrefetchTest, ATurnCancelsWhatIsUnderWay) {
  hold_ = true;
  prefetch_->Shown(Frame("a", 10));
  prefetch_->Shown(Frame("a", 11));
  Settle();
  prefetch_->Shown(Frame("a", 10));
  for (int i = 0; i < 5000 && cancelled_ == 0; ++i) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_EQ(cancelled_, 1);
  hold_ = false;
  EXPECT_EQ(Fetched(4), (Strings{"a/9", "a/8", "a/7", "a/6"}));
}

TEST_F(TravelPrefetchTest, AnotherSeriesOrAVolumeEndsTheJourney) {
  hold_ = true;
  prefetch_->Shown(Frame("a", 10));
  prefetch_->Shown(Frame("a", 11));
  Settle();
  prefetch_->Shown(Frame("b", 1, "1.9"));
  v1::View volume;
  volume.mutable_slice();
  prefetch_->Shown(volume);
  hold_ = false;
  Settle();
  EXPECT_EQ(Fetched(0), Strings());
  EXPECT_EQ(cancelled_, 1);
}

}  // namespace
}  // namespace vitrine::service
