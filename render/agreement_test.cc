// Every backend against the slow twin, over everything that a job can ask for.

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <iostream>
#include <limits>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/parallel.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "hwy/targets.h"
#include "render/egl/egl_renderer.h"
#include "render/reference/reference_renderer.h"
#include "render/simd/simd_renderer.h"
#include "render/test_jobs.h"

namespace vitrine::render {
namespace {

using image::Frame;
using image::Raster;
using image::SampleType;
using image::ToneCurve;
using image::VoiFunction;

constexpr int kMaximumDifference8 = 1;
constexpr char kEgl[] = "egl";
constexpr int kMaximumDifference16 = 2;  // The contract allows 1/255, which is 257.

struct Difference {
  int maximum = 0;
  int64_t differing = 0;
  int64_t samples = 0;
};

template <typename Sample>
Difference CompareAs(const Raster& a, const Raster& b) {
  const auto* pa = reinterpret_cast<const Sample*>(a.samples.data());
  const auto* pb = reinterpret_cast<const Sample*>(b.samples.data());
  Difference difference;
  difference.samples = a.samples.size() / sizeof(Sample);
  for (int64_t i = 0; i < difference.samples; ++i) {
    const int d = std::abs(static_cast<int>(pa[i]) - static_cast<int>(pb[i]));
    difference.maximum = std::max(difference.maximum, d);
    difference.differing += d != 0;
  }
  return difference;
}

// "egl", or "simd_" and the name of an instruction set. Null where EGL has no display at all.
std::unique_ptr<Renderer> MakeBackend(const std::string& name, Parallel& parallel) {
  if (name != kEgl) return std::make_unique<SimdRenderer>(parallel);
  absl::StatusOr<std::unique_ptr<EglRenderer>> egl = EglRenderer::Create({});
  if (!egl.ok()) std::cout << egl.status() << "\n";
  return egl.ok() ? *std::move(egl) : nullptr;
}

// Those that this processor has, and for which the kernels are compiled.
std::vector<int64_t> InstructionSets() {
  std::vector<int64_t> targets;
  for (int64_t rest = hwy::SupportedTargets() & HWY_TARGETS; rest != 0; rest &= rest - 1)
    targets.push_back(rest & -rest);
  return targets;
}

std::string SimdName(int64_t target) { return absl::StrCat("simd_", hwy::TargetName(target)); }

std::vector<std::string> BackendNames() {
  std::vector<std::string> names = {kEgl};
  for (const int64_t target : InstructionSets()) names.push_back(SimdName(target));
  return names;
}

class Agreement : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    for (const int64_t target : InstructionSets()) {
      if (GetParam() == SimdName(target)) hwy::SetSupportedTargetsForTest(target);
    }
    backend_ = MakeBackend(GetParam(), serial_);
    if (backend_ == nullptr) GTEST_SKIP() << "No EGL display can be made here.";
    std::cout << "Renderer: " << backend_->info().renderer << "\n";
  }

  void ExpectAgreement(const RenderJob& job, const std::string& what) {
    SCOPED_TRACE(what);
    ASSERT_OK_AND_ASSIGN(const Raster expected, reference_.Render(job, Operation{}));
    ASSERT_OK_AND_ASSIGN(const Raster actual, backend_->Render(job, Operation{}));
    ASSERT_EQ(actual.width, job.width);
    ASSERT_EQ(actual.height, job.height);
    ASSERT_EQ(actual.channels, job.frame->channels);
    ASSERT_EQ(actual.bits, job.bits);
    ASSERT_EQ(actual.samples.size(), expected.samples.size());
    const bool bytes = job.bits == 8;
    const Difference d = bytes ? CompareAs<uint8_t>(expected, actual) : CompareAs<uint16_t>(expected, actual);
    EXPECT_LE(d.maximum, bytes ? kMaximumDifference8 : kMaximumDifference16)
        << d.differing << " of " << d.samples << " samples differ";
    if (bytes) {
      differing8_ += d.differing;
      samples8_ += d.samples;
    }
  }

  void ExpectAgreementOfViews(std::shared_ptr<const Frame> frame, const ToneCurve& tone, const std::string& what) {
    for (const int bits : {8, 16}) {
      for (const NamedView& view : ViewCases(MakeJob(frame, tone, bits))) {
        ExpectAgreement(view.job, absl::StrCat(what, ", ", view.name, ", to ", bits, " bits"));
      }
    }
  }

  void TearDown() override {
    hwy::SetSupportedTargetsForTest(0);  // What the processor has.
    // Nearly every 8-bit sample is the very same.
    EXPECT_LE(differing8_ * 2000, samples8_) << differing8_ << " of " << samples8_;
  }

  Serial serial_;
  std::unique_ptr<Renderer> backend_;
  ReferenceRenderer reference_;
  int64_t differing8_ = 0;
  int64_t samples8_ = 0;
};

struct GreyType {
  SampleType type;
  int bits;
  double low;
  double high;
};

constexpr GreyType kGreyTypes[] = {
    {SampleType::kUint8, 1, 0, 1},           {SampleType::kUint8, 8, 0, 255},
    {SampleType::kUint16, 10, 0, 1023},      {SampleType::kUint16, 12, 0, 4095},
    {SampleType::kUint16, 16, 0, 65535},     {SampleType::kInt16, 12, -2048, 2047},
    {SampleType::kInt16, 16, -32768, 32767}, {SampleType::kFloat32, 32, -2000, 3000},
};

std::string Name(const GreyType& type) {
  return absl::StrCat("type ", static_cast<int>(type.type), " of ", type.bits, " bits");
}

TEST_P(Agreement, ToneCurvesOfEverySampleType) {
  for (const GreyType& type : kGreyTypes) {
    const auto frame = MakeFrame(Pattern::kRandom, 67, 41, 1, type.type, type.bits);
    for (const NamedTone& tone : ToneCases(type.low, type.high)) {
      for (const int bits : {8, 16}) {
        RenderJob job = MakeJob(frame, tone.tone, bits);
        ExpectAgreement(job, absl::StrCat(Name(type), ", ", tone.name, ", to ", bits, " bits"));
        job.width = 40;
        job.height = 90;
        ExpectAgreement(job, absl::StrCat(Name(type), ", ", tone.name, ", scaled, to ", bits, " bits"));
      }
    }
  }
}

TEST_P(Agreement, ViewsOfEverySampleType) {
  for (const GreyType& type : kGreyTypes) {
    for (const Pattern pattern : {Pattern::kRandom, Pattern::kRamp}) {
      const auto frame = MakeFrame(pattern, 67, 41, 1, type.type, type.bits);
      const ToneCurve linear =
          Windowed((type.low + type.high) / 2, (type.high - type.low) / 2 + 1, VoiFunction::kLinear);
      ExpectAgreementOfViews(frame, linear, Name(type));
    }
  }
}

TEST_P(Agreement, ViewsThroughATableAndThroughPadding) {
  const auto frame = MakeFrame(Pattern::kRandom, 67, 41, 1, SampleType::kInt16, 12);
  for (const NamedTone& tone : ToneCases(-2048, 2047)) ExpectAgreementOfViews(frame, tone.tone, tone.name);
}

TEST_P(Agreement, Rgb) {
  for (const int bits : {8, 5}) {
    ExpectAgreementOfViews(MakeFrame(Pattern::kRandom, 67, 41, 3, SampleType::kUint8, bits), {}, "RGB 8");
  }
  for (const int bits : {16, 10}) {
    ExpectAgreementOfViews(MakeFrame(Pattern::kRamp, 67, 41, 3, SampleType::kUint16, bits), {}, "RGB 16");
  }
}

TEST_P(Agreement, OddSizes) {
  const std::pair<int, int> sizes[] = {{1, 1}, {1, 9}, {9, 1}, {2, 3}, {3, 2}, {31, 2}, {33, 5}, {64, 8}, {257, 3}};
  for (const auto& [columns, rows] : sizes) {
    for (const int channels : {1, 3}) {
      const auto frame = MakeFrame(Pattern::kRandom, columns, rows, channels, SampleType::kUint16, 12);
      for (const auto& [width, height] : sizes) {
        RenderJob job = MakeJob(frame, Windowed(2048, 4000, VoiFunction::kLinear), 8);
        job.width = width;
        job.height = height;
        ExpectAgreement(job, absl::StrCat(columns, "x", rows, "x", channels, " to ", width, "x", height));
      }
    }
  }
}

TEST_P(Agreement, LargePictureWhoseRowsShrinkManyfold) {
  const auto frame = MakeFrame(Pattern::kRandom, 1000, 1200, 1, SampleType::kUint16, 16);
  RenderJob job = MakeJob(frame, Windowed(32768, 60000, VoiFunction::kSigmoid), 16);
  job.width = 13;
  job.height = 7;
  ExpectAgreement(job, "1000x1200 to 13x7");
}

TEST_P(Agreement, FloatsThatAreNoNumbers) {
  auto frame = std::make_shared<Frame>(*MakeFrame(Pattern::kRandom, 16, 9, 1, SampleType::kFloat32, 32));
  auto* samples = reinterpret_cast<float*>(frame->samples.data());
  const float infinity = std::numeric_limits<float>::infinity();
  const float special[] = {std::numeric_limits<float>::quiet_NaN(),
                           -std::numeric_limits<float>::quiet_NaN(),
                           infinity,
                           -infinity,
                           std::numeric_limits<float>::max(),
                           std::numeric_limits<float>::lowest(),
                           std::numeric_limits<float>::denorm_min(),
                           -0.0f};
  for (size_t i = 0; i < std::size(special); ++i) samples[3 + 7 * i] = special[i];
  for (const NamedTone& tone : ToneCases(-2000, 3000)) ExpectAgreementOfViews(frame, tone.tone, tone.name);
}

TEST_P(Agreement, ExtremeButFiniteCurves) {
  for (const SampleType type : {SampleType::kInt16, SampleType::kFloat32}) {
    const auto frame = MakeFrame(Pattern::kRandom, 23, 11, 1, type, 16);
    for (const double width : {1e-300, 1e-38, 1e38, 1e300}) {
      for (const double center : {-1e30, 0.1 * width, 5.0 + width, 1e300}) {
        ExpectAgreement(MakeJob(frame, Windowed(center, width, VoiFunction::kLinearExact), 8),
                        absl::StrCat("center ", center, ", width ", width));
      }
    }
  }
}

TEST_P(Agreement, FloatsFarFromZeroInANarrowWindow) {
  auto frame = std::make_shared<Frame>(Frame{64, 4, 1, SampleType::kFloat32, 32, {}});
  frame->samples.resize(frame->row_bytes() * frame->rows);
  for (int i = 0; i < 256; ++i) reinterpret_cast<float*>(frame->samples.data())[i] = 1e6f + i * 0.0625f;
  ExpectAgreement(MakeJob(frame, Windowed(1e6 + 8, 16, VoiFunction::kLinearExact), 8), "1e6 + [0, 16]");
}

INSTANTIATE_TEST_SUITE_P(Backends, Agreement, ::testing::ValuesIn(BackendNames()),
                         [](const auto& info) { return std::string(info.param); });

}  // namespace
}  // namespace vitrine::render
