#include "service/handler/render_handler.h"

#include <atomic>
#include <map>
#include <thread>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "base/parallel.h"
#include "base/status_matchers.h"
#include "dicom/builder.h"
#include "gtest/gtest.h"
#include "render/make_renderer.h"

namespace vitrine::service {
namespace {

using testing::IsOk;
using testing::StatusIs;

// A 2 x 2 image of 8 bits.
std::string Image(const std::string& study, const std::string& series, const std::string& instance) {
  dicom::DatasetBuilder builder;
  builder.Set("SOPClassUID", "1.2.840.10008.5.1.4.1.1.7").Set("SOPInstanceUID", instance);
  builder.Set("StudyInstanceUID", study).Set("SeriesInstanceUID", series).Set("Modality", "OT");
  builder.SetUint16("Rows", 2).SetUint16("Columns", 2).SetUint16("SamplesPerPixel", 1);
  builder.SetUint16("BitsAllocated", 8).SetUint16("BitsStored", 8).SetUint16("HighBit", 7);
  builder.SetUint16("PixelRepresentation", 0).Set("PhotometricInterpretation", "MONOCHROME2");
  builder.SetPixelData(std::vector<uint8_t>{0, 85, 170, 255}, 8);
  return *builder.Write();
}

// Answers every instance with the file it was given, and counts.
class FakeArchive : public fetch::Archive {
 public:
  absl::StatusOr<fetch::QueryResult> Query(fetch::QueryLevel, const fetch::ResourcePath&, absl::string_view,
                                           const Operation&) override {
    return fetch::QueryResult{"[]", ""};
  }
  absl::StatusOr<std::string> Metadata(const fetch::ResourcePath&, const Operation&) override { return metadata; }
  absl::StatusOr<fetch::Bytes> Instance(const fetch::ResourcePath&, const Operation& operation) override {
    ++fetches;
    while (hold && operation.Check().ok()) absl::SleepFor(absl::Milliseconds(1));
    if (absl::Status status = operation.Check(); !status.ok()) return status;
    if (!error.ok()) return error;
    return std::make_shared<const std::string>(file);
  }
  absl::Status Check(const Operation&) override { return absl::OkStatus(); }

  std::string file = Image("1.1", "1.2", "1.3");
  std::string metadata = "[]";
  absl::Status error;
  std::atomic<bool> hold = false;
  std::atomic<int> fetches = 0;
};

class RenderHandlerTest : public ::testing::Test {
 protected:
  RenderHandlerTest() {
    auto archive = std::make_unique<FakeArchive>();
    archive_ = archive.get();
    std::vector<ArchiveSet::Named> named;
    named.push_back({"main", std::move(archive)});
    archives_ = std::make_unique<ArchiveSet>(std::move(named));
    render::RendererOptions options;
    options.choice = render::RendererChoice::kCpu;
    renderer_ = *render::MakeRenderer(options, serial_);
    images_ = std::make_unique<ImageSource>(ImageSourceOptions(), slots_, metrics_);
    handler_ = std::make_unique<RenderHandler>(
        RenderHandler::Dependencies{access_, *archives_, *images_, *renderer_, slots_, metrics_},
        RenderHandler::Options());
  }

  static v1::RenderRequest Request() {
    v1::RenderRequest request;
    v1::Target& target = *request.mutable_view()->mutable_target();
    target.set_study_instance_uid("1.1");
    target.set_series_instance_uid("1.2");
    target.set_sop_instance_uid("1.3");
    request.mutable_view()->mutable_frame();
    request.mutable_output()->set_format(v1::Output::PNG);
    return request;
  }

  absl::StatusOr<RenderResult> Render(const v1::RenderRequest& request, const Operation& operation = {}) {
    return handler_->Render({"anonymous"}, request, operation);
  }

  const auth::AnonymousAccess access_ = {};
  metrics::Metrics metrics_;
  CpuSlots slots_{2, 16};
  Serial serial_;
  FakeArchive* archive_;
  std::unique_ptr<ArchiveSet> archives_;
  std::unique_ptr<render::Renderer> renderer_;
  std::unique_ptr<ImageSource> images_;
  std::unique_ptr<RenderHandler> handler_;
};

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
}

}  // namespace
}  // namespace vitrine::service
