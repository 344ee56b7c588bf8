// What every renderer promises beside its pixels: errors, cancellation, threads.

#include <atomic>
#include <iostream>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "base/parallel.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "render/egl/egl_renderer.h"
#include "render/simd/simd_renderer.h"
#include "render/test_jobs.h"

namespace vitrine::render {
namespace {

using image::SampleType;
using image::VoiFunction;
using testing::IsOk;
using testing::StatusIs;

RenderJob Job(int columns, int rows, int width, int height) {
  RenderJob job = MakeJob(MakeFrame(Pattern::kRamp, columns, rows, 1, SampleType::kUint16, 12),
                          Windowed(2000, 3000, VoiFunction::kLinear), 8);
  job.width = width;
  job.height = height;
  return job;
}

class Behaviour : public ::testing::TestWithParam<std::string> {
 protected:
  void SetUp() override {
    if (GetParam() == "simd") {
      renderer_ = std::make_unique<SimdRenderer>(serial_);
      return;
    }
    absl::StatusOr<std::unique_ptr<EglRenderer>> egl = EglRenderer::Create({});
    if (!egl.ok()) GTEST_SKIP() << egl.status();
    renderer_ = *std::move(egl);
  }

  Serial serial_;
  std::unique_ptr<Renderer> renderer_;
};

TEST_P(Behaviour, InfoSaysWhatDraws) {
  EXPECT_EQ(renderer_->info().backend, GetParam());
  EXPECT_FALSE(renderer_->info().renderer.empty());
  std::cout << renderer_->info().vendor << " " << renderer_->info().renderer << "\n";
}

TEST_P(Behaviour, ServesOnAfterErrors) {
  EXPECT_THAT(renderer_->Render({}, Operation{}), StatusIs(absl::StatusCode::kInvalidArgument));
  Operation cancelled;
  cancelled.cancellation->Cancel();
  EXPECT_THAT(renderer_->Render(Job(64, 64, 64, 64), cancelled), StatusIs(absl::StatusCode::kCancelled));
  Operation late;
  late.deadline = absl::Now() - absl::Seconds(1);
  EXPECT_THAT(renderer_->Render(Job(64, 64, 64, 64), late), StatusIs(absl::StatusCode::kDeadlineExceeded));
  EXPECT_THAT(renderer_->Render(Job(64, 64, 64, 64), Operation{}), IsOk());
}

TEST_P(Behaviour, EightThreadsGetTheirOwnPictures) {
  std::vector<RenderJob> jobs;
  std::vector<image::Raster> expected;
  for (int i = 0; i < 8; ++i) {
    jobs.push_back(Job(100 + 13 * i, 80, i % 2 == 0 ? 100 + 13 * i : 60, 80 + 7 * i));
    ASSERT_OK_AND_ASSIGN(image::Raster raster, renderer_->Render(jobs.back(), Operation{}));
    expected.push_back(std::move(raster));
  }
  std::atomic<int> wrong = 0;
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i) {
    threads.emplace_back([&, i] {
      for (int round = 0; round < 16; ++round) {
        const int j = (i + round) % 8;
        const auto raster = renderer_->Render(jobs[j], Operation{});
        if (!raster.ok() || raster->samples != expected[j].samples) ++wrong;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, 0);
}

TEST_P(Behaviour, ANewFrameAtTheAddressOfAnOldOneIsANewFrame) {
  for (int i = 0; i < 20; ++i) {
    auto frame = std::make_shared<image::Frame>(image::Frame{4, 4, 1, SampleType::kUint8, 8, {}});
    frame->samples.assign(16, static_cast<uint8_t>(10 * i));
    const RenderJob job = MakeJob(frame, {image::Rescale{}, image::Range{0, 255}, false, {}}, 8);
    ASSERT_OK_AND_ASSIGN(const image::Raster raster, renderer_->Render(job, Operation{}));
    EXPECT_EQ(raster.samples, frame->samples);
  }
}

INSTANTIATE_TEST_SUITE_P(Backends, Behaviour, ::testing::Values("simd", "egl"),
                         [](const auto& info) { return info.param; });

TEST(SimdRenderer, StopsInTheMiddleOfALongJob) {
  Serial serial;
  SimdRenderer renderer(serial);
  for (const RenderJob& job : {Job(2000, 2000, 20000, 5000), Job(20000, 3000, 20000, 1), Job(4000, 8000, 4000, 8000)}) {
    Operation operation;
    operation.deadline = absl::Now() + absl::Milliseconds(3);
    EXPECT_THAT(renderer.Render(job, operation), StatusIs(absl::StatusCode::kDeadlineExceeded));
  }
}

}  // namespace
}  // namespace vitrine::render
