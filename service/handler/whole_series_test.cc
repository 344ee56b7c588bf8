// Series that come from the archive in one answer.

#include <algorithm>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/handler/archive_volume_source_fixture.h"

namespace vitrine::service {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;

using WholeSeriesTest = ArchiveVolumeSourceTest;

// The archive sends the series' slices from the middle outwards.
std::vector<std::string> Outwards(int slices) {
  std::vector<std::string> uids;
  for (int i = 0; i < slices; ++i)
    uids.push_back(absl::StrCat("1.4.", slices / 2 + (i % 2 == 0 ? i / 2 : -(i + 1) / 2)));
  return uids;
}

void ExpectSame(const SourceVolume& a, const SourceVolume& b) {
  ASSERT_EQ(a.volume.type, b.volume.type);
  ASSERT_EQ(a.volume.voxels.size(), b.volume.voxels.size());
  EXPECT_TRUE(
      std::equal(a.volume.voxels.data(), a.volume.voxels.data() + a.volume.voxels.size(), b.volume.voxels.data()));
  EXPECT_EQ(a.volume.padding, b.volume.padding);
  EXPECT_EQ(a.volume.lattice.origin, b.volume.lattice.origin);
  EXPECT_EQ(a.volume.lattice.slice_step, b.volume.lattice.slice_step);
  EXPECT_EQ(a.volume.rescale.slope, b.volume.rescale.slope);
  EXPECT_EQ(a.volume.rescale.intercept, b.volume.rescale.intercept);
  EXPECT_EQ(a.volume.bricks().extremes.front().maximum, b.volume.bricks().extremes.front().maximum);
  EXPECT_EQ(a.modality, b.modality);
  EXPECT_EQ(a.unit, b.unit);
  ASSERT_EQ(a.windows.size(), b.windows.size());
  EXPECT_EQ(a.windows.front().center, b.windows.front().center);
  EXPECT_EQ(a.content_hash, b.content_hash);
}

TEST_F(WholeSeriesTest, ASeriesInOneAnswerIsTheSameVolume) {
  const auto change = [](dicom::DatasetBuilder& b, int k) {
    b.SetInt16("PixelPaddingValue", TestVoxel(2, 0, 3)).Set("WindowCenter", absl::StrCat(k)).Set("WindowWidth", "9");
  };
  archive_->AddSeries(9, change);
  ASSERT_OK_AND_ASSIGN(const auto one_by_one, Volume());
  EXPECT_EQ(archive_->fetches(), 9);
  SetBudget(1 << 20);
  archive_->Send(Outwards(9), 9);
  std::vector<double> heard;
  ASSERT_OK_AND_ASSIGN(const auto at_once, Volume("", {}, [&heard](double loaded) { heard.push_back(loaded); }));
  ExpectSame(*at_once, *one_by_one);
  EXPECT_FALSE(at_once->volume.padding.empty());
  EXPECT_EQ(heard.size(), 9u);
  EXPECT_EQ(archive_->fetches(), 9);
  EXPECT_EQ(archive_->metadata_requests(), 1);
  EXPECT_EQ(archive_->streams(), 1);
  ASSERT_OK_AND_ASSIGN(const auto again, Volume());
  EXPECT_EQ(again, at_once);
  EXPECT_EQ(archive_->streams(), 1);
}

TEST_F(WholeSeriesTest, WhatDoesNotComeAsAWholeComesOneByOne) {
  archive_->AddSeries(9);
  archive_->Send(Outwards(8), 9);
  ASSERT_OK_AND_ASSIGN(const auto source, Volume());
  EXPECT_EQ(source->volume.lattice.slices, 9);
  EXPECT_EQ(archive_->streams(), 1);
  EXPECT_EQ(archive_->fetches(), 9);
  EXPECT_THAT(metrics_->Scrape(), HasSubstr("vitrine_cache_entries{cache=\"volumes\"} 1"));
}

TEST_F(WholeSeriesTest, AWholeSeriesThatIsNoEvenVolumeIsPlannedWithoutMetadata) {
  archive_->AddSeries(4, [](dicom::DatasetBuilder& b, int k) {
    static constexpr const char* kHeights[] = {"0", "2", "4", "7"};
    b.Set("ImagePositionPatient", absl::StrCat("0\\0\\", kHeights[k]));
  });
  archive_->Send(Outwards(4), 4);
  ASSERT_OK_AND_ASSIGN(const auto source, Volume());
  EXPECT_EQ(source->volume.lattice.slices, 5);
  EXPECT_EQ(archive_->metadata_requests(), 0);
  EXPECT_EQ(archive_->fetches(), 4);
}

TEST_F(WholeSeriesTest, SeveralVolumesInOneAnswerAreToldApart) {
  archive_->AddSeries(4);
  AddOtherVolume(3);
  archive_->Send({"1.4.3", "1.5.0", "1.5.1", "1.4.2", "1.4.1", "1.4.0", "1.5.2"}, 7);
  EXPECT_EQ(CategoryOf(Volume().status()), ErrorCategory::kInvalidRequest);
  ASSERT_OK_AND_ASSIGN(const auto source, Volume("1.5.1"));
  EXPECT_EQ(source->volume.lattice.slices, 3);
  EXPECT_EQ(archive_->streams(), 1);
  EXPECT_EQ(archive_->fetches(), 3);
}

TEST_F(WholeSeriesTest, AnEvictedSeriesOfWhichThePlanIsKnownComesOneByOne) {
  SetBudget(BytesOf(5));
  archive_->AddSeries(5);
  archive_->Send(Outwards(5), 5);
  ASSERT_THAT(Volume(), IsOk());
  v1::Target study;
  study.set_study_instance_uid("1.1");
  v1::VolumeInput other;
  other.set_reference_sop_instance_uid("1.5.0");
  AddOtherVolume(5);
  Timings timings = {};
  ASSERT_THAT(source_->Volume(named_, study, other, {}, timings), IsOk());
  EXPECT_FALSE(source_->Holds(named_, Series(), {}));
  ASSERT_THAT(Volume(), IsOk());  // Which images it has is known still.
  EXPECT_EQ(archive_->streams(), 1);
  EXPECT_EQ(archive_->fetches(), 10);
}

TEST_F(WholeSeriesTest, AWholeSeriesOverTheBudgetIsRefused) {
  archive_->AddSeries(10);
  archive_->Send(Outwards(10), 10);
  SetBudget(BytesOf(10) - 1);
  EXPECT_EQ(CategoryOf(Volume().status()), ErrorCategory::kTooLarge);
  EXPECT_EQ(archive_->fetches(), 0);
  SetBudget(BytesOf(10));
  EXPECT_THAT(Volume(), IsOk());
  EXPECT_EQ(archive_->fetches(), 0);
}

TEST_F(WholeSeriesTest, ACoarseVolumeIsThereWhileTheSeriesComes) {
  archive_->AddSeries(40);
  archive_->Send(Outwards(40), 40);
  archive_->hold = true;
  std::thread loading([this] { EXPECT_THAT(Volume(), IsOk()); });
  while (archive_->streams() == 0) absl::SleepFor(absl::Milliseconds(1));
  std::thread coarse([this] {
    Timings timings = {};
    ASSERT_OK_AND_ASSIGN(const auto volume, source_->Coarse(named_, Series(), {}, {}, timings));
    EXPECT_EQ(volume->volume.lattice.slices, 8);
  });
  while (archive_->under_way() == 0) absl::SleepFor(absl::Milliseconds(1));
  archive_->hold = false;
  coarse.join();
  loading.join();
  EXPECT_EQ(archive_->streams(), 1);
  EXPECT_EQ(archive_->fetches(), 8);
}

}  // namespace
}  // namespace vitrine::service
