#include <thread>
#include <vector>

#include "absl/time/clock.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "encode/decode_for_test.h"
#include "gtest/gtest.h"
#include "service/handler/render_handler_fixture.h"

namespace vitrine::service {
namespace {

using testing::IsOk;
using testing::StatusIs;

TEST_F(RenderHandlerTest, RendersOnceAndAnswersFromTheCacheAfterwards) {
  ASSERT_OK_AND_ASSIGN(const RenderResult first, Render(Request()));
  EXPECT_EQ(first.picture->media_type, "image/png");
  EXPECT_EQ(first.picture->width, 2);
  EXPECT_EQ(first.picture->height, 2);
  EXPECT_FALSE(first.picture->lossy);
  ASSERT_OK_AND_ASSIGN(const RenderResult second, Render(Request()));
  EXPECT_EQ(first.picture, second.picture);
  EXPECT_EQ(archive_->fetches, 1);
}

TEST_F(RenderHandlerTest, AnotherWindowUsesTheDecodedFrameAndHasAnotherTag) {
  ASSERT_OK_AND_ASSIGN(const RenderResult first, Render(Request()));
  v1::RenderRequest other = Request();
  other.mutable_view()->mutable_window()->set_center(100);
  other.mutable_view()->mutable_window()->set_width(10);
  ASSERT_OK_AND_ASSIGN(const RenderResult second, Render(other));
  EXPECT_NE(first.picture->etag, second.picture->etag);
  EXPECT_NE(*first.picture->data, *second.picture->data);
  EXPECT_EQ(archive_->fetches, 1);
}

TEST_F(RenderHandlerTest, ManyCallersShareOneFetch) {
  archive_->hold = true;
  std::vector<std::thread> callers;
  std::atomic<int> succeeded = 0;
  for (int i = 0; i < 8; ++i) {
    callers.emplace_back([&] { succeeded += Render(Request()).ok() ? 1 : 0; });
  }
  while (archive_->fetches == 0) absl::SleepFor(absl::Milliseconds(1));
  absl::SleepFor(absl::Milliseconds(20));
  archive_->hold = false;
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(succeeded, 8);
  EXPECT_EQ(archive_->fetches, 1);
}

TEST_F(RenderHandlerTest, AnInstanceOfAnotherStudyIsNotShown) {
  for (const std::string& file : {Image("9.9", "1.2", "1.3"), Image("1.1", "9.9", "1.3"), Image("1.1", "1.2", "9.9")}) {
    archive_->file = file;
    EXPECT_EQ(CategoryOf(Render(Request()).status()), ErrorCategory::kArchiveProtocol);
  }
}

TEST_F(RenderHandlerTest, ErrorsAreNotRemembered) {
  archive_->error = MakeError(ErrorCategory::kArchiveUnreachable, "down");
  EXPECT_THAT(Render(Request()), StatusIs(absl::StatusCode::kUnavailable, "down"));
  archive_->error = absl::OkStatus();
  EXPECT_THAT(Render(Request()), IsOk());
}

TEST_F(RenderHandlerTest, AFrameThatIsNotThereIsNotFound) {
  v1::RenderRequest request = Request();
  request.mutable_view()->mutable_frame()->set_frame_number(2);
  EXPECT_EQ(CategoryOf(Render(request).status()), ErrorCategory::kNotFound);
}

TEST_F(RenderHandlerTest, UnknownArchivesAreNotFound) {
  v1::RenderRequest request = Request();
  request.mutable_view()->mutable_target()->set_archive("other");
  EXPECT_EQ(CategoryOf(Render(request).status()), ErrorCategory::kNotFound);
  EXPECT_EQ(archive_->fetches, 0);
}

TEST_F(RenderHandlerTest, NamingTheDefaultArchiveChangesNothing) {
  v1::RenderRequest named = Request();
  named.mutable_view()->mutable_target()->set_archive("main");
  ASSERT_OK_AND_ASSIGN(const RenderResult a, Render(Request()));
  ASSERT_OK_AND_ASSIGN(const RenderResult b, Render(named));
  EXPECT_EQ(a.picture, b.picture);
}

TEST_F(RenderHandlerTest, DeadlineAndCancellationEndTheWaitForTheArchive) {
  archive_->hold = true;
  Operation late;
  late.deadline = absl::Now() + absl::Milliseconds(20);
  EXPECT_EQ(CategoryOf(Render(Request(), late).status()), ErrorCategory::kDeadline);
  Operation cancelled;
  std::thread canceller([&] {
    absl::SleepFor(absl::Milliseconds(20));
    cancelled.cancellation->Cancel();
  });
  EXPECT_EQ(CategoryOf(Render(Request(), cancelled).status()), ErrorCategory::kCancelled);
  canceller.join();
}

TEST_F(RenderHandlerTest, DescribesASeriesFromItsMetadata) {
  archive_->metadata = R"([{"00080018": {"vr": "UI", "Value": ["1.3"]}}])";
  v1::DescribeSeriesRequest request;
  EXPECT_EQ(CategoryOf(handler_->DescribeSeries({}, request, {}).status()), ErrorCategory::kInvalidRequest);
  *request.mutable_target() = Request().view().target();
  ASSERT_OK_AND_ASSIGN(const v1::DescribeSeriesResponse response, handler_->DescribeSeries({}, request, {}));
  EXPECT_EQ(response.instances(0).sop_instance_uid(), "1.3");
  EXPECT_EQ(response.volumes(0).slices(), 8);
}

}  // namespace
}  // namespace vitrine::service
