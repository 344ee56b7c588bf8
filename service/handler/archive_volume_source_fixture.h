#ifndef VITRINE_SERVICE_HANDLER_ARCHIVE_VOLUME_SOURCE_FIXTURE_H_
#define VITRINE_SERVICE_HANDLER_ARCHIVE_VOLUME_SOURCE_FIXTURE_H_

// For tests of ArchiveVolumeSource.

#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "image/volume_builder.h"
#include "service/handler/archive_volume_source.h"
#include "service/handler/volume_test_archive.h"

namespace vitrine::service {

// Voxels, padding bits, one brick in each direction.
inline uint64_t BytesOf(int slices) {
  return image::VolumeBuilder::MemoryBytes({kTestColumns, kTestRows, slices, {}, {}, {}, {}}, image::SampleType::kInt16,
                                           image::VoxelValues::kStored);
}

class ArchiveVolumeSourceTest : public ::testing::Test {
 protected:
  explicit ArchiveVolumeSourceTest(uint64_t budget = 1 << 20) {
    auto archive = std::make_unique<TestArchive>();
    archive_ = archive.get();
    named_ = {"main", std::move(archive)};
    SetBudget(budget);
  }

  void SetBudget(uint64_t bytes) {
    source_.reset();
    metrics_ = std::make_unique<metrics::Metrics>();
    VolumeSourceOptions options;
    options.volume_cache_bytes = bytes;
    source_ = std::make_unique<ArchiveVolumeSource>(options, slots_, parallel_, *metrics_);
  }

  // A second, taller series below z = -100, told apart by its image type.
  void AddOtherVolume(int slices) {
    for (int k = 0; k < slices; ++k) {
      const std::string uid = absl::StrCat("1.5.", k);
      archive_->Put(uid, TestSlice(uid, k, [](dicom::DatasetBuilder& b) { b.Set("ImageType", "DERIVED\\OTHER"); }));
    }
  }

  static v1::Target Series() {
    v1::Target target;
    target.set_study_instance_uid("1.1");
    target.set_series_instance_uid("1.2");
    return target;
  }

  using Result = absl::StatusOr<std::shared_ptr<const SourceVolume>>;
  Result Volume(const std::string& reference = "", const Operation& operation = {},
                const LoadProgress& progress = nullptr) {
    v1::VolumeInput input;
    input.set_reference_sop_instance_uid(reference);
    Timings timings = {};
    return source_->Volume(named_, Series(), input, operation, timings, progress);
  }

  CpuSlots slots_{2, 16};
  IdleSlots parallel_{slots_, 1};
  TestArchive* archive_;
  ArchiveSet::Named named_;
  std::unique_ptr<metrics::Metrics> metrics_;
  std::unique_ptr<ArchiveVolumeSource> source_;
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_ARCHIVE_VOLUME_SOURCE_FIXTURE_H_
