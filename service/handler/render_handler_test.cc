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
#include "encode/decode_for_test.h"
#include "encode/decode_gif_for_test.h"
#include "encode/decode_mp4_for_test.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "render/make_renderer.h"
#include "render/reference/reference_renderer.h"
#include "service/handler/test_volume.h"

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

// Whatever is asked for is one volume, 8 x 8 x 8 mm, brighter from voxel to voxel towards the patient's left.
class FakeVolumes : public VolumeSource {
 public:
  absl::StatusOr<std::shared_ptr<const SourceVolume>> Volume(const ArchiveSet::Named&, const v1::Target& target,
                                                             const v1::VolumeInput&, const Operation& operation,
                                                             Timings&, const LoadProgress&) override {
    ++loads;
    last_target = target;
    if (absl::Status status = operation.Check(); !status.ok()) return status;
    if (!error.ok()) return error;
    return volume;
  }
  bool Holds(const ArchiveSet::Named&, const v1::Target&, const v1::VolumeInput&) const override { return holds; }
  absl::Status Describe(const ArchiveSet::Named&, const v1::Target&, const Operation&,
                        v1::DescribeSeriesResponse& response) override {
    response.add_volumes()->set_slices(8);
    return absl::OkStatus();
  }

  std::shared_ptr<SourceVolume> volume =
      MakeTestVolume(AxialLattice(8, 8, 8, 1, 1), [](int i, int, int) { return 32 * i; });
  absl::Status error;
  bool holds = false;
  int loads = 0;
  v1::Target last_target;
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
    const RenderHandler::Dependencies dependencies = {access_,    *archives_, *images_, volumes_,
                                                      *renderer_, slots_,     metrics_};
    handler_ = std::make_unique<RenderHandler>(dependencies, RenderHandler::Options());
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
  FakeVolumes volumes_;
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
  EXPECT_EQ(response.volumes(0).slices(), 8);
}

// With the reference renderer, which knows everything that a view can ask for.
class RenderVolumesTest : public RenderHandlerTest {
 protected:
  RenderVolumesTest() {
    renderer_ = std::make_unique<render::ReferenceRenderer>();
    const RenderHandler::Dependencies dependencies = {access_,    *archives_, *images_, volumes_,
                                                      *renderer_, slots_,     metrics_};
    handler_ = std::make_unique<RenderHandler>(dependencies, RenderHandler::Options());
  }

  static v1::RenderRequest Slice() {
    v1::RenderRequest request;
    request.mutable_view()->mutable_target()->set_study_instance_uid("1.1");
    request.mutable_view()->mutable_target()->set_series_instance_uid("1.2");
    request.mutable_view()->mutable_slice();
    request.mutable_view()->mutable_window()->set_center(112);
    request.mutable_view()->mutable_window()->set_width(224);
    request.mutable_view()->mutable_window()->set_function(v1::Window::LINEAR_EXACT);
    request.mutable_output()->set_format(v1::Output::PNG);
    request.mutable_output()->set_width(8);
    request.mutable_output()->set_height(8);
    return request;
  }
  static v1::RenderRequest Volume() {
    v1::RenderRequest request = Slice();
    request.mutable_view()->mutable_volume()->set_projection(v1::MAXIMUM_INTENSITY);
    return request;
  }
};

TEST_F(RenderVolumesTest, ASliceShowsTheVoxels) {
  ASSERT_OK_AND_ASSIGN(const RenderResult result, Render(Slice()));
  const image::Raster picture = encode::DecodeWithLibpng(*result.picture->data);
  ASSERT_EQ(picture.width, 8);
  ASSERT_EQ(picture.height, 8);
  // From anterior the patient's left is at the right; pixels are voxels.
  for (int i = 0; i < 8; ++i) EXPECT_EQ(picture.samples[i], (255 * 32 * i + 112) / 224) << i;
  ASSERT_TRUE(result.picture->volumetric_metadata.has_value());
  EXPECT_EQ(result.picture->volumetric_metadata->operation_type(), v1::VolumetricMetadata::MPR);
}

TEST_F(RenderVolumesTest, AnswersFromTheCacheAndTagsTheVolumesContent) {
  ASSERT_OK_AND_ASSIGN(const RenderResult first, Render(Volume()));
  ASSERT_OK_AND_ASSIGN(const RenderResult second, Render(Volume()));
  EXPECT_EQ(first.picture, second.picture);
  EXPECT_EQ(volumes_.loads, 1);
  // Another view of the same volume, then of another content.
  ASSERT_OK_AND_ASSIGN(const RenderResult slice, Render(Slice()));
  EXPECT_NE(slice.picture->etag, first.picture->etag);
  volumes_.volume->content_hash = 2;
  v1::RenderRequest again = Slice();
  again.mutable_view()->mutable_target()->set_sop_instance_uid("1.3");
  ASSERT_OK_AND_ASSIGN(const RenderResult other, Render(again));
  EXPECT_NE(other.picture->etag, slice.picture->etag);
  EXPECT_EQ(volumes_.last_target.sop_instance_uid(), "1.3");
}

TEST_F(RenderVolumesTest, MetadataNeedNoPicture) {
  v1::RenderRequest request = Volume();
  request.set_metadata_only(true);
  ASSERT_OK_AND_ASSIGN(const RenderResult result, Render(request));
  EXPECT_EQ(result.picture->media_type, "application/dicom+json");
  EXPECT_EQ(nlohmann::json::parse(*result.picture->data)["0070120D"]["Value"][0], "MAXIMUM_IP");
  EXPECT_EQ(result.picture->volumetric_metadata->rendering_method(), v1::MAXIMUM_INTENSITY);
  EXPECT_EQ(result.timings[static_cast<size_t>(metrics::Span::kRender)], absl::ZeroDuration());
}

TEST_F(RenderVolumesTest, ASwivelIsOneGifOrAStream) {
  v1::RenderRequest request = Volume();
  request.mutable_animation()->mutable_swivel()->set_range_degrees(90);
  request.mutable_animation()->mutable_swivel()->set_step_degrees(45);
  EXPECT_EQ(CategoryOf(Render(request).status()), ErrorCategory::kInvalidRequest);
  request.mutable_output()->set_format(v1::Output::GIF);
  ASSERT_OK_AND_ASSIGN(const RenderResult result, Render(request));
  EXPECT_EQ(result.picture->media_type, "image/gif");
  EXPECT_FALSE(result.picture->lossy);
  const auto frames = encode::DecodeGif(*result.picture->data);
  ASSERT_EQ(frames.size(), 4u);  // Three, and the middle again on the way back.
  EXPECT_EQ(frames[1].rgb, frames[3].rgb);
  EXPECT_NE(frames[0].rgb, frames[1].rgb);

  v1::RenderStreamRequest stream;
  *stream.mutable_view() = request.view();
  *stream.mutable_output() = request.output();
  stream.mutable_output()->set_format(v1::Output::PNG);
  *stream.mutable_animation() = request.animation();
  ASSERT_OK_AND_ASSIGN(const auto stills, handler_->Stills({"anonymous"}, stream, {}));
  ASSERT_EQ(stills.size(), 3u);
  for (size_t i = 0; i < stills.size(); ++i) {
    ASSERT_OK_AND_ASSIGN(const RenderResult still, Render(stills[i]));
    const image::Raster picture = encode::DecodeWithLibpng(*still.picture->data);
    ASSERT_EQ(picture.samples.size() * 3, frames[i].rgb.size());
    for (size_t p = 0; p < picture.samples.size(); ++p) EXPECT_EQ(picture.samples[p], frames[i].rgb[3 * p]);
  }
}

TEST_F(RenderVolumesTest, ASwivelIsOneMp4) {
  v1::RenderRequest request = Volume();
  request.mutable_output()->set_format(v1::Output::MP4);
  EXPECT_EQ(CategoryOf(Render(request).status()), ErrorCategory::kInvalidRequest);
  request.mutable_output()->set_width(7);
  request.mutable_output()->set_height(7);
  request.mutable_animation()->set_rate(12.5);
  request.mutable_animation()->mutable_swivel()->set_range_degrees(90);
  request.mutable_animation()->mutable_swivel()->set_step_degrees(45);
  ASSERT_OK_AND_ASSIGN(const RenderResult result, Render(request));
  EXPECT_EQ(result.picture->media_type, "video/mp4");
  EXPECT_TRUE(result.picture->lossy);
  EXPECT_EQ(result.picture->width, 8);
  const encode::DecodedMp4 decoded = encode::DecodeMp4(*result.picture->data);
  EXPECT_EQ(decoded.frames.size(), 4u);  // Three, and the middle again on the way back.
  EXPECT_EQ(decoded.average_rate, "25/2");
  EXPECT_EQ(decoded.width, result.picture->width);

  v1::RenderStreamRequest stream;
  *stream.mutable_view() = request.view();
  *stream.mutable_output() = request.output();
  *stream.mutable_animation() = request.animation();
  EXPECT_EQ(CategoryOf(handler_->Stills({"anonymous"}, stream, {}).status()), ErrorCategory::kInvalidRequest);
}

TEST_F(RenderVolumesTest, WithoutItsLibraryMp4IsUnsupported) {
  RenderHandler::Options options;
  options.video_libraries = "/nonexistent";
  const RenderHandler::Dependencies dependencies = {access_,    *archives_, *images_, volumes_,
                                                    *renderer_, slots_,     metrics_};
  handler_ = std::make_unique<RenderHandler>(dependencies, options);
  v1::RenderRequest request = Volume();
  request.mutable_animation()->mutable_swivel()->set_range_degrees(90);
  request.mutable_output()->set_format(v1::Output::MP4);
  EXPECT_EQ(CategoryOf(Render(request).status()), ErrorCategory::kUnsupported);
  EXPECT_EQ(volumes_.loads, 0);
  request.mutable_output()->set_format(v1::Output::GIF);
  EXPECT_THAT(Render(request), IsOk());
}

TEST_F(RenderVolumesTest, Mp4HasALimitOfItsOwn) {
  v1::RenderRequest request = Volume();
  request.mutable_animation()->mutable_swivel()->set_range_degrees(1);
  request.mutable_animation()->mutable_swivel()->set_step_degrees(1);
  request.mutable_output()->set_format(v1::Output::MP4);
  request.mutable_output()->set_width(4000);
  request.mutable_output()->set_height(4000);
  const absl::Status status = Render(request).status();
  EXPECT_EQ(CategoryOf(status), ErrorCategory::kTooLarge);
  EXPECT_NE(status.message().find("MP4"), absl::string_view::npos);
}

TEST_F(RenderVolumesTest, StreamsOfFramesAndInstances) {
  v1::RenderStreamRequest stream;
  *stream.mutable_view() = Request().view();
  EXPECT_EQ(CategoryOf(handler_->Stills({}, stream, {}).status()), ErrorCategory::kInvalidRequest);
  stream.mutable_frames();
  ASSERT_OK_AND_ASSIGN(auto stills, handler_->Stills({}, stream, {}));
  ASSERT_EQ(stills.size(), 1u);
  EXPECT_EQ(stills[0].view().frame().frame_number(), 1);
  stream.mutable_frames()->set_last(2);
  EXPECT_EQ(CategoryOf(handler_->Stills({}, stream, {}).status()), ErrorCategory::kNotFound);
  stream.mutable_instances()->add_sop_instance_uids("1.3");
  stream.mutable_instances()->add_sop_instance_uids("1.4");
  ASSERT_OK_AND_ASSIGN(stills, handler_->Stills({}, stream, {}));
  ASSERT_EQ(stills.size(), 2u);
  EXPECT_EQ(stills[1].view().target().sop_instance_uid(), "1.4");
  *stream.mutable_view() = Slice().view();
  EXPECT_EQ(CategoryOf(handler_->Stills({}, stream, {}).status()), ErrorCategory::kInvalidRequest);
}

TEST_F(RenderVolumesTest, ErrorsOfTheVolumeAreTheAnswers) {
  volumes_.error = MakeError(ErrorCategory::kInvalidRequest, "the series is no volume");
  EXPECT_THAT(Render(Slice()), StatusIs(absl::StatusCode::kInvalidArgument, "the series is no volume"));
  volumes_.error = absl::OkStatus();
  EXPECT_THAT(Render(Slice()), IsOk());
}

TEST_F(RenderVolumesTest, AFullGateRefusesWhatIsNotHeldAlone) {
  std::vector<ArchiveGate::Place> places;
  while (true) {
    auto place = archives_->all()[0].gate->Enter();
    if (!place.ok()) break;
    places.push_back(*std::move(place));
  }
  v1::RenderStreamRequest stream;
  *stream.mutable_view() = Volume().view();
  stream.mutable_animation()->mutable_swivel()->set_range_degrees(90);
  EXPECT_EQ(CategoryOf(Render(Slice()).status()), ErrorCategory::kOverloaded);
  EXPECT_EQ(CategoryOf(handler_->Stills({}, stream, {}).status()), ErrorCategory::kOverloaded);
  EXPECT_EQ(volumes_.loads, 0);
  volumes_.holds = true;
  EXPECT_THAT(Render(Slice()), IsOk());
  EXPECT_THAT(handler_->Stills({}, stream, {}), IsOk());
}

TEST_F(RenderVolumesTest, VolumetricPresentationStatesAreUnsupportedByName) {
  volumes_.error = MakeError(ErrorCategory::kInvalidRequest, "the instance is no volume");
  archive_->metadata = R"([{"00080016": {"vr": "UI", "Value": ["1.2.840.10008.5.1.4.1.1.11.6"]}}])";
  v1::RenderRequest request = Slice();
  request.mutable_view()->mutable_target()->set_sop_instance_uid("1.3");
  EXPECT_THAT(Render(request), StatusIs(absl::StatusCode::kUnimplemented, ::testing::HasSubstr("Planar MPR")));
  archive_->metadata = R"([{"00080016": {"vr": "UI", "Value": ["1.2.840.10008.5.1.4.1.1.2"]}}])";
  EXPECT_THAT(Render(request), StatusIs(absl::StatusCode::kInvalidArgument, "the instance is no volume"));
}

TEST_F(RenderVolumesTest, CancelledRendersEnd) {
  Operation cancelled;
  cancelled.cancellation->Cancel();
  EXPECT_EQ(CategoryOf(Render(Slice(), cancelled).status()), ErrorCategory::kCancelled);
}

}  // namespace
}  // namespace vitrine::service
