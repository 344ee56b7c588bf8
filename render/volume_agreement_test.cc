// Every backend's planes, slabs and projections against the slow twin.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/parallel.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "render/reference/reference_volume.h"
#include "render/simd/chosen_kernels.h"
#include "render/simd/simd_renderer.h"
#include "render/test_volumes.h"

namespace vitrine::render {
namespace {

using image::Raster;
using image::SampleType;

constexpr int kMaximumDifference8 = 1;
constexpr int kMaximumDifference16 = 257;  // 1/255 too.

int SampleOf(const Raster& raster, size_t i) {
  if (raster.bits == 8) return raster.samples[i];
  return reinterpret_cast<const uint16_t*>(raster.samples.data())[i];
}

std::vector<std::string> KernelNames() {
  std::vector<std::string> names;
  for (const simd::KernelChoice& choice : simd::KernelChoices()) names.push_back(choice.name);
  return names;
}

class VolumeAgreement : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    for (const simd::KernelChoice& choice : simd::KernelChoices()) {
      if (choice.name == GetParam()) kernels_.emplace(choice);
    }
  }

  void ExpectAgreement(const VolumeJob& job, const std::string& what) {
    SCOPED_TRACE(what);
    ASSERT_OK_AND_ASSIGN(const Raster expected, RenderVolumeReference(job, Operation{}));
    ASSERT_OK_AND_ASSIGN(const Raster actual, backend_.RenderVolume(job, Operation{}));
    ASSERT_EQ(actual.width, job.width);
    ASSERT_EQ(actual.height, job.height);
    ASSERT_EQ(actual.channels, 1);
    ASSERT_EQ(actual.bits, job.bits);
    ASSERT_EQ(actual.samples.size(), expected.samples.size());
    int maximum = 0;
    int64_t at = 0;
    for (int64_t i = 0; i < int64_t{job.width} * job.height; ++i) {
      const int difference = std::abs(SampleOf(expected, i) - SampleOf(actual, i));
      if (difference > maximum) at = i;
      maximum = std::max(maximum, difference);
      differing_ += difference > (job.bits == 8 ? 0 : kMaximumDifference16 / 16);
      ++pixels_;
    }
    EXPECT_LE(maximum, job.bits == 8 ? kMaximumDifference8 : kMaximumDifference16)
        << "pixel (" << at % job.width << ", " << at / job.width << "): " << SampleOf(actual, at) << " instead of "
        << SampleOf(expected, at);
  }

  void ExpectAgreementOfCases(std::shared_ptr<const image::Volume> volume, const std::string& what) {
    for (const NamedVolumeJob& named : VolumeCases(volume))
      ExpectAgreement(named.job, absl::StrCat(what, ", ", named.name));
  }

  // Nearly every pixel is the very same.
  void TearDown() override { EXPECT_LE(differing_ * 100, pixels_) << differing_ << " of " << pixels_; }

  Serial serial_;
  std::optional<simd::ChosenKernels> kernels_;
  SimdRenderer backend_{serial_};
  int64_t differing_ = 0;
  int64_t pixels_ = 0;
};

TEST_P(VolumeAgreement, EveryLattice) {
  for (const NamedLattice& named : LatticeCases()) {
    ExpectAgreementOfCases(MakePhantom(named.lattice, SampleType::kInt16, PhantomPadding::kNone), named.name);
  }
}

TEST_P(VolumeAgreement, EverySampleType) {
  for (const SampleType type : {SampleType::kUint8, SampleType::kUint16, SampleType::kFloat32}) {
    ExpectAgreementOfCases(MakePhantom(LatticeCases()[2].lattice, type, PhantomPadding::kNone),
                           absl::StrCat("type ", static_cast<int>(type)));
  }
}

TEST_P(VolumeAgreement, Padding) {
  for (const SampleType type : {SampleType::kUint8, SampleType::kUint16, SampleType::kInt16, SampleType::kFloat32}) {
    ExpectAgreementOfCases(MakePhantom(LatticeCases()[0].lattice, type, PhantomPadding::kAnywhere),
                           absl::StrCat("padding, type ", static_cast<int>(type)));
  }
  for (const NamedLattice& named : LatticeCases()) {
    ExpectAgreementOfCases(MakePhantom(named.lattice, SampleType::kInt16, PhantomPadding::kAround),
                           absl::StrCat("padding around, ", named.name));
  }
}

TEST_P(VolumeAgreement, VolumeWithoutAnyVoxelThatCounts) {
  const auto everywhere = [](const image::Vector3&) { return true; };
  const auto zero = [](const image::Vector3&) { return 0.0; };
  ExpectAgreementOfCases(FillVolume(LatticeCases()[0].lattice, SampleType::kInt16, zero, everywhere), "all padding");
}

TEST_P(VolumeAgreement, PositionsDeepInALargeVolume) {
  const image::Lattice lattice{700, 600, 30, {0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  ExpectAgreementOfCases(MakePhantom(lattice, SampleType::kUint16, PhantomPadding::kNone), "large");
}

// A volume of which only the pages around some voxels take memory: a ball at the far end.
std::shared_ptr<const image::Volume> MakeSparse(int columns, int rows, int slices, SampleType type) {
  image::Volume volume;
  volume.lattice = {columns, rows, slices, {0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  volume.type = type;
  volume.voxels = image::VoxelBuffer(volume.voxel_count() * image::BytesPerSample(type));
  for (int k = std::max(slices - 12, 0); k < slices; ++k) {
    for (int j = rows - 24; j < rows; ++j) {
      const size_t row = (static_cast<size_t>(k) * rows + j) * columns;
      for (int i = columns - 40; i < columns; ++i) {
        const int value = 1000 + 37 * (columns - i) + 11 * (rows - j) * (slices - k) % 500;
        if (type == SampleType::kUint16) {
          reinterpret_cast<uint16_t*>(volume.voxels.data())[row + i] = static_cast<uint16_t>(value);
        } else {
          reinterpret_cast<float*>(volume.voxels.data())[row + i] = static_cast<float>(value);
        }
      }
    }
  }
  return std::make_shared<const image::Volume>(std::move(volume));
}

VolumeJob FarEnd(std::shared_ptr<const image::Volume> volume) {
  const image::Lattice& lattice = volume->lattice;
  VolumeJob job;
  job.origin = {lattice.columns - 36.0, lattice.rows - 25.0, lattice.slices - 8.0};
  job.right = {0.7, 0.1, 0.05};
  job.down = {-0.1, 0.6, 0.1};
  job.step = {0.1, -0.3, 0.4};
  job.samples = 9;
  job.width = 50;
  job.height = 40;
  job.tone.voi = image::Window{2000, 1000, image::VoiFunction::kLinear};
  job.volume = std::move(volume);
  return job;
}

TEST_P(VolumeAgreement, VolumesOfMoreBytesThanAGatherReaches) {
  VolumeJob job = FarEnd(MakeSparse(1100, 1050, 1000, SampleType::kUint16));  // 2.3 GB.
  ExpectAgreement(job, "slab");
  job.samples = 1;
  ExpectAgreement(job, "plane");
  job.right = {0, 0, -25};  // Lines far apart: from the last slice to the first.
  ExpectAgreement(job, "across the slices");
}

TEST_P(VolumeAgreement, SlicesOfMoreBytesThanAGatherReaches) {
  VolumeJob job = FarEnd(MakeSparse(30000, 18000, 2, SampleType::kFloat32));  // 2.2 GB each.
  ExpectAgreement(job, "slab");
  job.samples = 1;
  ExpectAgreement(job, "plane");
}

INSTANTIATE_TEST_SUITE_P(Backends, VolumeAgreement, ::testing::ValuesIn(KernelNames()),
                         [](const auto& info) { return info.param; });

}  // namespace
}  // namespace vitrine::render
