// The slow twin against volumes whose answers are known by formula.

#include "render/reference/reference_volume.h"

#include <cmath>
#include <memory>
#include <optional>

#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "render/test_volumes.h"

namespace vitrine::render {
namespace {

using image::Dot;
using image::Lattice;
using image::Length;
using image::Normalized;
using image::SampleType;
using image::Vector3;
using image::Volume;

// Neither orthogonal nor along the patient's axes.
const Lattice kSheared = {30, 26, 22, {-12, 7, 40}, {0.8, 0.1, 0}, {-0.1, 0.7, 0.2}, {0.1, 0.4, 1.6}};
const Vector3 kInside[] = {{10, 9, 8}, {3.25, 20.5, 11.75}, {17.1, 4.7, 19.3}, {1.001, 23.9, 1.5}};

// value(position in mm) at every voxel.
std::shared_ptr<const Volume> FillByPosition(const Lattice& lattice,
                                             const std::function<double(const Vector3&)>& value) {
  return FillVolume(lattice, SampleType::kFloat32,
                    [&](const Vector3& voxel) { return value(ToPatient(lattice, voxel)); });
}

double At(const Volume& volume, Interpolation interpolation, const Vector3& voxel) {
  return Interpolate(volume, interpolation, voxel).value_or(std::nan(""));
}

// Pixels of 16 bits through the range [low, high], as values again.
double Pixel(VolumeJob job, double low, double high, int u, int v) {
  job.tone.voi = image::Range{low, high};
  job.bits = 16;
  const auto raster = RenderVolumeReference(job, Operation{});
  if (!raster.ok()) return std::nan("");
  const auto* samples = reinterpret_cast<const uint16_t*>(raster->samples.data());
  return low + (high - low) * samples[v * job.width + u] / 65535.0;
}

TEST(ReferenceVolume, ReproducesLinearRampsAtAnyObliquity) {
  const auto ramp = [](const Vector3& p) { return 3 + Dot({1.5, -2.25, 0.75}, p); };
  const auto volume = FillByPosition(kSheared, ramp);
  for (const Vector3& voxel : kInside) {
    const double expected = ramp(ToPatient(kSheared, voxel));
    EXPECT_NEAR(At(*volume, Interpolation::kLinear, voxel), expected, 1e-5);
    EXPECT_NEAR(At(*volume, Interpolation::kCubic, voxel), expected, 1e-5);
  }
}

TEST(ReferenceVolume, ShowsDistancesFromAnObliquePlane) {
  const Vector3 normal = Normalized({1, 2, -2});
  const Vector3 on_plane = ToPatient(kSheared, {14, 13, 10});
  const auto volume = FillByPosition(kSheared, [&](const Vector3& p) { return Dot(normal, p - on_plane); });
  // A view along the plane's normal: each row is 0.25 mm farther from the plane.
  const Vector3 across = Normalized({2, -1, 0});
  VolumeJob job;
  job.volume = volume;
  job.width = 9;
  job.height = 17;
  const image::Matrix3 to_voxel = Inverse(kSheared.steps());
  job.right = to_voxel * (0.5 * across);
  job.down = to_voxel * (0.25 * normal);
  job.origin = ToVoxel(kSheared, on_plane - 2.0 * across - 2.0 * normal);
  for (const int u : {0, 4, 8}) {
    for (const int v : {0, 5, 8, 16}) EXPECT_NEAR(Pixel(job, -4, 4, u, v), (v - 8) * 0.25, 2e-4) << u << ", " << v;
  }
}

TEST(ReferenceVolume, ReducesSlabsOfARampToItsEndsAndItsMiddle) {
  const Lattice lattice = {12, 11, 30, {0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 2}};
  VolumeJob job;
  job.volume = FillByPosition(lattice, [](const Vector3& p) { return 10 * p.z; });
  job.origin = {5, 5, 4};
  job.step = {0, 0, 0.5};
  job.samples = 21;
  job.width = job.height = 1;
  job.reduction = Reduction::kMinimum;
  EXPECT_NEAR(Pixel(job, 0, 1000, 0, 0), 80, 0.02);
  job.reduction = Reduction::kMaximum;
  EXPECT_NEAR(Pixel(job, 0, 1000, 0, 0), 280, 0.02);
  job.reduction = Reduction::kMean;
  EXPECT_NEAR(Pixel(job, 0, 1000, 0, 0), 180, 0.02);
  // Half of the slab is beyond the last face, voxel coordinate 29.5: samples 24 to 29 and, clamped, 29.5 count.
  job.origin.z = 24;
  EXPECT_NEAR(Pixel(job, 0, 1000, 0, 0), (480 + 580) / 2.0 * 11 / 12 + 580 / 12.0, 0.02);
}

TEST(ReferenceVolume, ProjectsABallToItsChords) {
  const Lattice lattice = {120, 120, 60, {-29.75, -29.75, -29.5}, {0.5, 0, 0}, {0, 0.5, 0}, {0, 0, 1}};
  // Its edge is two millimetres wide, so that voxels sample it well.
  const auto ball = [](const Vector3& p) { return std::min(std::max((20 - Length(p)) / 2 + 0.5, 0.0), 1.0); };
  VolumeJob job;
  job.volume = FillByPosition(lattice, ball);
  job.reduction = Reduction::kMean;
  job.samples = 400;
  job.width = job.height = 1;
  const Vector3 directions[] = {{0, 0, 1}, {1, 0, 0}, Normalized({1, 2, 3}), Normalized({-2, 1, 0.5})};
  for (const Vector3& direction : directions) {
    const Vector3 across = Normalized(Cross(direction, {0.3, -0.8, 0.1}));
    for (const double distance : {0.0, 8.0, 15.0, 25.0}) {
      // 400 samples in 50 mm, none outside the volume.
      const Vector3 start = distance * across - 25.0 * direction;
      job.origin = ToVoxel(lattice, start + 0.0625 * direction);
      job.step = Inverse(lattice.steps()) * (0.125 * direction);
      const double chord = distance < 20 ? 2 * std::sqrt(400 - distance * distance) : 0;
      EXPECT_NEAR(Pixel(job, 0, 1, 0, 0) * 50, chord, 0.3) << distance;
    }
  }
}

TEST(ReferenceVolume, CubicWeightsAreCatmullRom) {
  const Lattice lattice = {9, 1, 1, {0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  const auto impulse = FillByPosition(lattice, [](const Vector3& p) { return p.x == 4 ? 1.0 : 0.0; });
  const auto at = [&](double x) { return At(*impulse, Interpolation::kCubic, {x, 0, 0}); };
  EXPECT_DOUBLE_EQ(at(4), 1);
  EXPECT_DOUBLE_EQ(at(4.5), 9.0 / 16);
  EXPECT_DOUBLE_EQ(at(3.5), 9.0 / 16);
  EXPECT_DOUBLE_EQ(at(2.5), -1.0 / 16);
  EXPECT_DOUBLE_EQ(at(5.25), -9.0 / 128);
  EXPECT_DOUBLE_EQ(at(5), 0);
  EXPECT_DOUBLE_EQ(at(6.5), 0);
}

TEST(ReferenceVolume, ClampsBetweenTheOuterCentresAndTheFaces) {
  const Lattice lattice = {4, 1, 1, {0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  VolumeJob job;
  job.volume = FillByPosition(lattice, [](const Vector3& p) { return 10 + p.x; });
  job.origin = {-0.6, 0, 0};
  job.right = {0.15, 0, 0};
  job.width = 30;
  job.height = 1;
  job.tone.invert = true;
  job.tone.voi = image::Range{0, 100};
  ASSERT_OK_AND_ASSIGN(const image::Raster raster, RenderVolumeReference(job, Operation{}));
  EXPECT_EQ(raster.samples[0], 0);                          // -0.6: outside, black although inverted.
  EXPECT_EQ(raster.samples[1], std::lround(0.9 * 255));     // -0.45.
  EXPECT_EQ(raster.samples[3], std::lround(0.9 * 255));     // -0.15.
  EXPECT_EQ(raster.samples[14], std::lround(0.885 * 255));  // 1.5.
  EXPECT_EQ(raster.samples[26], std::lround(0.87 * 255));   // 3.3.
  EXPECT_EQ(raster.samples[28], 0);                         // 3.6.
}

TEST(ReferenceVolume, LeavesPaddingOut) {
  const Lattice lattice = {4, 1, 1, {0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  const auto volume = FillVolume(
      lattice, SampleType::kInt16, [](const Vector3& voxel) { return 100 * (voxel.x + 1); },
      [](const Vector3& voxel) { return voxel.x == 2; });
  const auto at = [&](double x) { return Interpolate(*volume, Interpolation::kLinear, {x, 0, 0}); };
  EXPECT_DOUBLE_EQ(at(0.5).value(), 150);
  EXPECT_DOUBLE_EQ(at(1.3).value(), 200);
  EXPECT_DOUBLE_EQ(at(1.5).value(), 200);
  EXPECT_DOUBLE_EQ(at(1.5 + 1e-9).value(), 200);
  EXPECT_EQ(at(1.6), std::nullopt);
  EXPECT_EQ(at(2), std::nullopt);
  EXPECT_EQ(at(2.4), std::nullopt);
  EXPECT_DOUBLE_EQ(at(2.6).value(), 400);
  // The weights at 1.5 are -1, 9, 9 and -1 sixteenths.
  const auto cubic = Interpolate(*volume, Interpolation::kCubic, {1.5, 0, 0});
  EXPECT_DOUBLE_EQ(cubic.value(), (-100 + 9 * 200 - 400) / 7.0);
}

TEST(ReferenceVolume, GradientsOfQuadraticsAreExactInShearedLattices) {
  const Vector3 center = ToPatient(kSheared, {12, 11, 9});
  const auto quadratic = [&](const Vector3& p) {
    const Vector3 q = p - center;
    return 0.5 * q.x * q.x - q.y * q.y + 0.25 * q.x * q.z + 3 * q.y + 2 * q.z;
  };
  const auto filled = FillByPosition(kSheared, quadratic);
  Volume scaled;
  scaled.lattice = kSheared;
  scaled.type = SampleType::kFloat32;
  scaled.voxels = image::VoxelBuffer(filled->voxels.size());
  std::copy_n(filled->voxels.data(), filled->voxels.size(), scaled.voxels.data());
  scaled.rescale = {2, -1000};
  for (const Vector3& voxel : kInside) {
    const Vector3 q = ToPatient(kSheared, voxel) - center;
    const Vector3 expected = 2.0 * Vector3{q.x + 0.25 * q.z, -2 * q.y + 3, 0.25 * q.x + 2};
    EXPECT_LT(Length(Gradient(scaled, voxel) - expected), 1e-3) << voxel.x;
  }
}

TEST(ReferenceVolume, GradientsAtTheFacesAreOfClampedNeighbours) {
  const Lattice lattice = {5, 1, 1, {0, 0, 0}, {2, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  const auto volume = FillByPosition(lattice, [](const Vector3& p) { return 3 * p.x; });
  EXPECT_NEAR(Gradient(*volume, {2.5, 0, 0}).x, 3, 1e-6);
  EXPECT_NEAR(Gradient(*volume, {0, 0, 0}).x, 1.5, 1e-6);
  EXPECT_NEAR(Gradient(*volume, {4, 0, 0}).x, 1.5, 1e-6);
  EXPECT_NEAR(Gradient(*volume, {2.5, 0, 0}).y, 0, 1e-6);
}

TEST(ReferenceVolume, CompositesAbsorbByTheMillimetre) {
  const Lattice lattice = {3, 3, 20, {0, 0, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  image::TransferFunction function;
  function.points = {{0, 1, 0.5, 0.25, 0.5}, {1, 1, 0.5, 0.25, 0.5}};
  function.shaded = false;
  VolumeJob job;
  job.volume = FillByPosition(lattice, [](const Vector3&) { return 1.0; });
  job.reduction = Reduction::kComposite;
  job.transfer_function = std::make_shared<const image::TransferFunction>(function);
  job.origin = {1, 1, 1};
  job.width = job.height = 1;
  for (const int samples_per_mm : {1, 2, 8}) {  // 2 mm of material, of which each lets one half through.
    job.step = {0, 0, 1.0 / samples_per_mm};
    job.samples = 2 * samples_per_mm;
    ASSERT_OK_AND_ASSIGN(const image::Raster raster, RenderVolumeReference(job, Operation{}));
    EXPECT_EQ(raster.samples[0], std::lround(0.75 * 255));
    EXPECT_EQ(raster.samples[1], std::lround(0.375 * 255));
    EXPECT_EQ(raster.samples[2], std::lround(0.1875 * 255));
  }
}

}  // namespace
}  // namespace vitrine::render
