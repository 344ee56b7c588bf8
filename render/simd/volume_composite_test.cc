#include "render/simd/volume_composite.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>

#include "base/parallel.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "render/reference/reference_volume.h"

namespace vitrine::render {
namespace {

using image::Lattice;
using image::SampleType;
using image::TransferFunction;
using image::Vector3;
using image::Volume;
using ::vitrine::testing::StatusIs;

// Modality value at voxel coordinates.
using Field = std::function<double(const Vector3&)>;

struct Phantom {
  Lattice lattice{40, 36, 30, {-20, -18, -15}, {0.8, 0, 0}, {0, 0.8, 0}, {0, 0, 1.1}};
  SampleType type = SampleType::kInt16;
  image::Rescale rescale{1, -1024};
  std::function<bool(int, int, int)> is_padding;
};

void Store(Volume& volume, size_t index, double stored) {
  switch (volume.type) {
    case SampleType::kUint8:
      volume.voxels.data()[index] = static_cast<uint8_t>(std::clamp(std::round(stored), 0.0, 255.0));
      return;
    case SampleType::kUint16:
      reinterpret_cast<uint16_t*>(volume.voxels.data())[index] = static_cast<uint16_t>(std::round(stored));
      return;
    case SampleType::kInt16:
      reinterpret_cast<int16_t*>(volume.voxels.data())[index] = static_cast<int16_t>(std::round(stored));
      return;
    case SampleType::kFloat32: reinterpret_cast<float*>(volume.voxels.data())[index] = static_cast<float>(stored);
  }
}

std::shared_ptr<Volume> Make(const Phantom& phantom, const Field& field) {
  auto volume = std::make_shared<Volume>();
  const Lattice& lattice = phantom.lattice;
  volume->lattice = lattice;
  volume->type = phantom.type;
  volume->rescale = phantom.rescale;
  volume->voxels = image::VoxelBuffer(volume->voxel_count() * image::BytesPerSample(phantom.type));
  if (phantom.is_padding) volume->padding.resize((volume->voxel_count() + 63) / 64);
  double smallest = 1e300;
  for (const bool padding : {false, true}) {
    for (int k = 0; k < lattice.slices; ++k) {
      for (int j = 0; j < lattice.rows; ++j) {
        for (int i = 0; i < lattice.columns; ++i) {
          const size_t index = (static_cast<size_t>(k) * lattice.rows + j) * lattice.columns + i;
          if (phantom.is_padding && phantom.is_padding(i, j, k) != padding) continue;
          const double value = field({1.0 * i, 1.0 * j, 1.0 * k});
          const double stored = (value - phantom.rescale.intercept) / phantom.rescale.slope;
          if (!padding) smallest = std::min(smallest, stored);
          Store(*volume, index, padding ? smallest : stored);
          if (padding) volume->padding[index / 64] |= uint64_t{1} << index % 64;
        }
      }
    }
    if (!phantom.is_padding) break;
  }
  ComputeBricks(*volume);
  return volume;
}

// From `inside` at the middle to `outside`, over `softness` voxels around `radius`.
Field Sphere(double radius, double softness, double inside, double outside) {
  return [=](const Vector3& p) {
    const double distance = Length(p - Vector3{19, 17, 14.5});
    const double t = std::clamp((radius - distance) / softness + 0.5, 0.0, 1.0);
    return outside + t * (inside - outside);
  };
}

// Bone in muscle in air, none of them concentric.
double NestedSpheres(const Vector3& p) {
  const auto within = [&p](double radius, const Vector3& center) {
    return std::clamp((radius - Length(p - center)) / 1.5 + 0.5, 0.0, 1.0);
  };
  double value = -1000 + 1040 * within(13, {20, 17, 14});
  value += 800 * within(5, {17, 19, 15});
  value += 300 * within(2.5, {26, 13, 11});
  return value;
}

// Values that repeat nowhere and jump from voxel to voxel.
double Noise(const Vector3& p) {
  auto seed = static_cast<uint32_t>(p.x * 73856093) ^ static_cast<uint32_t>(p.y * 19349663) ^
              static_cast<uint32_t>(p.z * 83492791);
  seed = (seed ^ seed >> 15) * 0x2c1b3c6du;
  return (seed >> 8) % 2000 - 1000.0;
}

TransferFunction Bone() {
  TransferFunction function;
  function.points = {
      {150, 0.5, 0.2, 0.1, 0}, {250, 0.7, 0.5, 0.3, 0.1}, {500, 1, 0.9, 0.7, 0.7}, {3000, 1, 1, 1, 0.95}};
  return function;
}

TransferFunction Translucent() {
  TransferFunction function;
  function.points = {
      {-900, 0.2, 0.5, 0.9, 0}, {-200, 0.3, 0.9, 0.4, 0.03}, {100, 0.9, 0.2, 0.3, 0.08}, {900, 1, 1, 0.9, 0.3}};
  return function;
}

// Two shells with clear space between, with ramps of `ramp`.
TransferFunction Shells(double ramp) {
  TransferFunction function;
  function.points = {{-501 - ramp, 0.9, 0.3, 0.2, 0}, {-501, 0.9, 0.3, 0.2, 0.5},   {-480, 0.9, 0.6, 0.2, 0.5},
                     {-480 + ramp, 0.9, 0.6, 0.2, 0}, {300 - ramp, 0.1, 0.4, 1, 0}, {300, 0.1, 0.4, 1, 0.9}};
  return function;
}

TransferFunction Unshaded(TransferFunction function) {
  function.shaded = false;
  return function;
}

// The whole volume in parallel projection along `forward` (mm, any length), `step_mm` between samples.
VolumeJob View(std::shared_ptr<const Volume> volume, const TransferFunction& function, Vector3 forward,
               double step_mm) {
  constexpr int kSize = 48;
  const Lattice& lattice = volume->lattice;
  forward = Normalized(forward);
  const Vector3 right = Normalized(Cross(forward, std::abs(forward.z) > 0.9 ? Vector3{0, 1, 0} : Vector3{0, 0, 1}));
  const Vector3 down = Cross(forward, right);
  const image::Box box = BoundingBox(lattice);
  const double extent = Length(box.maximum - box.minimum);
  const double pixel = 0.75 * extent / kSize;
  const Vector3 start = 0.5 * (box.minimum + box.maximum) - (0.5 * extent) * forward -
                        (0.5 * (kSize - 1) * pixel) * right - (0.5 * (kSize - 1) * pixel) * down;
  const image::Matrix3 to_voxels = Inverse(lattice.steps());
  VolumeJob job;
  job.origin = ToVoxel(lattice, start);
  job.right = to_voxels * (pixel * right);
  job.down = to_voxels * (pixel * down);
  job.step = to_voxels * (step_mm * forward);
  job.samples = static_cast<int>(extent / step_mm) + 1;
  job.width = kSize;
  job.height = kSize - 1;
  job.volume = std::move(volume);
  job.transfer_function = std::make_shared<const TransferFunction>(function);
  job.reduction = Reduction::kComposite;
  return job;
}

constexpr Vector3 kAnterior{0, 1, 0};
constexpr Vector3 kFromTheLeft{-1, 0, 0};
constexpr Vector3 kFromTheHead{0, 0, -1};
constexpr Vector3 kOblique{-0.4, 0.8, -0.35};

struct Difference {
  double mean = 0;
  int maximum = 0;
  double brightness = 0;
};

Difference Compare(const image::Raster& a, const image::Raster& b) {
  Difference difference;
  for (size_t i = 0; i < a.samples.size(); ++i) {
    const int d = std::abs(a.samples[i] - b.samples[i]);
    difference.mean += d;
    difference.maximum = std::max(difference.maximum, d);
    difference.brightness += a.samples[i];
  }
  difference.mean /= a.samples.size();
  difference.brightness /= a.samples.size();
  return difference;
}

void ExpectAgreement(const VolumeJob& job, const std::string& what) {
  SCOPED_TRACE(what);
  ASSERT_OK_AND_ASSIGN(const image::Raster expected, RenderVolumeReference(job, {}));
  Serial serial;
  ASSERT_OK_AND_ASSIGN(const image::Raster actual, simd::RenderComposite(job, serial, {}));
  ASSERT_EQ(actual.width, job.width);
  ASSERT_EQ(actual.height, job.height);
  ASSERT_EQ(actual.channels, 3);
  ASSERT_EQ(actual.bits, 8);
  ASSERT_EQ(actual.samples.size(), expected.samples.size());
  const Difference difference = Compare(expected, actual);
  EXPECT_GT(difference.brightness, 1) << "a picture of nothing proves nothing";
  EXPECT_LE(difference.mean, 1);
  EXPECT_LE(difference.maximum, 8);
}

void ExpectAgreementFromEverywhere(std::shared_ptr<const Volume> volume, const TransferFunction& function,
                                   const std::string& what) {
  ExpectAgreement(View(volume, function, kAnterior, 0.5), what + ", anterior");
  ExpectAgreement(View(volume, function, kFromTheLeft, 0.5), what + ", from the left");
  ExpectAgreement(View(volume, function, kFromTheHead, 0.5), what + ", from the head");
  ExpectAgreement(View(volume, function, kOblique, 0.4), what + ", oblique");
  ExpectAgreement(View(volume, Unshaded(function), -kOblique, 0.6), what + ", from behind, not shaded");
}

TEST(VolumeComposite, SphereShell) {
  const auto volume = Make({}, Sphere(11, 6, 1000, -1000));
  ExpectAgreementFromEverywhere(volume, Shells(10), "shells");
  ExpectAgreementFromEverywhere(volume, Bone(), "bone");
}

TEST(VolumeComposite, NestedSpheresAreTranslucent) {
  ExpectAgreementFromEverywhere(Make({}, NestedSpheres), Translucent(), "translucent");
}

TEST(VolumeComposite, Ramp) {
  const Field ramp = [](const Vector3& p) { return -900 + 30 * p.x + 12 * p.y - 7 * p.z; };
  ExpectAgreementFromEverywhere(Make({}, ramp), Translucent(), "ramp");
}

TEST(VolumeComposite, Noise) { ExpectAgreementFromEverywhere(Make({}, Noise), Bone(), "noise"); }

TEST(VolumeComposite, EverySampleType) {
  for (const SampleType type : {SampleType::kUint8, SampleType::kUint16, SampleType::kInt16, SampleType::kFloat32}) {
    Phantom phantom;
    phantom.type = type;
    phantom.rescale = type == SampleType::kUint8 ? image::Rescale{8, -1000} : image::Rescale{0.5, -1000};
    ExpectAgreementFromEverywhere(Make(phantom, NestedSpheres), Bone(),
                                  "type " + std::to_string(static_cast<int>(type)));
  }
}

TEST(VolumeComposite, TiltedGantryAndObliqueAcquisition) {
  Phantom phantom;
  phantom.lattice.slice_step = {0.1, 0.5, 1.0};
  ExpectAgreementFromEverywhere(Make(phantom, NestedSpheres), Translucent(), "tilted");
  phantom.lattice.column_step = {0.1, -0.2, -0.8};
  phantom.lattice.row_step = {-0.75, 0.2, 0.1};
  phantom.lattice.slice_step = {0.2, 1.3, -0.1};
  ExpectAgreementFromEverywhere(Make(phantom, NestedSpheres), Bone(), "oblique");
}

TEST(VolumeComposite, ThinVolumes) {
  for (const auto& [columns, rows, slices] :
       {std::array{40, 36, 1}, {40, 1, 30}, {1, 36, 30}, {40, 36, 2}, {3, 3, 3}}) {
    Phantom phantom;
    phantom.lattice = {columns, rows, slices, {}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
    const Field waves = [](const Vector3& p) { return 300 + 300 * std::sin(p.x / 3) * std::cos(p.y / 4 + p.z / 5); };
    ExpectAgreement(View(Make(phantom, waves), Translucent(), kOblique, 0.2),
                    std::to_string(columns) + "x" + std::to_string(rows) + "x" + std::to_string(slices));
  }
}

TEST(VolumeComposite, Padding) {
  Phantom phantom;
  phantom.is_padding = [](int i, int j, int k) { return i + j > 48 || (i - 15) * (i - 15) + (k - 14) * (k - 14) < 12; };
  ExpectAgreementFromEverywhere(Make(phantom, NestedSpheres), Translucent(), "padding");
}

TEST(VolumeComposite, CubicInterpolation) {
  VolumeJob job = View(Make({}, NestedSpheres), Bone(), kOblique, 0.5);
  job.interpolation = Interpolation::kCubic;
  ExpectAgreement(job, "smooth");
  job = View(Make({}, Noise), Bone(), kAnterior, 0.5);
  job.interpolation = Interpolation::kCubic;
  ExpectAgreement(job, "noise");
  Phantom phantom;
  phantom.is_padding = [](int i, int j, int) { return i + j > 40; };
  job = View(Make(phantom, Noise), Translucent(), kAnterior, 0.5);
  job.interpolation = Interpolation::kCubic;
  ExpectAgreement(job, "noise and padding");
}

// Between two voxels of high values cubic interpolation rises above both: nothing but the overshoot is visible.
TEST(VolumeComposite, CubicOvershootIsNotSkipped) {
  const Field plateau = [](const Vector3& p) { return p.x < 18 || p.x > 21 ? 0.0 : 1000.0; };
  TransferFunction function;
  function.points = {{1000.5, 1, 1, 1, 0}, {1020, 1, 1, 1, 1}};
  VolumeJob job = View(Make({}, plateau), function, kOblique, 0.2);
  job.interpolation = Interpolation::kCubic;
  ExpectAgreement(job, "overshoot");
}

TEST(VolumeComposite, CropBox) {
  VolumeJob job = View(Make({}, NestedSpheres), Translucent(), kOblique, 0.4);
  job.crop = image::Box{{-9, -8, -6}, {4, 1, 9}};
  ExpectAgreement(job, "crop");
  job.crop = image::Box{{-9, -4, -100}, {100, 100, 9}};
  ExpectAgreement(job, "crop on some sides");
}

TEST(VolumeComposite, StepSizes) {
  const auto volume = Make({}, NestedSpheres);
  for (const double step : {0.05, 0.3, 1.0, 3.0}) {
    ExpectAgreement(View(volume, Translucent(), kOblique, step), "step " + std::to_string(step));
  }
}

TEST(VolumeComposite, SteepTransferFunctions) {
  const auto volume = Make({}, Sphere(11, 12, 1000, -1000));
  for (const double ramp : {5.0, 1.0, 0.1}) {
    ExpectAgreementFromEverywhere(volume, Shells(ramp), "ramp of " + std::to_string(ramp));
  }
  TransferFunction wide = Shells(1);
  wide.points.push_back({60000, 0.1, 0.4, 1, 0.9});
  ExpectAgreementFromEverywhere(volume, wide, "steep in a wide range");
}

TEST(VolumeComposite, OpacityBelowTheFirstPoint) {
  TransferFunction function;
  function.points = {{-990, 0.2, 0.3, 0.4, 0.05}, {-500, 0, 0, 0, 0}, {700, 0, 0, 0, 0}, {701, 1, 1, 1, 1}};
  ExpectAgreementFromEverywhere(Make({}, NestedSpheres), function, "fog");
}

TEST(VolumeComposite, FractionalSpecularPower) {
  TransferFunction function = Bone();
  function.specular_power = 7.3;
  function.specular = 0.6;
  ExpectAgreementFromEverywhere(Make({}, NestedSpheres), function, "power 7.3");
}

TEST(VolumeComposite, CurvedColumnsOfDifferentStep) {
  VolumeJob job = View(Make({}, NestedSpheres), Translucent(), kAnterior, 0.5);
  for (int u = 0; u < job.width; ++u) {
    const double angle = 0.02 * u;
    job.columns.push_back({job.origin_of(0) + static_cast<double>(u) * job.right,
                           job.down,
                           {0.5 * std::sin(angle), (0.4 + 0.01 * u) * std::cos(angle), 0.05}});
  }
  ExpectAgreement(job, "columns");
}

// Gathers reach 2 GiB. One blob lies at each end of the volume, and every ray meets both.
TEST(VolumeComposite, VolumesBeyond2GiB) {
  auto volume = std::make_shared<Volume>();
  volume->lattice = {1500, 1500, 1000, {}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  volume->type = SampleType::kUint8;
  volume->voxels = image::VoxelBuffer(volume->voxel_count());
  volume->bricks = image::BricksFor(volume->lattice);
  for (const int center : {10, 990}) {
    for (int k = center - 4; k <= center + 4; ++k) {
      for (int j = 1480; j < 1496; ++j) {
        for (int i = 700; i < 716; ++i) {
          const size_t index = (static_cast<size_t>(k) * 1500 + j) * 1500 + i;
          volume->voxels.data()[index] =
              static_cast<uint8_t>(10 * (4 - std::abs(k - center)) + 3 * (i - 700) + j - 1480);
        }
      }
    }
    ComputeBricks(*volume, (center - 4) / image::Bricks::kSize, (center + 5) / image::Bricks::kSize + 1);
  }
  VolumeJob job = View(volume, Translucent(), kAnterior, 1);
  job.transfer_function = std::make_shared<const TransferFunction>(
      TransferFunction{{{5, 0.9, 0.2, 0.1, 0}, {40, 0.9, 0.8, 0.1, 0.05}, {100, 0.1, 0.8, 0.9, 0.1}}});
  job.width = 20;
  job.height = 20;
  job.origin = {698.3, 1478.4, -0.2};
  job.right = {1, 0, 0};
  job.down = {0, 1, 0};
  job.step = {0, 0, 1};
  job.samples = 1000;
  ExpectAgreement(job, "along all of its slices");
  job.step = {0, 0, 980.0 / 3};
  job.samples = 4;
  job.origin.z = 10;
  job.transfer_function = std::make_shared<const TransferFunction>(
      TransferFunction{{{5, 0.9, 0.2, 0.1, 0}, {40, 0.9, 0.8, 0.1, 0.001}, {100, 0.1, 0.8, 0.9, 0.002}}});
  ExpectAgreement(job, "in few, long steps");
}

TEST(VolumeComposite, OneSampleWithoutStepIsClear) {
  VolumeJob job = View(Make({}, NestedSpheres), Bone(), kAnterior, 0.5);
  job.samples = 1;
  job.step = {};
  Serial serial;
  ASSERT_OK_AND_ASSIGN(const image::Raster raster, simd::RenderComposite(job, serial, {}));
  EXPECT_EQ(std::count(raster.samples.begin(), raster.samples.end(), 0), raster.samples.size());
}

// Counts what it is asked to do, and cancels in the middle of it.
class CancelInTheMiddle : public Parallel {
 public:
  explicit CancelInTheMiddle(const Operation& operation) : operation_(operation) {}

  void For(int count, absl::FunctionRef<void(int)> task) override {
    for (int i = 0; i < count; ++i) {
      if (i == count / 2) operation_.cancellation->Cancel();
      task(i);
    }
  }

 private:
  const Operation& operation_;
};

TEST(VolumeComposite, StopsInTheMiddle) {
  const VolumeJob job = View(Make({}, NestedSpheres), Bone(), kAnterior, 0.5);
  const Operation cancelled;
  CancelInTheMiddle middle(cancelled);
  EXPECT_THAT(simd::RenderComposite(job, middle, cancelled), StatusIs(absl::StatusCode::kCancelled));
  Serial serial;
  Operation late;
  late.deadline = absl::InfinitePast();
  EXPECT_THAT(simd::RenderComposite(job, serial, late), StatusIs(absl::StatusCode::kDeadlineExceeded));
}

}  // namespace
}  // namespace vitrine::render
