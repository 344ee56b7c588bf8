// Volumes through OpenGL, against the slow twin and against values that are known beforehand.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iostream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "render/egl/egl_renderer.h"
#include "render/egl/volume_test_jobs.h"
#include "render/reference/reference_volume.h"
#include "render/test_jobs.h"

namespace vitrine::render::egl {
namespace {

using image::Lattice;
using image::Raster;
using image::SampleType;
using image::TransferFunction;
using image::Vector3;
using image::VoiFunction;

constexpr int kMaximumDifference16 = 4;  // The contract allows 1/255, which is 257.

int SampleOf(const Raster& raster, size_t i) {
  return raster.bits == 8 ? raster.samples[i] : reinterpret_cast<const uint16_t*>(raster.samples.data())[i];
}

struct Difference {
  int maximum = 0;
  double mean = 0;
  int distinct = 0;  // Values in the expected picture: a flat one would prove nothing.
};

Difference Compare(const Raster& expected, const Raster& actual) {
  const size_t count = expected.samples.size() / (expected.bits / 8);
  Difference difference;
  std::vector<bool> seen(65536);
  for (size_t i = 0; i < count; ++i) {
    const int d = std::abs(SampleOf(expected, i) - SampleOf(actual, i));
    difference.maximum = std::max(difference.maximum, d);
    difference.mean += static_cast<double>(d) / count;
    seen[SampleOf(expected, i)] = true;
  }
  difference.distinct = static_cast<int>(std::count(seen.begin(), seen.end(), true));
  return difference;
}

class VolumeEgl : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    auto renderer = EglRenderer::Create({});
    if (!renderer.ok()) return;
    renderer_ = renderer->release();
    std::cout << "Renderer: " << renderer_->info().renderer << "\n";
  }
  static void TearDownTestSuite() {
    delete renderer_;
    renderer_ = nullptr;
  }
  void SetUp() override {
    if (renderer_ == nullptr) GTEST_SKIP() << "No EGL display can be made here.";
  }

  static void ExpectAgreement(const VolumeJob& job, const std::string& what) {
    SCOPED_TRACE(what);
    ASSERT_OK_AND_ASSIGN(const Raster expected, RenderVolumeReference(job, Operation{}));
    ASSERT_OK_AND_ASSIGN(const Raster actual, renderer_->RenderVolume(job, Operation{}));
    ASSERT_EQ(actual.width, job.width);
    ASSERT_EQ(actual.height, job.height);
    ASSERT_EQ(actual.channels, expected.channels);
    ASSERT_EQ(actual.bits, job.bits);
    ASSERT_EQ(actual.samples.size(), expected.samples.size());
    const Difference d = Compare(expected, actual);
    EXPECT_GT(d.distinct, 30);
    if (job.reduction == Reduction::kComposite) {
      EXPECT_LE(d.maximum, 8);
      EXPECT_LE(d.mean, 1);
    } else {
      EXPECT_LE(d.maximum, job.bits == 8 ? 1 : kMaximumDifference16);
    }
  }

  static Renderer* renderer_;
};

Renderer* VolumeEgl::renderer_ = nullptr;

constexpr SampleType kTypes[] = {SampleType::kUint8, SampleType::kUint16, SampleType::kInt16, SampleType::kFloat32};

TEST_F(VolumeEgl, EveryTypeReductionAndInterpolation) {
  for (const SampleType type : kTypes) {
    const auto volume = WavesOf(type);
    for (const Reduction reduction : {Reduction::kMaximum, Reduction::kMinimum, Reduction::kMean}) {
      if (reduction != Reduction::kMean && type != SampleType::kInt16) continue;
      for (const Interpolation interpolation : {Interpolation::kLinear, Interpolation::kCubic}) {
        for (const int samples : {1, 23}) {
          VolumeJob job = Oblique(volume, reduction, samples);
          job.interpolation = interpolation;
          job.tone = ToneOf(type, 100);
          const std::string name =
              absl::StrCat("type ", static_cast<int>(type), ", reduction ", static_cast<int>(reduction),
                           ", interpolation ", static_cast<int>(interpolation), ", samples ", samples);
          ExpectAgreement(job, name);
          job.bits = 16;
          job.tone = ToneOf(type, 1000);
          ExpectAgreement(job, absl::StrCat(name, ", 16 bits"));
        }
      }
    }
  }
}

TEST_F(VolumeEgl, CompositesOfEveryKind) {
  for (const SampleType type : {SampleType::kInt16, SampleType::kFloat32}) {
    const auto volume = WavesOf(type);
    for (const bool shaded : {false, true}) {
      for (const Interpolation interpolation : {Interpolation::kLinear, Interpolation::kCubic}) {
        VolumeJob job = Composite(volume, shaded, 60);
        job.interpolation = interpolation;
        ExpectAgreement(job, absl::StrCat("composite of type ", static_cast<int>(type), ", shaded ", shaded,
                                          ", interpolation ", static_cast<int>(interpolation)));
      }
    }
  }
}

TEST_F(VolumeEgl, CompositesPassOverEmptySpace) {
  const auto ball = Ball(37);
  ExpectAgreement(Composite(ball, true, 90), "ball, shaded");
  VolumeJob behind = Composite(ball, false, 120);
  behind.step = -behind.step;
  behind.origin = behind.origin - 119.0 * behind.step;
  ExpectAgreement(behind, "ball from behind");
}

TEST_F(VolumeEgl, CompositesThroughARescaleAndASteepFunction) {
  const auto volume = MakeVolume(Sheared(), SampleType::kUint16, [](int i, int j, int k) {
    return 20000 + 900 * std::sin(0.3 * i) * std::cos(0.25 * j) + 30 * k;
  });
  volume->rescale = {0.5, -10000};
  VolumeJob job = Composite(volume, true, 60);
  auto function = std::make_shared<TransferFunction>(*job.transfer_function);
  // Three points closer together than a bucket of the table, far from where the other values are.
  function->points = {{-1e6, 0, 0, 0, 0},     {100, 0, 0, 1, 0},   {100.5, 1, 0, 0, 0.02},
                      {101, 0.2, 1, 0, 0.05}, {300, 1, 1, 1, 0.1}, {1e5, 1, 1, 1, 0.9}};
  job.transfer_function = function;
  ExpectAgreement(job, "steep");
}

TEST_F(VolumeEgl, VolumesOneVoxelThick) {
  for (const Lattice& lattice : {Lattice{1, 23, 19, {}, {2, 0, 0}, {0, 1, 0}, {0, 0, 1}},
                                 Lattice{29, 1, 19, {}, {1, 0, 0}, {0, 5, 0}, {0, 0, 1}},
                                 Lattice{29, 23, 1, {}, {1, 0, 0}, {0, 1, 0}, {0, 0, 9}}}) {
    const auto volume = MakeVolume(lattice, SampleType::kInt16,
                                   [](int i, int j, int k) { return 700 * std::sin(0.2 * i + 0.3 * j + 0.4 * k); });
    for (const Interpolation interpolation : {Interpolation::kLinear, Interpolation::kCubic}) {
      VolumeJob job = Oblique(volume, Reduction::kMaximum, 40);
      job.interpolation = interpolation;
      ExpectAgreement(job, absl::StrCat(lattice.columns, "x", lattice.rows, "x", lattice.slices));
      job = Composite(volume, true, 40);
      job.interpolation = interpolation;
      ExpectAgreement(job, absl::StrCat(lattice.columns, "x", lattice.rows, "x", lattice.slices, ", composite"));
    }
  }
}

// Thousands of large values in a narrow window: their sum has more digits than single precision.
TEST_F(VolumeEgl, MeansOfManySamples) {
  VolumeJob job = Oblique(WavesOf(SampleType::kUint16), Reduction::kMean, 6000);
  job.step = {0.002, -0.001, 0.003};
  job.origin = {4, 9, 0};
  job.width = 20;
  job.height = 16;
  job.tone = ToneOf(SampleType::kUint16, 600);
  job.bits = 16;
  ExpectAgreement(job, "6000 samples");
}

TEST_F(VolumeEgl, PaddingIsLeftOut) {
  const auto volume = WavesOf(SampleType::kInt16);
  // A solid region larger than a brick, and single voxels.
  Pad([](int i, int j, int k) { return (i > 14 && j > 3) || (i * 7 + j * 5 + k * 3) % 11 == 0; }, *volume);
  for (const Interpolation interpolation : {Interpolation::kLinear, Interpolation::kCubic}) {
    const std::string name = absl::StrCat("padding, interpolation ", static_cast<int>(interpolation));
    for (const Reduction reduction : {Reduction::kMaximum, Reduction::kMinimum, Reduction::kMean}) {
      VolumeJob job = Oblique(volume, reduction, 15);
      job.interpolation = interpolation;
      job.tone = ToneOf(SampleType::kInt16, 2500);
      ExpectAgreement(job, absl::StrCat(name, ", reduction ", static_cast<int>(reduction)));
    }
    VolumeJob job = Composite(volume, true, 60);
    job.interpolation = interpolation;
    ExpectAgreement(job, absl::StrCat(name, ", composite"));
  }
}

TEST_F(VolumeEgl, CropKeepsTheSameSamples) {
  const auto volume = WavesOf(SampleType::kInt16);
  VolumeJob job = Oblique(volume, Reduction::kMean, 40);
  job.crop = image::Box{{-6.1, 2.2, 45.3}, {4.7, 9.8, 66}};
  job.tone = ToneOf(SampleType::kInt16, 1500);
  ExpectAgreement(job, "crop, mean");
  VolumeJob composite = Composite(volume, true, 60);
  composite.crop = job.crop;
  ExpectAgreement(composite, "crop, composite");
}

TEST_F(VolumeEgl, CurvedReformation) {
  VolumeJob job = Oblique(WavesOf(SampleType::kUint16), Reduction::kMaximum, 9);
  for (int u = 0; u < job.width; ++u) {
    const double angle = 0.05 * u;
    job.columns.push_back({{14 + 9 * std::cos(angle), 11 + 8 * std::sin(angle), 2.0 + 0.01 * u},
                           {0, 0.02 * std::sin(angle), 0.3},
                           {0.4 * std::cos(angle), 0.4 * std::sin(angle), 0.01}});
  }
  job.tone = ToneOf(SampleType::kUint16, 2000);
  ExpectAgreement(job, "curved, maximum");
  job.samples = 1;
  job.interpolation = Interpolation::kCubic;
  ExpectAgreement(job, "curved, one sample, cubic");
}

TEST_F(VolumeEgl, ToneCurvesOfFractions) {
  const auto volume = WavesOf(SampleType::kFloat32);
  for (const NamedTone& tone : ToneCases(-20, 900)) {
    // Steps of a LUT and of a narrow window are wider than what is allowed, wherever a value is rounded either way.
    if (tone.tone.padding || tone.name.find("LUT") != std::string::npos || tone.name.find("width") != std::string::npos)
      continue;
    if (tone.name == "exact narrow" || tone.name == "exact wide" || tone.name == "flat slope") continue;
    VolumeJob job = Oblique(volume, Reduction::kMean, 3);
    job.tone = tone.tone;
    ExpectAgreement(job, tone.name);
  }
}

// A LUT of entries that grow by one from input to input, and a plane through voxel centres, where nothing is rounded.
TEST_F(VolumeEgl, LutsAreLookedUp) {
  const auto volume = MakeVolume(Sheared(), SampleType::kInt16, [](int i, int j, int k) { return 9 * i + j - 3 * k; });
  image::Lut modality{-20, 16, {}};
  for (int i = 0; i < 250; ++i) modality.entries.push_back(300 - i);
  image::Lut voi{60, 10, {}};
  for (int i = 0; i < 230; ++i) voi.entries.push_back(4 * i + 3);
  VolumeJob job = Oblique(volume, Reduction::kMean, 1);
  job.origin = {0, 0, 5};
  job.right = {1, 0, 0};
  job.down = {0, 1, 0};
  job.width = 29;
  job.height = 23;
  job.tone.modality = std::make_shared<const image::Lut>(modality);
  job.tone.voi = std::make_shared<const image::Lut>(voi);
  for (const bool invert : {false, true}) {
    job.tone.invert = invert;
    ASSERT_OK_AND_ASSIGN(const Raster raster, renderer_->RenderVolume(job, Operation{}));
    for (int v = 0; v < job.height; ++v) {
      for (int u = 0; u < job.width; ++u) {
        const int rescaled = 300 - std::clamp(9 * u + v - 15 + 20, 0, 249);
        const double display = (4 * std::clamp(rescaled - 60, 0, 229) + 3) / 1023.0;
        EXPECT_EQ(SampleOf(raster, v * job.width + u), std::lround(255 * (invert ? 1 - display : display)));
      }
    }
  }
}

// Linear interpolation of a field that is linear in patient coordinates is that field.
TEST_F(VolumeEgl, ARampIsWhereItsFormulaSays) {
  const Lattice lattice = Sheared();
  const auto field = [](const Vector3& p) { return 10 * p.x - 4 * p.y + 6 * p.z; };
  const auto volume = MakeVolume(lattice, SampleType::kFloat32, [&](double i, double j, double k) {
    return field(ToPatient(lattice, {i, j, k}));
  });
  VolumeJob job = Oblique(volume, Reduction::kMean, 1);
  job.tone = Windowed(300, 300, VoiFunction::kLinearExact);
  job.bits = 16;
  ASSERT_OK_AND_ASSIGN(const Raster raster, renderer_->RenderVolume(job, Operation{}));
  int checked = 0;
  for (int v = 0; v < job.height; ++v) {
    for (int u = 0; u < job.width; ++u) {
      const Vector3 p = job.origin + u * job.right + v * job.down;
      const bool inside = p.x > 0 && p.y > 0 && p.z > 0 && p.x < lattice.columns - 1 && p.y < lattice.rows - 1 &&
                          p.z < lattice.slices - 1;
      if (!inside) continue;
      const double display = std::clamp((field(ToPatient(lattice, p)) - 300) / 300 + 0.5, 0.0, 1.0);
      EXPECT_NEAR(SampleOf(raster, v * job.width + u), 65535 * display, 8);
      ++checked;
    }
  }
  EXPECT_GT(checked, 1000);
}

// d mm of a medium whose opacity is o a mm leave (1 - o)^d of the light, however far apart the samples are.
TEST_F(VolumeEgl, AUniformMediumFollowsItsLaw) {
  const Lattice lattice = {12, 12, 40, {}, {1, 0, 0}, {0, 1, 0}, {0, 0, 0.5}};
  const auto volume = MakeVolume(lattice, SampleType::kUint8, [](int, int, int) { return 100; });
  for (const double opacity : {0.001, 0.05, 0.2, 0.4}) {
    for (const double step : {0.1, 0.37, 2.0}) {
      VolumeJob job = Oblique(volume, Reduction::kComposite, static_cast<int>(20 / (0.5 * step)));
      auto function = std::make_shared<TransferFunction>();
      function->points = {{0, 1, 0.5, 0.25, opacity}, {200, 1, 0.5, 0.25, opacity}};
      function->ambient = 0.3;
      function->diffuse = 0.7;
      job.transfer_function = function;
      job.origin = {2, 2, -0.5 + step / 2};
      job.right = {1, 0, 0};
      job.down = {0, 1, 0};
      job.step = {0, 0, step};
      job.width = 8;
      job.height = 8;
      ASSERT_OK_AND_ASSIGN(const Raster raster, renderer_->RenderVolume(job, Operation{}));
      const double light = 1 - std::pow(1 - opacity, job.samples * step * 0.5);
      EXPECT_NEAR(raster.samples[0], 255 * light, 1) << opacity << ", " << step;
      EXPECT_NEAR(raster.samples[1], 255 * 0.5 * light, 1) << opacity << ", " << step;
      for (size_t i = 3; i < raster.samples.size(); ++i) EXPECT_EQ(raster.samples[i], raster.samples[i % 3]);
    }
  }
}

TEST_F(VolumeEgl, NothingIsBlackWhateverTheToneCurveSays) {
  VolumeJob job = Oblique(WavesOf(SampleType::kUint8), Reduction::kMinimum, 4);
  job.tone.invert = true;
  job.origin = {1000, 0, 0};
  ASSERT_OK_AND_ASSIGN(const Raster raster, renderer_->RenderVolume(job, Operation{}));
  EXPECT_EQ(raster.samples, std::vector<uint8_t>(raster.samples.size(), 0));
}

}  // namespace
}  // namespace vitrine::render::egl
