// Real series from a folder, against what pydicom 2.3.1 reads of them: slices sorted by Image Position (Patient),
// numpy.stack() of pixel_array, and sums over that.

#include <cstdlib>
#include <numeric>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "fetch/make_archive.h"
#include "gtest/gtest.h"
#include "service/handler/archive_volume_source.h"

namespace vitrine::service {
namespace {

struct Expected {
  const char* folder;
  const char* study;
  const char* series;
  image::Lattice lattice;
  double intercept;       // The slope is 1.
  uint64_t sum;           // Of all stored values.
  uint64_t weighted_sum;  // Each times its index in the array modulo 65521.
  int maximum;
  double window_center, window_width;
};

const Expected kSeries[] = {
    {"ct_chest_lidc",
     "1.3.6.1.4.1.14519.5.2.1.6279.6001.265704884949271879044145982159",
     "1.3.6.1.4.1.14519.5.2.1.6279.6001.154677396354641150280013275227",
     {512, 512, 275, {-201, -59, -679.800049}, {0.78125, 0, 0}, {0, 0.78125, 0}, {0, 0, 1}},
     -1000,
     27395965204,
     894048929109910,
     2979,
     -450,
     2000},
    {"ct_head_phantom",
     "1.3.46.670589.33.1.27492712521914879309.27169771283235650014",
     "1.3.46.670589.33.1.3963937485511329090.25659488233390035616",
     {512, 512, 140, {-115.5, -1.85, 694.21}, {0.451171875, 0, 0}, {0, 0.451171875, 0}, {0, 0, 1}},
     -1024,
     7090261909,
     231818126561488,
     2057,
     40,
     80},
};

void ExpectNear(const image::Vector3& actual, const image::Vector3& expected) {
  EXPECT_NEAR(actual.x, expected.x, 1e-6);
  EXPECT_NEAR(actual.y, expected.y, 1e-6);
  EXPECT_NEAR(actual.z, expected.z, 1e-6);
}

class RealVolumeTest : public ::testing::TestWithParam<Expected> {};

TEST_P(RealVolumeTest, IsWhatPydicomReads) {
  const char* const data = std::getenv("VITRINE_TEST_DATA");
  if (data == nullptr) GTEST_SKIP() << "VITRINE_TEST_DATA is not set";
  const Expected& expected = GetParam();
  ASSERT_OK_AND_ASSIGN(auto folder, fetch::MakeArchive(absl::StrCat("dir:", data, "/", expected.folder), {}));
  const ArchiveSet::Named archive = {"folder", std::move(folder)};
  CpuSlots slots(2, 16);
  IdleSlots parallel(slots, 2);
  metrics::Metrics metrics;
  ArchiveVolumeSource source({}, slots, parallel, metrics);
  v1::Target target;
  target.set_study_instance_uid(expected.study);
  target.set_series_instance_uid(expected.series);
  Timings timings = {};
  ASSERT_OK_AND_ASSIGN(const auto loaded, source.Volume(archive, target, {}, {}, timings));

  const image::Volume& volume = loaded->volume;
  EXPECT_EQ(volume.lattice.columns, expected.lattice.columns);
  EXPECT_EQ(volume.lattice.rows, expected.lattice.rows);
  ASSERT_EQ(volume.lattice.slices, expected.lattice.slices);
  ExpectNear(volume.lattice.origin, expected.lattice.origin);
  ExpectNear(volume.lattice.column_step, expected.lattice.column_step);
  ExpectNear(volume.lattice.row_step, expected.lattice.row_step);
  ExpectNear(volume.lattice.slice_step, expected.lattice.slice_step);
  EXPECT_EQ(volume.rescale.slope, 1);
  EXPECT_EQ(volume.rescale.intercept, expected.intercept);
  EXPECT_TRUE(volume.padding.empty());
  ASSERT_EQ(volume.type, image::SampleType::kUint16);
  const auto* const voxels = volume.data<uint16_t>();
  uint64_t sum = 0;
  uint64_t weighted_sum = 0;
  for (size_t i = 0; i < volume.voxel_count(); ++i) {
    sum += voxels[i];
    weighted_sum += voxels[i] * (i % 65521);
  }
  EXPECT_EQ(sum, expected.sum);
  EXPECT_EQ(weighted_sum, expected.weighted_sum);
  float maximum = 0;
  for (const image::Bricks::Extremes& brick : volume.bricks().extremes) maximum = std::max(maximum, brick.maximum);
  EXPECT_EQ(maximum, expected.maximum);
  EXPECT_EQ(loaded->modality, "CT");
  ASSERT_FALSE(loaded->windows.empty());
  EXPECT_EQ(loaded->windows[0].center, expected.window_center);
  EXPECT_EQ(loaded->windows[0].width, expected.window_width);

  v1::DescribeSeriesResponse response;
  ASSERT_THAT(source.Describe(archive, target, {}, response), testing::IsOk());
  EXPECT_EQ(response.volumes_size(), 1);
  EXPECT_EQ(response.left_out_size(), 0);
}

INSTANTIATE_TEST_SUITE_P(Series, RealVolumeTest, ::testing::ValuesIn(kSeries),
                         [](const auto& info) { return std::string(info.param.folder); });

}  // namespace
}  // namespace vitrine::service
