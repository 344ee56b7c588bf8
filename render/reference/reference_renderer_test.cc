#include "render/reference/reference_renderer.h"

#include <cmath>
#include <numeric>

#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "render/test_jobs.h"

namespace vitrine::render {
namespace {

using image::Frame;
using image::Raster;
using image::SampleType;
using image::VoiFunction;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;
using testing::StatusIs;

// 8-bit grey values that are shown as they are.
RenderJob JobOf(int columns, int rows, std::vector<uint8_t> samples) {
  auto frame = std::make_shared<Frame>(Frame{columns, rows, 1, SampleType::kUint8, 8, std::move(samples)});
  return MakeJob(frame, {image::Rescale{}, image::Range{0, 255}, false, {}}, 8);
}

std::vector<uint8_t> Render(const RenderJob& job) {
  ReferenceRenderer renderer;
  const absl::StatusOr<Raster> raster = renderer.Render(job, Operation{});
  EXPECT_THAT(raster, testing::IsOk());
  return raster.ok() ? raster->samples : std::vector<uint8_t>();
}

RenderJob Letters() { return JobOf(3, 2, {1, 2, 3, 4, 5, 6}); }

TEST(ReferenceRenderer, CopiesTopToBottomAndLeftToRight) {
  EXPECT_THAT(Render(Letters()), ElementsAre(1, 2, 3, 4, 5, 6));
}

TEST(ReferenceRenderer, Flips) {
  RenderJob job = Letters();
  job.flip_horizontal = true;
  EXPECT_THAT(Render(job), ElementsAre(3, 2, 1, 6, 5, 4));
  job.flip_vertical = true;
  EXPECT_THAT(Render(job), ElementsAre(6, 5, 4, 3, 2, 1));
  job.flip_horizontal = false;
  EXPECT_THAT(Render(job), ElementsAre(4, 5, 6, 1, 2, 3));
}

TEST(ReferenceRenderer, CropsBeforeItFlips) {
  RenderJob job = Letters();
  job.source = {1, 0, 2, 2};
  job.width = 2;
  EXPECT_THAT(Render(job), ElementsAre(2, 3, 5, 6));
  job.flip_horizontal = true;
  EXPECT_THAT(Render(job), ElementsAre(3, 2, 6, 5));
}

TEST(ReferenceRenderer, WindowByHand) {
  // PS3.3 C.11.2.1.2.1: center 40, width 400, after HU = stored - 1024: (HU - 39.5) / 399 + 0.5, times 255.
  auto frame = std::make_shared<Frame>(Frame{6, 1, 1, SampleType::kUint16, 12, {}});
  const uint16_t stored[] = {0, 864, 865, 1064, 1263, 4095};  // HU -1024, -160, -159, 40, 239, 3071.
  frame->samples.assign(reinterpret_cast<const uint8_t*>(stored), reinterpret_cast<const uint8_t*>(stored + 6));
  image::ToneCurve tone = Windowed(40, 400, VoiFunction::kLinear);
  tone.modality = image::Rescale{1, -1024};
  // -159: 1/399 * 255 = 0.639; 40: 200/399 * 255 = 127.82.
  EXPECT_THAT(Render(MakeJob(frame, tone, 8)), ElementsAre(0, 0, 1, 128, 255, 255));
  const std::vector<uint8_t> wide = Render(MakeJob(frame, tone, 16));
  const auto* words = reinterpret_cast<const uint16_t*>(wide.data());
  EXPECT_EQ(words[2], std::lround(65535 / 399.0));
  EXPECT_EQ(words[3], std::lround(65535 * 200 / 399.0));
}

TEST(ReferenceRenderer, RoundsHalfUp) {
  RenderJob job = JobOf(4, 1, {0, 1, 2, 3});
  job.tone.voi = image::Range{0, 510};  // Each step is half a level.
  EXPECT_THAT(Render(job), ElementsAre(0, 1, 1, 2));
}

TEST(ReferenceRenderer, AveragesACheckerboardToGrey) {
  std::vector<uint8_t> board(16 * 16);
  for (int i = 0; i < 256; ++i) board[i] = (i + i / 16) % 2 * 200;
  RenderJob job = JobOf(16, 16, board);
  job.width = 8;
  job.height = 4;
  EXPECT_THAT(Render(job), Each(100));
}

TEST(ReferenceRenderer, AreaAverageByHand) {
  RenderJob job = JobOf(3, 1, {30, 60, 240});
  job.width = 2;  // (30 + 60/2) / 1.5 = 40; (60/2 + 240) / 1.5 = 180.
  EXPECT_THAT(Render(job), ElementsAre(40, 180));
}

TEST(ReferenceRenderer, ToneComesBeforeScale) {
  RenderJob job = JobOf(2, 1, {0, 200});
  job.tone = Windowed(150, 1, VoiFunction::kLinear);  // A threshold: 0 and 255, whose mean is 127.5.
  job.width = 1;
  EXPECT_THAT(Render(job), ElementsAre(128));
}

TEST(ReferenceRenderer, CubicReproducesRampsInside) {
  std::vector<uint8_t> ramp(20);
  std::iota(ramp.begin(), ramp.end(), 0);
  for (uint8_t& value : ramp) value *= 9;
  RenderJob job = JobOf(20, 1, ramp);
  job.width = 60;
  const std::vector<uint8_t> samples = Render(job);
  for (int i = 6; i < 54; ++i) EXPECT_EQ(samples[i], std::lround(9 * ((i + 0.5) / 3 - 0.5))) << i;
}

TEST(ReferenceRenderer, CubicOvershootIsClamped) {
  std::vector<uint8_t> step(16, 0);
  std::fill(step.begin() + 8, step.end(), 255);
  RenderJob job = JobOf(16, 1, step);
  job.width = 32;
  const std::vector<uint8_t> samples = Render(job);
  // At input 6.75, 7.25, 7.75, 8.25: the step's weight on the right is -9/128 (clamped), 26/128, 102/128, 137/128.
  EXPECT_EQ(samples[14], 0);
  EXPECT_EQ(samples[15], std::lround(255 * 26 / 128.0));
  EXPECT_EQ(samples[16], std::lround(255 * 102 / 128.0));
  EXPECT_EQ(samples[17], 255);
}

TEST(ReferenceRenderer, RgbKeepsItsChannelsApart) {
  auto frame = std::make_shared<Frame>(Frame{2, 1, 3, SampleType::kUint8, 8, {10, 20, 30, 50, 80, 110}});
  RenderJob job = MakeJob(frame, {}, 8);
  EXPECT_THAT(Render(job), ElementsAreArray({10, 20, 30, 50, 80, 110}));
  job.flip_horizontal = true;
  EXPECT_THAT(Render(job), ElementsAreArray({50, 80, 110, 10, 20, 30}));
  job.width = 1;
  EXPECT_THAT(Render(job), ElementsAreArray({30, 50, 70}));
}

TEST(ReferenceRenderer, RgbIsScaledByItsBits) {
  auto frame = std::make_shared<Frame>(Frame{1, 1, 3, SampleType::kUint16, 10, {}});
  const uint16_t stored[] = {0, 512, 1023};
  frame->samples.assign(reinterpret_cast<const uint8_t*>(stored), reinterpret_cast<const uint8_t*>(stored + 3));
  EXPECT_THAT(Render(MakeJob(frame, {}, 8)), ElementsAre(0, 128, 255));  // 512 / 1023 * 255 = 127.62.
}

TEST(ReferenceRenderer, RefusesBadJobsAndEndedOperations) {
  ReferenceRenderer renderer;
  EXPECT_THAT(renderer.Render({}, Operation{}), StatusIs(absl::StatusCode::kInvalidArgument));
  Operation operation;
  operation.cancellation->Cancel();
  EXPECT_THAT(renderer.Render(Letters(), operation), StatusIs(absl::StatusCode::kCancelled));
}

}  // namespace
}  // namespace vitrine::render
