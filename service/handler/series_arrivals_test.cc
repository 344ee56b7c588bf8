#include "service/handler/series_arrivals.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "dicom/instance.h"
#include "dicom/instance_info.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/handler/volume_test_archive.h"

namespace vitrine::service {
namespace {

using ::testing::IsEmpty;
using testing::IsOk;

constexpr int kImages = 80;

const SeriesArrivals::Arrival kStreamed;

std::string Uid(int k) { return absl::StrCat("1.4.", k); }

class SeriesArrivalsTest : public ::testing::Test {
 protected:
  SeriesArrivalsTest() {
    archive_.AddSeries(kImages);
    archive_.Send(series_, kImages);
    archive_.List(series_);
    archive_.on_fetch = [this](const std::string& uid) {
      absl::MutexLock lock(&mutex_);
      singles_.push_back(uid);
    };
  }

  static std::vector<std::string> Series() {
    std::vector<std::string> uids;
    for (int k = 0; k < kImages; ++k) uids.push_back(Uid(k));
    return uids;
  }

  std::unique_ptr<SeriesArrivals> Open(size_t count) {
    auto stream = archive_.Instances(path_, operation_);
    EXPECT_THAT(stream, IsOk());
    return std::make_unique<SeriesArrivals>(archive_, path_, count, *std::move(stream), metrics_, operation_);
  }

  // Several threads take all that comes of a series of so many instances, each in `work`.
  absl::Status Take(absl::Duration work = absl::ZeroDuration(), size_t count = kImages) {
    const std::unique_ptr<SeriesArrivals> arrivals = Open(count);
    std::vector<std::thread> threads;
    for (int i = 0; i < 4; ++i) {
      threads.emplace_back([&] {
        Timings timings = {};
        while (TakeOne(*arrivals, timings)) absl::SleepFor(work);
      });
    }
    for (std::thread& thread : threads) thread.join();
    absl::MutexLock lock(&mutex_);
    return status_;
  }

  bool TakeOne(SeriesArrivals& arrivals, Timings& timings) {
    const absl::StatusOr<SeriesArrivals::Arrival> arrival = arrivals.Next(timings);
    if (arrival.ok() && arrival->file == nullptr) return false;
    absl::MutexLock lock(&mutex_);
    status_.Update(arrival.status());
    if (!arrival.ok()) return false;
    const auto instance = dicom::Instance::Parse(arrival->file, {});
    EXPECT_THAT(instance, IsOk());
    const std::string uid = (*instance)->info().SOPInstanceUID;
    const absl::StatusOr<std::optional<size_t>> number = arrivals.Claim(*arrival, uid);
    status_.Update(number.status());
    if (number.ok() && *number) {
      EXPECT_TRUE(came_.emplace(**number, uid).second);
    }
    return true;
  }

  // Whether each instance was counted once, and the numbers go from 0.
  bool AllCame() {
    std::set<std::string> uids;
    for (const auto& [number, uid] : came_) uids.insert(uid);
    return came_.size() == kImages && came_.rbegin()->first == kImages - 1 && uids.size() == kImages;
  }

  const fetch::ResourcePath path_ = {"1.1", "1.2", ""};
  const std::vector<std::string> series_ = Series();
  TestArchive archive_;
  metrics::Metrics metrics_;
  Operation operation_;
  absl::Mutex mutex_;
  absl::Status status_;
  std::map<size_t, std::string> came_;
  std::vector<std::string> singles_;  // In the order of the requests' ends.
};

TEST_F(SeriesArrivalsTest, ASlowStreamIsMetFromTheOtherEnd) {
  archive_.stream_pause = absl::Milliseconds(20);
  ASSERT_THAT(Take(), IsOk());
  EXPECT_TRUE(AllCame());
  EXPECT_GT(singles_.size(), 10u);
  // But for a few where they meet, which one of the threads may still have to claim.
  const std::set<std::string> singles(singles_.begin(), singles_.end());
  EXPECT_TRUE(std::all_of(series_.end() - (singles.size() - 4), series_.end(),
                          [&](const std::string& uid) { return singles.count(uid) == 1; }));
}

TEST_F(SeriesArrivalsTest, NothingIsAskedForSinglyWhileTheStreamIsQuick) {
  const absl::Time start = absl::Now();
  ASSERT_THAT(Take(), IsOk());
  EXPECT_TRUE(AllCame());
  const bool quick = absl::Now() - start < absl::Milliseconds(200);  // Not so on a machine that stands still.
  EXPECT_TRUE(singles_.empty() || !quick);
}

TEST_F(SeriesArrivalsTest, NorWhereWhatIsDoneWithTheInstancesTakesTheTime) {
  ASSERT_THAT(Take(absl::Milliseconds(50)), IsOk());
  EXPECT_TRUE(AllCame());
  EXPECT_THAT(singles_, IsEmpty());
}

TEST_F(SeriesArrivalsTest, AStreamThatStallsForGoodIsNotAwaited) {
  for (const bool ignores_paging : {false, true}) {
    archive_.ignores_paging = ignores_paging;
    archive_.stream_stalls_after = 30;
    came_.clear();
    singles_.clear();
    ASSERT_THAT(Take(), IsOk());
    EXPECT_TRUE(AllCame());
    EXPECT_EQ(singles_.size(), kImages - 30u);
  }
}

TEST_F(SeriesArrivalsTest, NorIsOneThatStallsBeforeTheLast) {
  archive_.stream_stalls_after = kImages - 1;
  ASSERT_THAT(Take(), IsOk());
  EXPECT_TRUE(AllCame());
  EXPECT_EQ(singles_, std::vector<std::string>{Uid(kImages - 1)});
}

TEST_F(SeriesArrivalsTest, ASeriesThatIsLongerThanCountedIsNotTakenForWhole) {
  archive_.stream_pause = absl::Milliseconds(12);
  for (const bool ignores_paging : {false, true}) {
    archive_.ignores_paging = ignores_paging;
    came_.clear();
    EXPECT_EQ(CategoryOf(Take(absl::ZeroDuration(), kImages - 10)), ErrorCategory::kUnsupported);
    status_ = absl::OkStatus();
  }
  archive_.List({});
  came_.clear();
  EXPECT_EQ(CategoryOf(Take(absl::ZeroDuration(), kImages - 10)), ErrorCategory::kUnsupported);
}

TEST_F(SeriesArrivalsTest, SingleRequestsThatFailLeaveItToTheStream) {
  archive_.stream_pause = absl::Milliseconds(12);
  archive_.refuses_single = true;
  ASSERT_THAT(Take(), IsOk());
  EXPECT_TRUE(AllCame());
  EXPECT_GE(singles_.size(), 1u);
  EXPECT_LE(singles_.size(), 3u);
}

TEST_F(SeriesArrivalsTest, AnArchiveMayListInAnotherOrder) {
  archive_.stream_pause = absl::Milliseconds(12);
  archive_.List({series_.rbegin(), series_.rend()});
  ASSERT_THAT(Take(), IsOk());
  EXPECT_TRUE(AllCame());
}

TEST_F(SeriesArrivalsTest, AnArchiveMayIgnoreThePages) {
  archive_.stream_pause = absl::Milliseconds(20);
  archive_.ignores_paging = true;
  ASSERT_THAT(Take(), IsOk());
  EXPECT_TRUE(AllCame());
  EXPECT_GT(singles_.size(), 10u);
  EXPECT_EQ(std::set<std::string>(singles_.begin(), singles_.end()).size(), singles_.size());
}

TEST_F(SeriesArrivalsTest, AnArchiveMayListNothingOrNonsense) {
  archive_.stream_pause = absl::Milliseconds(12);
  archive_.List({});
  ASSERT_THAT(Take(), IsOk());
  EXPECT_TRUE(AllCame());
  came_.clear();
  archive_.List(std::vector<std::string>(kImages, "../../studies"));
  ASSERT_THAT(Take(), IsOk());
  EXPECT_TRUE(AllCame());
  EXPECT_THAT(singles_, IsEmpty());
}

TEST_F(SeriesArrivalsTest, MoreThanWereCountedAreAnError) {
  const std::unique_ptr<SeriesArrivals> arrivals = Open(2);
  ASSERT_OK_AND_ASSIGN(const auto first, arrivals->Claim(kStreamed, "1.4.0"));
  EXPECT_EQ(first, 0u);
  ASSERT_OK_AND_ASSIGN(const auto second, arrivals->Claim(kStreamed, "1.4.1"));
  EXPECT_EQ(second, 1u);
  for (const char* uid : {"1.4.2", "1.4.3", "1.4.3", "1.4.4"}) {
    EXPECT_EQ(CategoryOf(arrivals->Claim(kStreamed, uid).status()), ErrorCategory::kUnsupported) << uid;
  }
}

TEST_F(SeriesArrivalsTest, AnInstanceMayComeOnceEitherWay) {
  const std::unique_ptr<SeriesArrivals> arrivals = Open(9);
  ASSERT_OK_AND_ASSIGN(const auto first, arrivals->Claim(kStreamed, "1.4.0"));
  EXPECT_EQ(first, 0u);
  ASSERT_OK_AND_ASSIGN(const auto other_way, arrivals->Claim({nullptr, "1.4.0"}, "1.4.0"));
  EXPECT_EQ(other_way, std::nullopt);
  EXPECT_EQ(CategoryOf(arrivals->Claim(kStreamed, "1.4.0").status()), ErrorCategory::kUnsupported);
  EXPECT_EQ(CategoryOf(arrivals->Claim({nullptr, "1.4.1"}, "1.4.2").status()), ErrorCategory::kUnsupported);
}

TEST_F(SeriesArrivalsTest, CancellationEndsBothWays) {
  archive_.stream_stalls_after = 30;
  archive_.on_fetch = [this](const std::string&) { operation_.cancellation->Cancel(); };
  EXPECT_EQ(CategoryOf(Take()), ErrorCategory::kCancelled);
}

}  // namespace
}  // namespace vitrine::service
