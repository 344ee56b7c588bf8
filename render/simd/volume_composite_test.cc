#include "render/simd/volume_composite.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>

#include "base/cpu_slots.h"
#include "base/parallel.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "render/reference/reference_volume.h"
#include "render/simd/chosen_kernels.h"
#include "render/simd/composite_phantoms.h"

namespace vitrine::render {
namespace {

using image::Lattice;
using image::SampleType;
using image::TransferFunction;
using image::Vector3;
using image::Volume;
using ::vitrine::testing::StatusIs;

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

// With every choice of kernels.
void ExpectAgreement(const VolumeJob& job, const std::string& what) {
  ASSERT_OK_AND_ASSIGN(const image::Raster expected, RenderVolumeReference(job, {}));
  for (const simd::KernelChoice& choice : simd::KernelChoices()) {
    SCOPED_TRACE(what + ", " + choice.name);
    const simd::ChosenKernels kernels(choice);
    Serial serial;
    simd::BrickMapCache maps;
    ASSERT_OK_AND_ASSIGN(const image::Raster actual, simd::RenderComposite(job, maps, serial, {}));
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
  simd::BrickMapCache maps;
  ASSERT_OK_AND_ASSIGN(const image::Raster raster, simd::RenderComposite(job, maps, serial, {}));
  EXPECT_EQ(std::count(raster.samples.begin(), raster.samples.end(), 0), raster.samples.size());
}

TEST(VolumeComposite, ThreadsChangeNothing) {
  VolumeJob job = View(Make({}, NestedSpheres), Bone(), kOblique, 0.2);
  job.width = 300;  // Several tiles.
  job.height = 200;
  job.right = 0.2 * job.right;
  job.down = 0.2 * job.down;
  Serial serial;
  CpuSlots slots(4, 1);
  IdleSlots parallel(slots, 3);
  simd::BrickMapCache maps;
  ASSERT_OK_AND_ASSIGN(const image::Raster one, simd::RenderComposite(job, maps, serial, {}));
  ASSERT_OK_AND_ASSIGN(const image::Raster four, simd::RenderComposite(job, maps, parallel, {}));
  EXPECT_EQ(one.samples, four.samples);
}

// Cancels in the middle of its last computation: the first one prepares, the second one draws.
class CancelWhileDrawing : public Parallel {
 public:
  explicit CancelWhileDrawing(const Operation& operation) : operation_(operation) {}

  void For(int count, absl::FunctionRef<void(int)> task) override {
    ++calls_;
    for (int i = 0; i < count; ++i) {
      if (calls_ == 2 && i == count / 2) operation_.cancellation->Cancel();
      task(i);
    }
  }

 private:
  const Operation& operation_;
  int calls_ = 0;
};

TEST(VolumeComposite, StopsInTheMiddle) {
  const VolumeJob job = View(Make({}, NestedSpheres), Bone(), kAnterior, 0.5);
  const Operation cancelled;
  CancelWhileDrawing drawing(cancelled);
  simd::BrickMapCache maps;
  EXPECT_THAT(simd::RenderComposite(job, maps, drawing, cancelled), StatusIs(absl::StatusCode::kCancelled));
  Serial serial;
  Operation late;
  late.deadline = absl::InfinitePast();
  EXPECT_THAT(simd::RenderComposite(job, maps, serial, late), StatusIs(absl::StatusCode::kDeadlineExceeded));
}

}  // namespace
}  // namespace vitrine::render
