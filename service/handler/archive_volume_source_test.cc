#include "service/handler/archive_volume_source.h"

#include <algorithm>
#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
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

TEST_F(ArchiveVolumeSourceTest, LoadsOnceAndThenAsksTheArchiveNothing) {
  archive_->AddSeries(5);
  const absl::Time before = absl::Now();
  ASSERT_OK_AND_ASSIGN(const auto first, Volume());
  EXPECT_GE(first->fetched, before);
  EXPECT_LE(first->fetched, absl::Now());
  EXPECT_EQ(first->volume.lattice.slices, 5);
  EXPECT_EQ(first->modality, "CT");
  ASSERT_OK_AND_ASSIGN(const auto second, Volume());
  EXPECT_EQ(first, second);
  // The same volume by another name.
  ASSERT_OK_AND_ASSIGN(const auto third, Volume("1.4.3"));
  EXPECT_EQ(first, third);
  EXPECT_EQ(archive_->metadata_requests(), 1);
  EXPECT_EQ(archive_->fetches(), 5);
  EXPECT_THAT(metrics_->Scrape(), HasSubstr("vitrine_cache_misses_total{cache=\"volumes\"} 1"));
}

TEST_F(ArchiveVolumeSourceTest, ACoarseVolumeIsThereWhileTheVolumeLoads) {
  archive_->AddSeries(80);
  archive_->hold = true;
  std::thread load([&] { EXPECT_THAT(Volume(), IsOk()); });
  while (archive_->under_way() == 0) absl::SleepFor(absl::Milliseconds(1));
  Timings timings = {};
  const auto coarse = [&] { return source_->Coarse(named_, Series(), {}, {}, timings); };
  Result first;
  std::thread early([&] { first = coarse(); });
  // Beside the fetches of the load itself.
  for (int i = 0; i < 5000 && archive_->under_way() <= VolumeLoader::kMaxFetches; ++i) {
    absl::SleepFor(absl::Milliseconds(1));
  }
  EXPECT_GT(archive_->under_way(), VolumeLoader::kMaxFetches);
  archive_->hold = false;
  load.join();
  early.join();
  ASSERT_THAT(first, IsOk());
  const image::Volume& volume = (*first)->volume;
  EXPECT_EQ(volume.lattice.slices, 8);
  const auto* voxels = reinterpret_cast<const int16_t*>(volume.voxels.data());
  EXPECT_EQ(voxels[0], TestVoxel(0, 0, 5));  // Of the first 10 slices.
  EXPECT_EQ(voxels[kTestRows * kTestColumns + 7], TestVoxel(1, 1, 15));
  EXPECT_EQ((*first)->windows.size(), 2u);
  EXPECT_EQ(archive_->fetches(), 88);
  ASSERT_OK_AND_ASSIGN(const auto second, coarse());
  EXPECT_EQ(second, *first);
  ASSERT_OK_AND_ASSIGN(const auto whole, Volume());
  EXPECT_EQ(whole->volume.lattice.slices, 80);
  EXPECT_EQ(archive_->fetches(), 88);
  EXPECT_EQ(archive_->metadata_requests(), 1);
}

TEST_F(ArchiveVolumeSourceTest, ASmallVolumeHasNoCoarseOne) {
  archive_->AddSeries(5);
  Timings timings = {};
  EXPECT_EQ(CategoryOf(source_->Coarse(named_, Series(), {}, {}, timings).status()), ErrorCategory::kUnsupported);
  EXPECT_EQ(archive_->fetches(), 0);
}

TEST_F(ArchiveVolumeSourceTest, HoldsWhatNeedsNoArchive) {
  archive_->AddSeries(5);
  v1::VolumeInput other_name;
  other_name.set_reference_sop_instance_uid("1.4.3");
  v1::VolumeInput unknown;
  unknown.set_reference_sop_instance_uid("1.4.77");
  EXPECT_FALSE(source_->Holds(named_, Series(), {}));
  ASSERT_THAT(Volume(), IsOk());
  EXPECT_TRUE(source_->Holds(named_, Series(), {}));
  EXPECT_TRUE(source_->Holds(named_, Series(), other_name));
  EXPECT_FALSE(source_->Holds(named_, Series(), unknown));
  v1::Target instance = Series();
  instance.set_sop_instance_uid("1.4.3");
  EXPECT_FALSE(source_->Holds(named_, instance, {}));
  EXPECT_EQ(archive_->metadata_requests(), 1);
}

TEST_F(ArchiveVolumeSourceTest, AVolumeThatWasEvictedIsNotHeld) {
  SetBudget(BytesOf(5));
  archive_->AddSeries(5);
  AddOtherVolume(5);
  ASSERT_THAT(Volume("1.4.0"), IsOk());
  v1::VolumeInput first;
  first.set_reference_sop_instance_uid("1.4.0");
  v1::VolumeInput second;
  second.set_reference_sop_instance_uid("1.5.0");
  EXPECT_TRUE(source_->Holds(named_, Series(), first));
  EXPECT_FALSE(source_->Holds(named_, Series(), second));
  ASSERT_THAT(Volume("1.5.0"), IsOk());
  EXPECT_FALSE(source_->Holds(named_, Series(), first));
  EXPECT_TRUE(source_->Holds(named_, Series(), second));
}

TEST_F(ArchiveVolumeSourceTest, TheWindowsAreThoseOfTheReference) {
  archive_->AddSeries(5, [](dicom::DatasetBuilder& b, int k) {
    if (k == 4) b.Set("WindowCenter", "7").Set("WindowWidth", "70");
  });
  ASSERT_OK_AND_ASSIGN(const auto middle, Volume());
  EXPECT_EQ(middle->windows[0].center, 40);
  ASSERT_OK_AND_ASSIGN(const auto last, Volume("1.4.4"));
  ASSERT_EQ(last->windows.size(), 1u);
  EXPECT_EQ(last->windows[0].center, 7);
  EXPECT_EQ(last->windows[0].width, 70);
}

TEST_F(ArchiveVolumeSourceTest, ManyCallersShareOneLoadAndItsProgress) {
  archive_->AddSeries(30);
  archive_->hold = true;
  constexpr int kCallers = 6;
  std::vector<std::thread> callers;
  std::atomic<int> succeeded = 0;
  std::atomic<int> heard_the_end = 0;
  for (int i = 0; i < kCallers; ++i) {
    callers.emplace_back([&] {
      double last = 0;
      const Result volume = Volume("", {}, [&last](double loaded) {
        EXPECT_GE(loaded, last);
        last = loaded;
      });
      succeeded += volume.ok() ? 1 : 0;
      heard_the_end += last == 1 ? 1 : 0;
    });
  }
  const std::string all_wait = absl::StrCat("vitrine_cache_joins_total{cache=\"volumes\"} ", kCallers - 1);
  while (!absl::StrContains(metrics_->Scrape(), all_wait)) absl::SleepFor(absl::Milliseconds(5));
  archive_->hold = false;
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(succeeded, kCallers);
  EXPECT_EQ(heard_the_end, kCallers);
  EXPECT_EQ(archive_->metadata_requests(), 1);
  EXPECT_EQ(archive_->fetches(), 30);
}

TEST_F(ArchiveVolumeSourceTest, AWaitingCallerTakesOverWhenTheLeaderGoesAway) {
  archive_->AddSeries(10);
  archive_->hold = true;
  Operation leader;
  std::thread first([&] { EXPECT_EQ(CategoryOf(Volume("", leader).status()), ErrorCategory::kCancelled); });
  while (archive_->under_way() == 0) absl::SleepFor(absl::Milliseconds(1));
  std::thread second([&] { EXPECT_THAT(Volume(), IsOk()); });
  absl::SleepFor(absl::Milliseconds(20));
  leader.cancellation->Cancel();
  first.join();
  archive_->hold = false;
  second.join();
}

TEST_F(ArchiveVolumeSourceTest, NothingIsKeptOfALoadThatFails) {
  archive_->AddSeries(10);
  archive_->Describe("1.4.5", TestSlice("1.4.5", 5));
  archive_->Put("1.4.5", TestSlice("1.4.5", 6));
  EXPECT_EQ(CategoryOf(Volume().status()), ErrorCategory::kArchiveProtocol);
  EXPECT_THAT(metrics_->Scrape(), HasSubstr("vitrine_cache_bytes{cache=\"volumes\"} 0"));
  archive_->Put("1.4.5", TestSlice("1.4.5", 5));
  EXPECT_THAT(Volume(), IsOk());
}

TEST_F(ArchiveVolumeSourceTest, AVolumeOverTheBudgetIsRefusedBeforeItIsFetched) {
  archive_->AddSeries(10);
  SetBudget(BytesOf(10) - 1);
  EXPECT_EQ(CategoryOf(Volume().status()), ErrorCategory::kTooLarge);
  EXPECT_EQ(archive_->fetches(), 0);
  SetBudget(BytesOf(10));
  EXPECT_THAT(Volume(), IsOk());
}

TEST_F(ArchiveVolumeSourceTest, IdleVolumesMakeRoomAndHeldOnesDoNot) {
  archive_->AddSeries(10);
  AddOtherVolume(10);
  SetBudget(BytesOf(10) + BytesOf(10) / 2);
  {
    ASSERT_OK_AND_ASSIGN(const auto held, Volume("1.4.0"));
    const absl::Status refused = Volume("1.5.0").status();
    EXPECT_EQ(CategoryOf(refused), ErrorCategory::kOverloaded) << refused;
    EXPECT_EQ(archive_->fetches(), 10);
  }
  EXPECT_THAT(Volume("1.5.0"), IsOk());
  EXPECT_EQ(archive_->fetches(), 20);
  EXPECT_THAT(metrics_->Scrape(), HasSubstr("vitrine_cache_entries{cache=\"volumes\"} 1"));
  EXPECT_THAT(Volume("1.4.0"), IsOk());
  EXPECT_EQ(archive_->fetches(), 30);
}

TEST_F(ArchiveVolumeSourceTest, VolumesThatLoadCountToo) {
  archive_->AddSeries(10);
  AddOtherVolume(10);
  SetBudget(BytesOf(10) + BytesOf(10) / 2);
  archive_->hold = true;
  std::thread loading([&] { EXPECT_THAT(Volume("1.4.0"), IsOk()); });
  while (archive_->under_way() == 0) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_EQ(CategoryOf(Volume("1.5.0").status()), ErrorCategory::kOverloaded);
  archive_->hold = false;
  loading.join();
}

TEST_F(ArchiveVolumeSourceTest, AFailedLoadGivesItsMemoryBack) {
  archive_->AddSeries(10);
  SetBudget(BytesOf(10));
  archive_->Describe("1.4.5", TestSlice("1.4.5", 5));
  archive_->Remove("1.4.5");
  archive_->Put("1.4.5", "no DICOM");
  for (int i = 0; i < 3; ++i) EXPECT_EQ(CategoryOf(Volume().status()), ErrorCategory::kBadInstance);
}

TEST_F(ArchiveVolumeSourceTest, AnOutdatedChoiceIsMadeAgain) {
  archive_->AddSeries(10);
  AddOtherVolume(10);
  SetBudget(BytesOf(10) + BytesOf(10) / 2);
  EXPECT_THAT(Volume("1.4.0"), IsOk());
  EXPECT_THAT(Volume("1.5.0"), IsOk());  // The first is no longer cached; which instances it has still is.
  archive_->Remove("1.4.9");
  ASSERT_OK_AND_ASSIGN(const auto shorter, Volume("1.4.0"));
  EXPECT_EQ(shorter->volume.lattice.slices, 9);
}

TEST_F(ArchiveVolumeSourceTest, AnInstanceThatHasArrivedSinceIsFound) {
  archive_->AddSeries(1);
  EXPECT_EQ(CategoryOf(Volume().status()), ErrorCategory::kInvalidRequest);
  archive_->AddSeries(3);
  ASSERT_OK_AND_ASSIGN(const auto three, Volume());
  EXPECT_EQ(three->volume.lattice.slices, 3);
  archive_->AddSeries(5);
  ASSERT_OK_AND_ASSIGN(const auto five, Volume("1.4.4"));
  EXPECT_EQ(five->volume.lattice.slices, 5);
}

TEST_F(ArchiveVolumeSourceTest, RescalesThatDifferMakeFloatVoxels) {
  archive_->AddSeries(4, [](dicom::DatasetBuilder& b, int k) { b.Set("RescaleSlope", absl::StrCat(k + 1)); });
  ASSERT_OK_AND_ASSIGN(const auto source, Volume());
  EXPECT_EQ(source->volume.type, image::SampleType::kFloat32);
  EXPECT_EQ(source->volume.data<float>()[3 * kTestRows * kTestColumns], 4 * 300 - 1024);
}

TEST_F(ArchiveVolumeSourceTest, AlsoWhereTheMetadataHideThem) {
  archive_->AddSeries(4, [](dicom::DatasetBuilder& b, int k) { b.Set("RescaleSlope", absl::StrCat(k + 1)); });
  for (int k = 0; k < 4; ++k) archive_->Describe(absl::StrCat("1.4.", k), TestSlice(absl::StrCat("1.4.", k), k));
  ASSERT_OK_AND_ASSIGN(const auto source, Volume());
  EXPECT_EQ(source->volume.type, image::SampleType::kFloat32);
  EXPECT_EQ(source->volume.data<float>()[3 * kTestRows * kTestColumns], 4 * 300 - 1024);
}

TEST_F(ArchiveVolumeSourceTest, ErrorsSayNothingOfThePatient) {
  archive_->AddSeries(1);
  const absl::Status status = Volume().status();
  EXPECT_EQ(CategoryOf(status), ErrorCategory::kInvalidRequest);
  EXPECT_THAT(std::string(status.message()), ::testing::Not(HasSubstr("SECRET")));
  EXPECT_THAT(std::string(status.message()), HasSubstr("single slice"));
}

TEST_F(ArchiveVolumeSourceTest, AbsurdMetadataAreRefused) {
  const auto largest = [](dicom::DatasetBuilder& b) {
    b.SetUint16("Rows", 65535).SetUint16("Columns", 65535).SetUint16("BitsAllocated", 65535);
  };
  archive_->AddSeries(3);
  for (int k = 0; k < 3; ++k) {
    archive_->Describe(absl::StrCat("1.4.", k), TestSlice(absl::StrCat("1.4.", k), k, largest));
  }
  EXPECT_EQ(CategoryOf(Volume().status()), ErrorCategory::kTooLarge);
  for (int k = 0; k < 3; ++k) {
    const auto many_bits = [](dicom::DatasetBuilder& b) { b.SetUint16("BitsAllocated", 65535); };
    archive_->Describe(absl::StrCat("1.4.", k), TestSlice(absl::StrCat("1.4.", k), k, many_bits));
  }
  SetBudget(1 << 20);             // Forgets the plans.
  EXPECT_THAT(Volume(), IsOk());  // The files are sound.
}

TEST_F(ArchiveVolumeSourceTest, AStudyIsATargetToo) {
  archive_->AddSeries(3);
  v1::Target study;
  study.set_study_instance_uid("1.1");
  Timings timings = {};
  EXPECT_THAT(source_->Volume(named_, study, {}, {}, timings), IsOk());
  EXPECT_EQ(CategoryOf(source_->Volume(named_, {}, {}, {}, timings).status()), ErrorCategory::kInvalidRequest);
}

TEST_F(ArchiveVolumeSourceTest, DescribesASeries) {
  archive_->AddSeries(3);
  v1::Target target;
  target.set_study_instance_uid("1.1");
  target.set_series_instance_uid("1.2");
  v1::DescribeSeriesResponse response;
  ASSERT_THAT(source_->Describe(named_, target, {}, response), IsOk());
  ASSERT_EQ(response.volumes_size(), 1);
  EXPECT_EQ(response.volumes(0).slice_spacing_mm(), 2);
  EXPECT_EQ(archive_->fetches(), 0);
}

}  // namespace
}  // namespace vitrine::service
