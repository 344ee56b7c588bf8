#include "service/handler/series_loader.h"

#include <algorithm>
#include <cstring>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "base/parallel.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/handler/volume_test_archive.h"

namespace vitrine::service {
namespace {

using testing::IsOk;
using ::testing::UnorderedElementsAreArray;

std::vector<std::string> Uids(int count) {
  std::vector<std::string> uids;
  for (int k = 0; k < count; ++k) uids.push_back(absl::StrCat("1.4.", k));
  std::shuffle(uids.begin(), uids.end(), std::mt19937(3));
  return uids;
}

class SeriesLoaderTest : public ::testing::Test {
 protected:
  absl::StatusOr<bool> Load(const Operation& operation = {}, uint64_t budget = 1 << 20) {
    SeriesLoader loader({}, slots_, metrics_);
    series_.reset();
    progress_.clear();
    MemoryBudget memory(budget);
    const auto reserve = [&](uint64_t bytes) -> absl::StatusOr<MemoryBudget::Reservation> {
      std::optional<MemoryBudget::Reservation> reservation = memory.TryReserve(bytes);
      if (!reservation) return MakeError(refusal_, "no room");
      return *std::move(reservation);
    };
    const auto result = loader.Load(
        archive_, {"1.1", "1.2", ""}, reserve, operation, timings_,
        [this](double loaded) { progress_.push_back(loaded); },
        [this](ArrivedSeries series) {
          EXPECT_EQ(slots_.stats().busy, 1);
          series_.emplace(std::move(series));
        });
    EXPECT_EQ(slots_.stats().busy, 0);
    EXPECT_EQ(result.value_or(false), series_.has_value());
    return result;
  }

  // False: it cannot be loaded as a whole.
  bool Loads() {
    const absl::StatusOr<bool> loaded = Load();
    EXPECT_THAT(loaded, IsOk());
    return loaded.value_or(true);
  }

  // The SOPInstanceUIDs of the images.
  std::vector<std::string> Arrived() const {
    std::vector<std::string> uids;
    for (const ArrivedImage& image : series_->images) uids.push_back(image.frame.instance->SOPInstanceUID);
    return uids;
  }

  // Takes the slices.
  void ExpectEveryImageWithItsSlice() {
    std::vector<int> order;
    for (const ArrivedImage& image : series_->images) order.push_back(image.place);
    Serial serial;
    const image::VoxelBuffer voxels = series_->slices->TakeOrdered(order, serial);
    for (size_t i = 0; i < order.size(); ++i) {
      int k = 0;
      ASSERT_TRUE(absl::SimpleAtoi(series_->images[i].frame.instance->SOPInstanceUID.substr(4), &k));
      int16_t voxel = 0;
      std::memcpy(&voxel, voxels.data() + i * kTestColumns * kTestRows * sizeof(voxel), sizeof(voxel));
      EXPECT_EQ(voxel, TestVoxel(0, 0, k)) << i;
    }
  }

  TestArchive archive_;
  CpuSlots slots_{2, 16};
  metrics::Metrics metrics_;
  Timings timings_ = {};
  std::vector<double> progress_;
  std::optional<ArrivedSeries> series_;
  ErrorCategory refusal_ = ErrorCategory::kTooLarge;
};

TEST_F(SeriesLoaderTest, TakesEveryImageAsItComes) {
  archive_.AddSeries(40);
  const std::vector<std::string> uids = Uids(40);
  archive_.Send(uids, 40);
  ASSERT_TRUE(Loads());
  ASSERT_EQ(series_->images.size(), 40u);
  EXPECT_THAT(Arrived(), UnorderedElementsAreArray(uids));
  for (const ArrivedImage& image : series_->images) {  // Numbered along their normal.
    EXPECT_EQ(image.frame.instance->SOPInstanceUID, absl::StrCat("1.4.", image.place));
  }
  ExpectEveryImageWithItsSlice();
  EXPECT_EQ(series_->images[0].modality, "CT");
  EXPECT_EQ(series_->images[0].windows.size(), 2u);
  EXPECT_EQ(series_->slices->type(), image::SampleType::kInt16);
  EXPECT_EQ(progress_.size(), 40u);
  EXPECT_TRUE(std::is_sorted(progress_.begin(), progress_.end()));
  EXPECT_EQ(progress_.back(), 1);
  EXPECT_GT(timings_[static_cast<size_t>(metrics::Span::kDecode)], absl::ZeroDuration());
  EXPECT_EQ(archive_.metadata_requests(), 0);
  EXPECT_EQ(archive_.fetches(), 0);
}

TEST_F(SeriesLoaderTest, ASlowStreamIsMetFromTheOtherEnd) {
  archive_.AddSeries(80);
  const std::vector<std::string> uids = Uids(80);
  archive_.Send(uids, 80);
  archive_.List(uids);
  archive_.stream_pause = absl::Milliseconds(20);
  ASSERT_TRUE(Loads());
  EXPECT_THAT(Arrived(), UnorderedElementsAreArray(uids));
  ExpectEveryImageWithItsSlice();
  EXPECT_GT(archive_.fetches(), 10);
  EXPECT_EQ(archive_.under_way(), 0);
}

TEST_F(SeriesLoaderTest, TheNumberOfImagesHasToBeKnownAndRight) {
  archive_.AddSeries(5);
  EXPECT_FALSE(Loads());  // The archive neither counts nor sends.
  archive_.Send(Uids(5), 0);
  EXPECT_FALSE(Loads());
  archive_.Send(Uids(1), 1);
  EXPECT_FALSE(Loads());
  EXPECT_EQ(archive_.streams(), 0);
  archive_.Send(Uids(5), 4);
  EXPECT_FALSE(Loads());
  archive_.Send(Uids(5), 6);
  EXPECT_FALSE(Loads());
  archive_.AddSeries(90);
  for (int i = 0; i < 10; ++i) {
    archive_.Send(Uids(90), 40);
    EXPECT_FALSE(Loads());
  }
  archive_.Send(Uids(5), 5, MakeError(ErrorCategory::kArchiveUnreachable, "cut off"));
  EXPECT_FALSE(Loads());
  archive_.Send(Uids(5), 5);
  EXPECT_TRUE(Loads());
}

TEST_F(SeriesLoaderTest, OnlySingleGreyFramesOfOneKind) {
  const std::vector<std::pair<const char*, Change>> changes = {
      {"series", [](dicom::DatasetBuilder& b) { b.Set("SeriesInstanceUID", "1.9"); }},
      {"study", [](dicom::DatasetBuilder& b) { b.Set("StudyInstanceUID", "1.9"); }},
      {"sign", [](dicom::DatasetBuilder& b) { b.SetUint16("PixelRepresentation", 0); }},
      {"matrix", [](dicom::DatasetBuilder& b) { b.SetUint16("Rows", kTestColumns).SetUint16("Columns", kTestRows); }},
      {"frames", [](dicom::DatasetBuilder& b) { b.Set("NumberOfFrames", "2").SetUint16("Rows", 2); }},
      {"slope", [](dicom::DatasetBuilder& b) { b.Set("RescaleSlope", "3"); }},
      {"no pixels", [](dicom::DatasetBuilder& b) { b.SetUint16("Rows", 9000); }}};
  archive_.AddSeries(4);
  archive_.Send(Uids(4), 4);
  for (const auto& [what, change] : changes) {
    for (const std::string uid : {"1.4.0", "1.4.1", "1.4.2"}) {
      archive_.AddSeries(4);
      archive_.Put(uid, TestSlice(uid, 1, change));
      EXPECT_FALSE(Loads()) << what << " of " << uid;
    }
  }
  archive_.Put("1.4.1", "no DICOM");
  EXPECT_FALSE(Loads());
  archive_.AddSeries(4);
  EXPECT_TRUE(Loads());
}

TEST_F(SeriesLoaderTest, MemoryIsAskedForAfterTheFirstImage) {
  archive_.AddSeries(30);
  archive_.Send(Uids(30), 30);
  ASSERT_OK_AND_ASSIGN(const bool loaded, Load({}, 100));
  EXPECT_FALSE(loaded);
  EXPECT_TRUE(progress_.empty());
  refusal_ = ErrorCategory::kOverloaded;
  EXPECT_EQ(CategoryOf(Load({}, 100).status()), ErrorCategory::kOverloaded);
}

TEST_F(SeriesLoaderTest, DeadlineAndCancellationEndTheWaitForTheArchive) {
  archive_.AddSeries(30);
  archive_.Send(Uids(30), 30);
  archive_.hold = true;
  Operation operation;
  operation.deadline = absl::Now() + absl::Milliseconds(30);
  EXPECT_EQ(CategoryOf(Load(operation).status()), ErrorCategory::kDeadline);
  Operation cancelled;
  std::thread canceller([&] {
    while (archive_.streams() < 2) absl::SleepFor(absl::Milliseconds(1));
    EXPECT_EQ(slots_.stats().busy, 0);  // None is held while the archive is slow.
    cancelled.cancellation->Cancel();
  });
  EXPECT_EQ(CategoryOf(Load(cancelled).status()), ErrorCategory::kCancelled);
  canceller.join();
}

}  // namespace
}  // namespace vitrine::service
