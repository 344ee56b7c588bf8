#include "render/make_renderer.h"

#include <atomic>

#include "base/parallel.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "render/egl/egl_renderer.h"
#include "render/fallback_renderer.h"
#include "render/simd/simd_renderer.h"
#include "render/test_jobs.h"

namespace vitrine::render {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;

absl::StatusOr<std::unique_ptr<Renderer>> Make(RendererChoice choice) {
  static Serial serial;
  RendererOptions options;
  options.choice = choice;
  return MakeRenderer(options, serial);
}

RenderJob SmallJob() { return MakeJob(MakeFrame(Pattern::kRamp, 9, 7, 1, image::SampleType::kUint8, 8), {}, 8); }

TEST(MakeRenderer, CpuIsSimd) {
  ASSERT_OK_AND_ASSIGN(const auto renderer, Make(RendererChoice::kCpu));
  EXPECT_EQ(renderer->info().backend, "simd");
  EXPECT_TRUE(renderer->info().software);
  EXPECT_THAT(renderer->Render(SmallJob(), Operation{}), IsOk());
}

TEST(MakeRenderer, GpuIsHardwareOrAnErrorThatSaysWhy) {
  const auto renderer = Make(RendererChoice::kGpu);
  if (renderer.ok()) {
    EXPECT_EQ((*renderer)->info().backend, "egl");
    EXPECT_FALSE((*renderer)->info().software);
    return;
  }
  EXPECT_THAT(renderer, StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("No hardware GPU")));
}

TEST(MakeRenderer, AutoNeverPicksSoftwareGl) {
  ASSERT_OK_AND_ASSIGN(const auto renderer, Make(RendererChoice::kAuto));
  EXPECT_EQ(renderer->info().software, renderer->info().backend == "simd");
  EXPECT_EQ(renderer->info().backend == "egl", Make(RendererChoice::kGpu).ok());
}

TEST(MakeRenderer, EglIsEglOnAnyDevice) {
  const auto renderer = Make(RendererChoice::kEgl);
  if (!renderer.ok()) GTEST_SKIP() << renderer.status();
  EXPECT_EQ((*renderer)->info().backend, "egl");
  EXPECT_THAT((*renderer)->Render(SmallJob(), Operation{}), IsOk());
}

TEST(MakeRenderer, AMissingDeviceIsAnErrorWhateverTheChoice) {
  Serial serial;
  for (const RendererChoice choice : {RendererChoice::kAuto, RendererChoice::kGpu, RendererChoice::kEgl}) {
    RendererOptions options;
    options.choice = choice;
    options.egl_device = 4711;
    EXPECT_THAT(MakeRenderer(options, serial), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("4711")));
  }
}

// Answers with a fixed status.
class Refusing : public Renderer {
 public:
  explicit Refusing(absl::Status status) : status_(std::move(status)) {}
  absl::StatusOr<image::Raster> Render(const RenderJob&, const Operation&) override { return status_; }
  absl::StatusOr<image::Raster> RenderVolume(const VolumeJob&, const Operation&) override { return status_; }
  const RendererInfo& info() const override { return info_; }

 private:
  const absl::Status status_;
  const RendererInfo info_{"refusing", "", "", false};
};

TEST(FallbackRenderer, DrawsWhatTheDeviceCannot) {
  Serial serial;
  std::atomic<int> calls = 0;
  FallbackRenderer renderer(std::make_unique<Refusing>(absl::ResourceExhaustedError("too large")),
                            std::make_unique<SimdRenderer>(serial), [&](const absl::Status& reason) {
                              EXPECT_EQ(reason.message(), "too large");
                              ++calls;
                            });
  EXPECT_THAT(renderer.Render(SmallJob(), Operation{}), IsOk());
  EXPECT_EQ(calls, 1);
  EXPECT_EQ(renderer.info().backend, "refusing");
}

TEST(FallbackRenderer, PassesOtherErrorsOn) {
  Serial serial;
  FallbackRenderer renderer(std::make_unique<Refusing>(absl::InternalError("broken")),
                            std::make_unique<SimdRenderer>(serial),
                            [](const absl::Status&) { ADD_FAILURE() << "fell back"; });
  EXPECT_THAT(renderer.Render(SmallJob(), Operation{}), StatusIs(absl::StatusCode::kInternal));
}

TEST(EglRenderer, RefusesWhatExceedsItsLimits) {
  EglRendererOptions options;
  options.job_bytes = 1 << 20;
  const auto renderer = EglRenderer::Create(options);
  if (!renderer.ok()) GTEST_SKIP() << renderer.status();
  RenderJob job = SmallJob();
  job.width = 1024;
  job.height = 1024;
  EXPECT_THAT((*renderer)->Render(job, Operation{}), StatusIs(absl::StatusCode::kResourceExhausted));
  job.height = 100;
  EXPECT_THAT((*renderer)->Render(job, Operation{}), IsOk());
  job.width = 65535;  // Wider than any texture.
  job.height = 1;
  EXPECT_THAT((*renderer)->Render(job, Operation{}), StatusIs(absl::StatusCode::kResourceExhausted));
}

TEST(EglRenderer, WorksWithATextureCacheTooSmallForItsFrames) {
  EglRendererOptions options;
  options.texture_cache_bytes = 150;
  const auto renderer = EglRenderer::Create(options);
  if (!renderer.ok()) GTEST_SKIP() << renderer.status();
  std::vector<RenderJob> jobs;
  for (const int columns : {9, 10, 11, 40}) {  // 63, 70 and 77 bytes evict each other; 280 never fit.
    jobs.push_back(MakeJob(MakeFrame(Pattern::kRandom, columns, 7, 1, image::SampleType::kUint8, 8),
                           {image::Rescale{}, image::Range{0, 255}, false, {}}, 8));
  }
  for (int round = 0; round < 3; ++round) {
    for (const RenderJob& job : jobs) {
      ASSERT_OK_AND_ASSIGN(const image::Raster raster, (*renderer)->Render(job, Operation{}));
      EXPECT_EQ(raster.samples, job.frame->samples);
    }
  }
}

}  // namespace
}  // namespace vitrine::render
