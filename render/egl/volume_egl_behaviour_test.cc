// What EglRenderer promises about volumes beside their pixels: memory, errors, cancellation.

#include <memory>
#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "render/egl/egl_renderer.h"
#include "render/egl/volume_test_jobs.h"
#include "render/test_jobs.h"

namespace vitrine::render::egl {
namespace {

using image::Lattice;
using image::Raster;
using image::SampleType;
using image::TransferFunction;
using image::VoiFunction;
using testing::IsOk;
using testing::StatusIs;

class VolumeEglBehaviour : public ::testing::Test {
 protected:
  void SetUp() override {
    auto renderer = EglRenderer::Create({});
    if (!renderer.ok()) GTEST_SKIP() << renderer.status();
    renderer_ = *std::move(renderer);
  }

  std::unique_ptr<Renderer> renderer_;
};

TEST_F(VolumeEglBehaviour, ANewVolumeAtTheAddressOfAnOldOneIsANewVolume) {
  for (int n = 0; n < 10; ++n) {
    const auto volume = MakeVolume(Sheared(), SampleType::kUint8, [n](int, int, int) { return 20 * n; });
    VolumeJob job = Oblique(volume, Reduction::kMean, 1);
    job.tone.voi = image::Range{0, 255};
    job.width = 3;
    job.height = 2;
    job.origin = {5, 5, 5};
    ASSERT_OK_AND_ASSIGN(const Raster raster, renderer_->RenderVolume(job, Operation{}));
    EXPECT_EQ(raster.samples, std::vector<uint8_t>(6, 20 * n));
  }
}

TEST_F(VolumeEglBehaviour, FramesAndVolumesTakeTurns) {
  const VolumeJob volume_job = Oblique(WavesOf(SampleType::kInt16), Reduction::kMaximum, 5);
  const RenderJob frame_job = MakeJob(MakeFrame(Pattern::kRandom, 57, 49, 1, SampleType::kInt16, 12),
                                      Windowed(0, 2000, VoiFunction::kSigmoid), 8);
  ASSERT_OK_AND_ASSIGN(const Raster volume_alone, renderer_->RenderVolume(volume_job, Operation{}));
  ASSERT_OK_AND_ASSIGN(const Raster frame, renderer_->Render(frame_job, Operation{}));
  ASSERT_OK_AND_ASSIGN(const Raster volume_again, renderer_->RenderVolume(volume_job, Operation{}));
  ASSERT_OK_AND_ASSIGN(const Raster frame_again, renderer_->Render(frame_job, Operation{}));
  EXPECT_EQ(volume_alone.samples, volume_again.samples);
  EXPECT_EQ(frame.samples, frame_again.samples);
}

TEST_F(VolumeEglBehaviour, RefusesWhatTheDeviceCannotHold) {
  const Lattice long_lattice = {70000, 1, 1, {}, {1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
  const auto volume = MakeVolume(long_lattice, SampleType::kUint8, [](int, int, int) { return 1; });
  EXPECT_THAT(renderer_->RenderVolume(Oblique(volume, Reduction::kMean, 1), Operation{}),
              StatusIs(absl::StatusCode::kResourceExhausted));
  VolumeJob wide = Oblique(WavesOf(SampleType::kUint8), Reduction::kMean, 1);
  wide.width = 65535;
  wide.height = 65535;
  EXPECT_THAT(renderer_->RenderVolume(wide, Operation{}), StatusIs(absl::StatusCode::kResourceExhausted));
  EXPECT_THAT(renderer_->RenderVolume(VolumeJob{}, Operation{}), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(VolumeEglBehaviour, KeepsToItsBudget) {
  const auto first = WavesOf(SampleType::kInt16);
  const auto second = Ball(20);
  EglRendererOptions options;
  // Room for either, not for both.
  options.volume_cache_bytes = first->voxels.size() + first->bricks().extremes.size() * 16;
  ASSERT_OK_AND_ASSIGN(const auto small, EglRenderer::Create(options));
  const VolumeJob jobs[] = {Oblique(first, Reduction::kMean, 1), Oblique(second, Reduction::kMean, 1)};
  for (int n = 0; n < 4; ++n) {
    ASSERT_OK_AND_ASSIGN(const Raster expected, renderer_->RenderVolume(jobs[n % 2], Operation{}));
    ASSERT_OK_AND_ASSIGN(const Raster actual, small->RenderVolume(jobs[n % 2], Operation{}));
    EXPECT_EQ(actual.samples, expected.samples);
  }
  EXPECT_THAT(small->RenderVolume(Oblique(Ball(37), Reduction::kMean, 1), Operation{}),
              StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST_F(VolumeEglBehaviour, StopsInTheMiddleOfALongJob) {
  VolumeJob job = Composite(WavesOf(SampleType::kInt16), true, 4000);
  job.step = {0.001, 0.001, 0.004};
  job.width = 1000;
  job.height = 1000;
  job.right = {0.028, 0, 0};
  job.down = {0, 0.022, 0};
  job.origin = {0, 0, 1};
  auto faint = std::make_shared<TransferFunction>(*job.transfer_function);
  for (TransferFunction::Point& point : faint->points) point.opacity *= 0.05;
  job.transfer_function = faint;
  Operation late;
  late.deadline = absl::Now() + absl::Milliseconds(300);
  EXPECT_THAT(renderer_->RenderVolume(job, late), StatusIs(absl::StatusCode::kDeadlineExceeded));
  Operation cancelled;
  std::thread canceller([&] {
    absl::SleepFor(absl::Milliseconds(300));
    cancelled.cancellation->Cancel();
  });
  EXPECT_THAT(renderer_->RenderVolume(job, cancelled), StatusIs(absl::StatusCode::kCancelled));
  canceller.join();
  EXPECT_THAT(renderer_->RenderVolume(Composite(Ball(20), true, 20), Operation{}), IsOk());
}

}  // namespace
}  // namespace vitrine::render::egl
