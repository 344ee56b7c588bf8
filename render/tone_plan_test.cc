#include "render/tone_plan.h"

#include <algorithm>
#include <cmath>

#include "gtest/gtest.h"
#include "render/sample_range.h"
#include "render/test_jobs.h"

namespace vitrine::render {
namespace {

using image::Frame;
using image::SampleType;
using image::VoiFunction;

RenderJob Job(SampleType type, int bits, image::ToneCurve tone, int columns = 64, int rows = 64) {
  return MakeJob(MakeFrame(Pattern::kRandom, columns, rows, 1, type, bits), std::move(tone), 8);
}

TonePlan Plan(const RenderJob& job) { return PlanTone(job, 0, job.frame->rows); }

double Affine(const TonePlan& plan, double stored) {
  if (stored >= plan.padding_low && stored <= plan.padding_high) return 0;
  return std::clamp(plan.scale * (stored - plan.pivot) + plan.offset, 0.0, 1.0);
}

TEST(TonePlan, LinearWindowsAreAffineAndExactForIntegers) {
  const RenderJob job = Job(SampleType::kUint16, 16, Windowed(60000, 3, VoiFunction::kLinear));
  const TonePlan plan = Plan(job);
  ASSERT_EQ(plan.kind, TonePlan::Kind::kAffine);
  EXPECT_FALSE(plan.has_padding());
  EXPECT_EQ(plan.pivot, std::round(plan.pivot));
  // PS3.3 C.11.2.1.2.1 by hand: (x - 59999.5) / 2 + 0.5.
  EXPECT_EQ(Affine(plan, 59998), 0);
  EXPECT_NEAR(Affine(plan, 59999), 0.25, 1e-7);
  EXPECT_NEAR(Affine(plan, 60000), 0.75, 1e-7);
  EXPECT_EQ(Affine(plan, 60001), 1);
}

TEST(TonePlan, PaddingStaysBesideTheLine) {
  RenderJob job = Job(SampleType::kInt16, 16, Windowed(0, 100, VoiFunction::kLinear));
  job.tone.padding = image::Padding{-10.5, 20};
  const TonePlan plan = Plan(job);
  ASSERT_EQ(plan.kind, TonePlan::Kind::kAffine);
  EXPECT_TRUE(plan.has_padding());
  EXPECT_NE(Affine(plan, -11), 0);
  EXPECT_EQ(Affine(plan, -10), 0);
  EXPECT_EQ(Affine(plan, 20), 0);
  EXPECT_NE(Affine(plan, 21), 0);
}

TEST(TonePlan, PaddingLimitsAreRoundedIntoTheRange) {
  RenderJob job = Job(SampleType::kFloat32, 32, Windowed(0, 100, VoiFunction::kLinear));
  job.tone.padding = image::Padding{0.1, 0.7};  // As floats: 0.1 is above, 0.7 below.
  const TonePlan plan = Plan(job);
  EXPECT_GE(static_cast<double>(plan.padding_low), 0.1);
  EXPECT_LT(static_cast<double>(std::nextafter(plan.padding_low, 0.0f)), 0.1);
  EXPECT_LE(static_cast<double>(plan.padding_high), 0.7);
  EXPECT_GT(static_cast<double>(std::nextafter(plan.padding_high, 1.0f)), 0.7);
}

TEST(TonePlan, TablesCoverWhatOccurs) {
  const RenderJob job = Job(SampleType::kInt16, 12, Windowed(0, 100, VoiFunction::kSigmoid), 128, 128);
  const TonePlan plan = Plan(job);
  ASSERT_EQ(plan.kind, TonePlan::Kind::kTable);
  const SampleRange range = FindSampleRange(*job.frame, 0, job.frame->rows);
  EXPECT_EQ(plan.first, range.low);
  ASSERT_EQ(static_cast<int>(plan.table.size()), range.high - range.low + 1);
  EXPECT_NEAR(plan.table[0 - plan.first], 0.5, 1e-7);
  EXPECT_NEAR(plan.table[25 - plan.first], 1 / (1 + std::exp(-1.0)), 1e-7);
}

TEST(TonePlan, FewSamplesAndFloatsAreEvaluatedOneByOne) {
  const image::ToneCurve sigmoid = Windowed(0, 100, VoiFunction::kSigmoid);
  EXPECT_EQ(Plan(Job(SampleType::kInt16, 16, sigmoid, 10, 10)).kind, TonePlan::Kind::kEvaluate);
  EXPECT_EQ(Plan(Job(SampleType::kFloat32, 32, sigmoid)).kind, TonePlan::Kind::kEvaluate);
}

TEST(TonePlan, SlopesThatFloatCannotHoldAreEvaluated) {
  const RenderJob job = Job(SampleType::kFloat32, 32, Windowed(0, 1e-35, VoiFunction::kLinearExact));
  EXPECT_EQ(Plan(job).kind, TonePlan::Kind::kEvaluate);
}

TEST(TonePlan, RgbIsAffineOverItsBits) {
  const RenderJob job = MakeJob(MakeFrame(Pattern::kRandom, 4, 4, 3, SampleType::kUint16, 10), {}, 8);
  const TonePlan plan = Plan(job);
  ASSERT_EQ(plan.kind, TonePlan::Kind::kAffine);
  EXPECT_EQ(Affine(plan, 0), 0);
  EXPECT_NEAR(Affine(plan, 1023), 1, 1e-6);
}

TEST(SampleRange, FindsTheExtremesWhereverTheyAre) {
  for (const int columns : {1, 7, 16, 33, 100}) {
    for (int place = 0; place < 3 * columns; place += 1 + columns / 5) {
      auto frame = std::make_shared<Frame>(Frame{columns, 5, 1, SampleType::kInt16, 16, {}});
      frame->samples.resize(frame->row_bytes() * 5);
      auto* samples = reinterpret_cast<int16_t*>(frame->samples.data());
      samples[0] = 32767;  // In row 0, which is not looked at.
      samples[columns + place] = -32768;
      samples[columns + (place + 1) % (3 * columns)] = 99;
      const SampleRange range = FindSampleRange(*frame, 1, 3);
      EXPECT_EQ(range.low, -32768);
      EXPECT_EQ(range.high, 99);
    }
  }
}

TEST(SampleRange, UnsignedSixteenBits) {
  Frame frame{3, 1, 1, SampleType::kUint16, 16, {}};
  frame.samples.resize(6);
  auto* samples = reinterpret_cast<uint16_t*>(frame.samples.data());
  samples[0] = 40000;
  samples[1] = 65535;
  samples[2] = 3;
  const SampleRange range = FindSampleRange(frame, 0, 1);
  EXPECT_EQ(range.low, 3);
  EXPECT_EQ(range.high, 65535);
}

}  // namespace
}  // namespace vitrine::render
