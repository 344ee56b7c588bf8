#include "service/handler/frame_job.h"

#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace vitrine::service {
namespace {

SourceFrame Source(int columns, int rows, int channels = 1) {
  image::Frame frame;
  frame.columns = columns;
  frame.rows = rows;
  frame.channels = channels;
  frame.samples.resize(static_cast<size_t>(columns) * rows * channels);
  SourceFrame source;
  source.frame = std::make_shared<const image::Frame>(std::move(frame));
  source.tone.voi = image::Range{0, 255};
  return source;
}

v1::RenderRequest Request(int width, int height) {
  v1::RenderRequest request;
  request.mutable_view()->mutable_frame();
  request.mutable_output()->set_width(width);
  request.mutable_output()->set_height(height);
  request.mutable_output()->set_bits(8);
  return request;
}

TEST(FrameJob, WithoutAViewportThePictureHasTheImagesSize) {
  ASSERT_OK_AND_ASSIGN(const FrameJob job, MakeFrameJob(Request(0, 0), Source(300, 200), {}));
  EXPECT_EQ(job.job.width, 300);
  EXPECT_EQ(job.job.height, 200);
  EXPECT_EQ(job.job.source.width, 300);
  EXPECT_EQ(job.job.source.height, 200);
}

// PS3.18 8.3.5.1.3: as large as fits, aspect ratio kept, enlarged where there is room.
TEST(FrameJob, TheViewportIsABoxToFitInto) {
  ASSERT_OK_AND_ASSIGN(const FrameJob wide, MakeFrameJob(Request(600, 600), Source(300, 200), {}));
  EXPECT_EQ(wide.job.width, 600);
  EXPECT_EQ(wide.job.height, 400);
  ASSERT_OK_AND_ASSIGN(const FrameJob high, MakeFrameJob(Request(512, 256), Source(512, 512), {}));
  EXPECT_EQ(high.job.width, 256);
  EXPECT_EQ(high.job.height, 256);
  ASSERT_OK_AND_ASSIGN(const FrameJob thin, MakeFrameJob(Request(10, 10), Source(5000, 1), {}));
  EXPECT_EQ(thin.job.width, 10);
  EXPECT_EQ(thin.job.height, 1);
}

TEST(FrameJob, TheSourceRegionDefaultsToTheRightAndBottomEdges) {
  v1::RenderRequest request = Request(0, 0);
  request.mutable_view()->mutable_frame()->mutable_source_region()->set_left(100);
  request.mutable_view()->mutable_frame()->mutable_source_region()->set_top(50);
  ASSERT_OK_AND_ASSIGN(const FrameJob job, MakeFrameJob(request, Source(300, 200), {}));
  EXPECT_EQ(job.job.source.width, 200);
  EXPECT_EQ(job.job.source.height, 150);
  EXPECT_EQ(job.job.width, 200);
}

TEST(FrameJob, TheSourceRegionMustLieInsideTheImage) {
  for (const auto& [left, width] : {std::pair(300.0, 1.0), {299.5, 1.0}, {0.0, 300.5}, {1e300, 1.0}}) {
    v1::RenderRequest request = Request(0, 0);
    v1::SourceRegion& region = *request.mutable_view()->mutable_frame()->mutable_source_region();
    region.set_left(left);
    region.set_width(width);
    EXPECT_EQ(CategoryOf(MakeFrameJob(request, Source(300, 200), {}).status()), ErrorCategory::kInvalidRequest)
        << left << " " << width;
  }
}

TEST(FrameJob, TheWindowReplacesTheImagesOwn) {
  v1::RenderRequest request = Request(0, 0);
  request.mutable_view()->mutable_window()->set_center(40);
  request.mutable_view()->mutable_window()->set_width(400);
  request.mutable_view()->mutable_window()->set_function(v1::Window::SIGMOID);
  ASSERT_OK_AND_ASSIGN(const FrameJob job, MakeFrameJob(request, Source(3, 2), {}));
  const auto& window = std::get<image::Window>(job.job.tone.voi);
  EXPECT_EQ(window.center, 40);
  EXPECT_EQ(window.width, 400);
  EXPECT_EQ(window.function, image::VoiFunction::kSigmoid);
  EXPECT_TRUE(job.warnings.empty());
}

TEST(FrameJob, InversionComesOnTopOfTheImagesOwn) {
  v1::RenderRequest request = Request(0, 0);
  request.mutable_view()->mutable_frame()->set_invert(true);
  SourceFrame source = Source(3, 2);
  ASSERT_OK_AND_ASSIGN(const FrameJob inverted, MakeFrameJob(request, source, {}));
  EXPECT_TRUE(inverted.job.tone.invert);
  source.tone.invert = true;
  ASSERT_OK_AND_ASSIGN(const FrameJob twice, MakeFrameJob(request, source, {}));
  EXPECT_FALSE(twice.job.tone.invert);
}

TEST(FrameJob, ColourIsNeitherWindowedNorInvertedButSaysSo) {
  v1::RenderRequest request = Request(0, 0);
  request.mutable_view()->mutable_window()->set_width(400);
  request.mutable_view()->mutable_frame()->set_invert(true);
  ASSERT_OK_AND_ASSIGN(const FrameJob job, MakeFrameJob(request, Source(3, 2, 3), {}));
  EXPECT_FALSE(job.job.tone.invert);
  EXPECT_EQ(job.warnings.size(), 2u);
}

TEST(FrameJob, AnImageOverTheLimitNeedsAViewport) {
  RenderLimits limits;
  limits.max_output_dimension = 100;
  EXPECT_EQ(CategoryOf(MakeFrameJob(Request(0, 0), Source(101, 5), limits).status()), ErrorCategory::kTooLarge);
  EXPECT_THAT(MakeFrameJob(Request(100, 100), Source(101, 5), limits), testing::IsOk());
}

}  // namespace
}  // namespace vitrine::service
