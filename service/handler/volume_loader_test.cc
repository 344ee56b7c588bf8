#include "service/handler/volume_loader.h"

#include <atomic>
#include <functional>
#include <limits>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/handler/select_volume.h"
#include "service/handler/volume_test_archive.h"

namespace vitrine::service {
namespace {

using image::VoxelValues;
using ::testing::HasSubstr;
using testing::IsOk;

constexpr size_t kSliceVoxels = kTestRows * kTestColumns;

class VolumeLoaderTest : public ::testing::Test {
 protected:
  // What the archive's metadata say now.
  VolumeSelection Select() {
    v1::Target target;
    target.set_study_instance_uid("1.1");
    target.set_series_instance_uid("1.2");
    const auto metadata = archive_.Metadata({"1.1", "1.2", ""}, Operation());
    absl::StatusOr<dicom::VolumePlans> plans = ReadVolumes(metadata.value_or(""), target, v1::VolumeInput());
    EXPECT_THAT(plans, IsOk());
    EXPECT_EQ(plans->volumes.size(), 1u);
    return {"1.1", std::make_shared<const dicom::VolumePlan>(std::move(plans->volumes.at(0))), 0};
  }

  absl::StatusOr<std::optional<SourceVolume>> LoadAs(VoxelValues values, const VolumeSelection& selection,
                                                     const Operation& operation = {}) {
    VolumeLoader loader({}, slots_, parallel_, metrics_);
    return loader.Load(archive_, selection, values, operation, timings_,
                       [this](double loaded) { progress_.push_back(loaded); });
  }
  absl::Status Error(const VolumeSelection& selection, const Operation& operation = {}) {
    const auto result = LoadAs(VoxelValues::kStored, selection, operation);
    EXPECT_EQ(slots_.stats().busy, 0);
    EXPECT_EQ(archive_.under_way(), 0);
    return result.status();
  }

  TestArchive archive_;
  CpuSlots slots_{2, 16};
  IdleSlots parallel_{slots_, 1};
  metrics::Metrics metrics_;
  Timings timings_ = {};
  std::vector<double> progress_;
};

TEST_F(VolumeLoaderTest, LoadsEverySliceIntoItsPlace) {
  archive_.AddSeries(20);
  ASSERT_OK_AND_ASSIGN(const std::optional<SourceVolume> source, LoadAs(VoxelValues::kStored, Select()));
  ASSERT_TRUE(source.has_value());
  const image::Volume& volume = source->volume;
  ASSERT_EQ(volume.voxel_count(), 20 * kSliceVoxels);
  EXPECT_EQ(volume.type, image::SampleType::kInt16);
  for (int k = 0; k < 20; ++k) {
    for (int i = 0; i < static_cast<int>(kSliceVoxels); ++i) {
      ASSERT_EQ(volume.data<int16_t>()[k * kSliceVoxels + i], TestVoxel(i % kTestColumns, i / kTestColumns, k));
    }
  }
  EXPECT_EQ(volume.lattice.origin, (image::Vector3{-10, -20, 0}));
  EXPECT_EQ(volume.lattice.slice_step, (image::Vector3{0, 0, 2}));
  EXPECT_EQ(volume.rescale.slope, 2);
  EXPECT_EQ(volume.rescale.intercept, -1024);
  EXPECT_EQ(volume.bricks().extremes[0].maximum, TestVoxel(5, 3, 8));
  EXPECT_EQ(source->modality, "CT");
  ASSERT_EQ(source->windows.size(), 2u);
  EXPECT_EQ(source->windows[0].center, 40);
  EXPECT_EQ(source->windows[0].width, 400);
  EXPECT_EQ(source->windows[1].center, 500);
  EXPECT_EQ(archive_.fetches(), 20);
  EXPECT_EQ(progress_.size(), 20u);
  EXPECT_TRUE(std::is_sorted(progress_.begin(), progress_.end()));
  EXPECT_EQ(progress_.back(), 1);
  EXPECT_GT(timings_[static_cast<size_t>(metrics::Span::kDecode)], absl::ZeroDuration());
}

TEST_F(VolumeLoaderTest, TheContentHashIsThatOfTheBytesAndTheirOrder) {
  archive_.AddSeries(3);
  ASSERT_OK_AND_ASSIGN(const auto first, LoadAs(VoxelValues::kStored, Select()));
  ASSERT_OK_AND_ASSIGN(const auto again, LoadAs(VoxelValues::kStored, Select()));
  EXPECT_EQ(first->content_hash, again->content_hash);
  archive_.Put("1.4.1", TestSlice("1.4.1", 1, [](dicom::DatasetBuilder& b) { b.Set("PatientID", "2"); }));
  ASSERT_OK_AND_ASSIGN(const auto changed, LoadAs(VoxelValues::kStored, Select()));
  EXPECT_NE(first->content_hash, changed->content_hash);
}

TEST_F(VolumeLoaderTest, RescalesPerSlice) {
  archive_.AddSeries(3, [](dicom::DatasetBuilder& b, int k) { b.Set("RescaleSlope", absl::StrCat(k + 1)); });
  const VolumeSelection selection = Select();
  EXPECT_FALSE(selection.plan->one_rescale);
  ASSERT_OK_AND_ASSIGN(const auto stored, LoadAs(VoxelValues::kStored, selection));
  EXPECT_FALSE(stored.has_value());
  ASSERT_OK_AND_ASSIGN(const auto source, LoadAs(VoxelValues::kModality, selection));
  ASSERT_TRUE(source.has_value());
  for (int k = 0; k < 3; ++k) {
    EXPECT_EQ(source->volume.data<float>()[k * kSliceVoxels + 7], (k + 1) * TestVoxel(1, 1, k) - 1024);
  }
}

TEST_F(VolumeLoaderTest, PaddingIsThatOfTheFiles) {
  archive_.AddSeries(3, [](dicom::DatasetBuilder& b, int) { b.SetInt16("PixelPaddingValue", TestVoxel(2, 0, 0)); });
  ASSERT_OK_AND_ASSIGN(const auto source, LoadAs(VoxelValues::kStored, Select()));
  EXPECT_TRUE(source->volume.is_padding(2));
  EXPECT_FALSE(source->volume.is_padding(1));
  EXPECT_FALSE(source->volume.is_padding(kSliceVoxels + 2));
  EXPECT_EQ(source->volume.data<int16_t>()[2], 0);  // The smallest of the others.
}

TEST_F(VolumeLoaderTest, UnsignedBytes) {
  archive_.AddSeries(3, [](dicom::DatasetBuilder& b, int k) {
    b.SetUint16("BitsAllocated", 8).SetUint16("BitsStored", 8).SetUint16("HighBit", 7);
    b.SetUint16("PixelRepresentation", 0);
    b.SetPixelData(std::vector<uint8_t>(kSliceVoxels, static_cast<uint8_t>(200 + k)), 8);
  });
  ASSERT_OK_AND_ASSIGN(const auto source, LoadAs(VoxelValues::kStored, Select()));
  ASSERT_EQ(source->volume.type, image::SampleType::kUint8);
  EXPECT_EQ(source->volume.data<uint8_t>()[2 * kSliceVoxels], 202);
}

// A parametric map of one slice: 0.5 * k + 0.25 everywhere, and one gap.
std::string FloatSlice(const std::string& uid, int k) {
  std::vector<float> pixels(kSliceVoxels, 0.5f * static_cast<float>(k) + 0.25f);
  pixels[1] = std::numeric_limits<float>::quiet_NaN();
  dicom::DatasetBuilder b;
  b.Set("SOPClassUID", "1.2.840.10008.5.1.4.1.1.30").Set("SOPInstanceUID", uid);
  b.Set("StudyInstanceUID", "1.1").Set("SeriesInstanceUID", "1.2").Set("Modality", "MR");
  b.Set("ImagePositionPatient", absl::StrCat("0\\0\\", k)).Set("ImageOrientationPatient", "1\\0\\0\\0\\1\\0");
  b.Set("PixelSpacing", "1\\1").SetUint16("Rows", kTestRows).SetUint16("Columns", kTestColumns);
  b.SetUint16("SamplesPerPixel", 1).SetUint16("BitsAllocated", 32).Set("PhotometricInterpretation", "MONOCHROME2");
  b.SetBytes("FloatPixelData", "OF", {reinterpret_cast<const char*>(pixels.data()), 4 * pixels.size()});
  return b.Write().value_or("");
}

TEST_F(VolumeLoaderTest, FloatPixelDataWhoseGapsArePadding) {
  for (int k = 0; k < 3; ++k) archive_.Put(absl::StrCat("1.4.", k), FloatSlice(absl::StrCat("1.4.", k), k));
  const VolumeSelection selection = Select();
  EXPECT_EQ(selection.plan->stored_type, image::SampleType::kFloat32);
  ASSERT_OK_AND_ASSIGN(const auto source, LoadAs(VoxelValues::kStored, selection));
  ASSERT_EQ(source->volume.type, image::SampleType::kFloat32);
  EXPECT_EQ(source->volume.data<float>()[2 * kSliceVoxels], 1.25f);
  EXPECT_TRUE(source->volume.is_padding(kSliceVoxels + 1));
  EXPECT_FALSE(source->volume.is_padding(kSliceVoxels));
  EXPECT_EQ(source->volume.data<float>()[kSliceVoxels + 1], 0.25f);
}

TEST_F(VolumeLoaderTest, UnevenSlicesAreInterpolated) {
  archive_.AddSeries(4, [](dicom::DatasetBuilder& b, int k) {
    static constexpr const char* kHeights[] = {"0", "2", "4", "7"};
    b.Set("ImagePositionPatient", absl::StrCat("0\\0\\", kHeights[k]));
  });
  ASSERT_OK_AND_ASSIGN(const auto source, LoadAs(VoxelValues::kStored, Select()));
  // 7 mm in 4 steps of 1.75 mm; the first lies at 7/8 between the first two slices.
  EXPECT_EQ(source->volume.lattice.slices, 5);
  EXPECT_EQ(source->volume.data<int16_t>()[kSliceVoxels], 88);  // 87.5 rounded.
  EXPECT_EQ(source->volume.data<int16_t>()[4 * kSliceVoxels], 300);
}

TEST_F(VolumeLoaderTest, InstancesThatChangedAreNoticed) {
  const std::vector<std::pair<const char*, Change>> changes = {
      {"position", [](dicom::DatasetBuilder& b) { b.Set("ImagePositionPatient", "-10\\-20\\2.5"); }},
      {"no position", [](dicom::DatasetBuilder& b) { b.Set("ImagePositionPatient", ""); }},
      {"orientation", [](dicom::DatasetBuilder& b) { b.Set("ImageOrientationPatient", "0\\1\\0\\1\\0\\0"); }},
      {"spacing", [](dicom::DatasetBuilder& b) { b.Set("PixelSpacing", "0.5\\0.5"); }},
      {"class", [](dicom::DatasetBuilder& b) { b.Set("SOPClassUID", "1.2.840.10008.5.1.4.1.1.4"); }},
      {"series", [](dicom::DatasetBuilder& b) { b.Set("SeriesInstanceUID", "1.9"); }},
      {"study", [](dicom::DatasetBuilder& b) { b.Set("StudyInstanceUID", "1.9"); }},
      {"instance", [](dicom::DatasetBuilder& b) { b.Set("SOPInstanceUID", "1.9"); }},
      {"colour", [](dicom::DatasetBuilder& b) { b.Set("PhotometricInterpretation", "MONOCHROME1"); }},
      {"sign", [](dicom::DatasetBuilder& b) { b.SetUint16("PixelRepresentation", 0); }},
      {"matrix", [](dicom::DatasetBuilder& b) { b.SetUint16("Rows", 3); }},
      {"frames", [](dicom::DatasetBuilder& b) { b.Set("NumberOfFrames", "2").SetUint16("Rows", 2); }}};
  archive_.AddSeries(4);
  const VolumeSelection selection = Select();
  EXPECT_THAT(Error(selection), IsOk());
  for (const auto& [what, change] : changes) {
    archive_.Put("1.4.1", TestSlice("1.4.1", 1, change));
    const absl::Status status = Error(selection);
    EXPECT_EQ(CategoryOf(status), ErrorCategory::kArchiveProtocol) << what << ": " << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("the series changed while it was loaded")) << what;
  }
}

TEST_F(VolumeLoaderTest, AnInstanceThatVanishesStopsTheLoadWithTheArchivesError) {
  archive_.AddSeries(100);
  const VolumeSelection selection = Select();
  archive_.Remove("1.4.5");
  EXPECT_EQ(CategoryOf(Error(selection)), ErrorCategory::kNotFound);
  EXPECT_LT(archive_.fetches(), 100);
}

TEST_F(VolumeLoaderTest, BrokenInstancesAreBadInstances) {
  archive_.AddSeries(10);
  const VolumeSelection selection = Select();
  archive_.Put("1.4.5", TestSlice("1.4.5", 5).substr(0, 700));
  EXPECT_EQ(CategoryOf(Error(selection)), ErrorCategory::kBadInstance);
}

TEST_F(VolumeLoaderTest, DeadlineAndCancellationEndTheWaitForTheArchive) {
  archive_.AddSeries(30);
  const VolumeSelection selection = Select();
  archive_.hold = true;
  Operation operation;
  operation.deadline = absl::Now() + absl::Milliseconds(30);
  EXPECT_EQ(CategoryOf(Error(selection, operation)), ErrorCategory::kDeadline);
  Operation cancelled;
  std::thread canceller([&] {
    while (archive_.under_way() < 4) absl::SleepFor(absl::Milliseconds(1));
    cancelled.cancellation->Cancel();
  });
  EXPECT_EQ(CategoryOf(Error(selection, cancelled)), ErrorCategory::kCancelled);
  canceller.join();
}

TEST_F(VolumeLoaderTest, FetchesSeveralAtOnceAndNeverMoreThanTheLimit) {
  archive_.AddSeries(40);
  const VolumeSelection selection = Select();
  archive_.hold = true;
  std::thread release([this] {
    while (archive_.under_way() < VolumeLoader::kMaxFetches) absl::SleepFor(absl::Milliseconds(1));
    archive_.hold = false;
  });
  EXPECT_THAT(Error(selection), IsOk());
  release.join();
  EXPECT_EQ(archive_.most_under_way(), VolumeLoader::kMaxFetches);
}

TEST_F(VolumeLoaderTest, HoldsNoSlotWhileTheArchiveIsSlow) {
  archive_.AddSeries(10);
  const VolumeSelection selection = Select();
  archive_.on_fetch = [this](const std::string&) { EXPECT_LE(slots_.stats().busy, 2); };
  archive_.hold = true;
  std::thread observer([this] {
    while (archive_.under_way() < 4) absl::SleepFor(absl::Milliseconds(1));
    EXPECT_EQ(slots_.stats().busy, 0);
    EXPECT_EQ(slots_.stats().queued, 0);
    archive_.hold = false;
  });
  EXPECT_THAT(Error(selection), IsOk());
  observer.join();
}

TEST_F(VolumeLoaderTest, OneLoadTakesOnePlaceInTheQueueForSlots) {
  archive_.AddSeries(20);
  const VolumeSelection selection = Select();
  auto first = slots_.Acquire(Operation());
  auto second = slots_.Acquire(Operation());
  std::thread release([&] {
    // All fetches are done and wait to be decoded.
    while (archive_.fetches() < VolumeLoader::kMaxFetches || archive_.under_way() > 0 || slots_.stats().queued == 0) {
      absl::SleepFor(absl::Milliseconds(1));
    }
    absl::SleepFor(absl::Milliseconds(20));
    EXPECT_EQ(slots_.stats().queued, 1);
    { const CpuSlots::Lease a = *std::move(first), b = *std::move(second); }
  });
  EXPECT_THAT(LoadAs(VoxelValues::kStored, selection), IsOk());
  release.join();
}

struct EnhancedGeometry {
  const char* orientation = "1\\0\\0\\0\\1\\0";
  const char* spacing = "0.5\\0.25";
  std::function<int(int)> z = [](int k) { return -3 * k; };
};

// An enhanced CT of one instance.
std::string Enhanced(int frames, const EnhancedGeometry& geometry = {}) {
  return TestSlice("1.4.0", 0, [&](dicom::DatasetBuilder& b) {
    b.Set("SOPClassUID", "1.2.840.10008.5.1.4.1.1.2.1").Set("NumberOfFrames", absl::StrCat(frames));
    b.Set("ImagePositionPatient", "").Set("ImageOrientationPatient", "").Set("PixelSpacing", "");
    dicom::DatasetBuilder measures, orientation, shared;
    measures.Set("PixelSpacing", geometry.spacing);
    orientation.Set("ImageOrientationPatient", geometry.orientation);
    shared.AddItem("PixelMeasuresSequence", std::move(measures));
    shared.AddItem("PlaneOrientationSequence", std::move(orientation));
    b.AddItem("SharedFunctionalGroupsSequence", std::move(shared));
    std::vector<uint16_t> pixels;
    for (int k = 0; k < frames; ++k) {
      dicom::DatasetBuilder position, frame;
      position.Set("ImagePositionPatient", absl::StrCat("0\\0\\", geometry.z(k)));
      frame.AddItem("PlanePositionSequence", std::move(position));
      b.AddItem("PerFrameFunctionalGroupsSequence", std::move(frame));
      pixels.insert(pixels.end(), kSliceVoxels, static_cast<uint16_t>(k));
    }
    b.SetPixelData(pixels);
  });
}

TEST_F(VolumeLoaderTest, AnEnhancedInstanceIsFetchedOnce) {
  archive_.Put("1.4.0", Enhanced(12));
  ASSERT_OK_AND_ASSIGN(const auto source, LoadAs(VoxelValues::kStored, Select()));
  EXPECT_EQ(archive_.fetches(), 1);
  ASSERT_EQ(source->volume.lattice.slices, 12);
  EXPECT_EQ(source->volume.lattice.origin, (image::Vector3{0, 0, -33}));
  for (int k = 0; k < 12; ++k) EXPECT_EQ(source->volume.data<int16_t>()[k * kSliceVoxels], 11 - k);
  EXPECT_EQ(progress_.size(), 12u);
}

TEST_F(VolumeLoaderTest, EnhancedInstancesThatChangedAreNoticed) {
  const std::vector<std::pair<const char*, EnhancedGeometry>> changes = {
      {"one position", {.z = [](int k) { return k == 11 ? -32 : -3 * k; }}},
      {"order", {.z = [](int k) { return -3 * (11 - k); }}},
      {"orientation", {.orientation = "0\\1\\0\\1\\0\\0"}},
      {"no orientation", {.orientation = ""}},
      {"spacing", {.spacing = "0.25\\0.5"}},
      {"no spacing", {.spacing = ""}}};
  archive_.Put("1.4.0", Enhanced(12));
  const VolumeSelection selection = Select();
  EXPECT_THAT(Error(selection), IsOk());
  for (const auto& [what, geometry] : changes) {
    archive_.Put("1.4.0", Enhanced(12, geometry));
    const absl::Status status = Error(selection);
    EXPECT_EQ(CategoryOf(status), ErrorCategory::kArchiveProtocol) << what << ": " << status;
    EXPECT_THAT(std::string(status.message()), HasSubstr("the series changed while it was loaded")) << what;
  }
}

}  // namespace
}  // namespace vitrine::service
