#include "render/volume_probe.h"

#include "gtest/gtest.h"
#include "render/test_volumes.h"

namespace vitrine::render {
namespace {

using image::Vector3;

// Linear in the voxel coordinates, so that interpolation has an exact answer.
double Slope(const Vector3& voxel) { return 3 * voxel.x - 5 * voxel.y + 40 * voxel.z; }

VolumeJob Job(const std::shared_ptr<const image::Volume>& volume) {
  VolumeJob job;
  job.volume = volume;
  job.origin = {0.25, 1.5, 1};
  job.right = {0.5, 0, 0};
  job.down = {0, 0.75, 0.25};
  job.width = 4;
  job.height = 4;
  return job;
}

image::Lattice Lattice(int columns, int rows, int slices) {
  return {columns, rows, slices, {1, 2, 3}, {2, 0, 0}, {0, 3, 0}, {0, 0, 1}};
}

TEST(VolumeProbe, InterpolatesAndRescales) {
  auto volume = std::const_pointer_cast<image::Volume>(FillVolume(Lattice(8, 9, 6), image::SampleType::kInt16, Slope));
  volume->rescale = {2, -1024};
  VolumeJob job = Job(volume);
  for (const Interpolation interpolation : {Interpolation::kLinear, Interpolation::kCubic}) {
    job.interpolation = interpolation;
    const VolumeProbe probe(job);
    for (int v = 0; v < 4; ++v) {
      for (int u = 0; u < 4; ++u) {
        const double expected = 2 * Slope({0.25 + 0.5 * u, 1.5 + 0.75 * v, 1 + 0.25 * v}) - 1024;
        // Catmull-Rom repeats the first voxel at the edge, where a slope is no longer one.
        if (interpolation == Interpolation::kCubic && u < 2) continue;
        ASSERT_TRUE(probe.ValueOf(u, v).has_value());
        EXPECT_NEAR(*probe.ValueOf(u, v), expected, 1e-9) << u << " " << v;
      }
    }
  }
}

TEST(VolumeProbe, ReducesTheSamplesThatCount) {
  const auto volume = FillVolume(Lattice(8, 9, 6), image::SampleType::kFloat32, Slope);
  VolumeJob job = Job(volume);
  job.origin = {1, 1, -2};  // Samples 0 and 1 are in front of the volume.
  job.down = {0, 1, 0};
  job.step = {0, 0, 1};
  job.samples = 6;
  const double base = 3 - 5;
  job.reduction = Reduction::kMaximum;
  EXPECT_DOUBLE_EQ(*VolumeProbe(job).ValueOf(0, 0), base + 40 * 3);
  job.reduction = Reduction::kMinimum;
  EXPECT_DOUBLE_EQ(*VolumeProbe(job).ValueOf(0, 0), base);
  job.reduction = Reduction::kMean;
  EXPECT_DOUBLE_EQ(*VolumeProbe(job).ValueOf(0, 0), base + 40 * 1.5);
}

TEST(VolumeProbe, HasNoValueOutsideNorInPadding) {
  const auto volume =
      FillVolume(Lattice(8, 9, 6), image::SampleType::kInt16, Slope, [](const Vector3& voxel) { return voxel.x >= 4; });
  VolumeJob job = Job(volume);
  job.origin = {0, 2, 2};
  job.right = {1, 0, 0};
  job.down = {0, 1, 0};
  EXPECT_TRUE(VolumeProbe(job).ValueOf(3, 0).has_value());
  EXPECT_FALSE(VolumeProbe(job).ValueOf(4, 0).has_value());
  EXPECT_FALSE(VolumeProbe(job).ValueOf(-1, 0).has_value());
  EXPECT_FALSE(VolumeProbe(job).ValueOf(0, 7).has_value());
  job.crop = image::Box{{2.5, 0, 0}, {100, 100, 100}};  // Voxel 0 is at x = 1 mm, voxel 1 at 3 mm.
  EXPECT_FALSE(VolumeProbe(job).ValueOf(0, 0).has_value());
  EXPECT_TRUE(VolumeProbe(job).ValueOf(1, 0).has_value());
}

}  // namespace
}  // namespace vitrine::render
