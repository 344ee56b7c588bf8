#include <vector>

#include "base/error.h"
#include "base/status_matchers.h"
#include "encode/decode_for_test.h"
#include "encode/decode_gif_for_test.h"
#include "encode/decode_mp4_for_test.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "service/handler/render_handler_fixture.h"

namespace vitrine::service {
namespace {

using testing::IsOk;
using testing::StatusIs;

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

TEST_F(RenderVolumesTest, ACoarsePictureIsTheSameViewAndIsNotKept) {
  const auto coarse = [&](const v1::RenderRequest& request) {
    return handler_->RenderCoarse({"anonymous"}, request, Operation());
  };
  EXPECT_EQ(CategoryOf(coarse(Slice()).status()), ErrorCategory::kUnsupported);
  EXPECT_EQ(CategoryOf(coarse(Request()).status()), ErrorCategory::kUnsupported);
  volumes_.coarse = MakeTestVolume(AxialLattice(8, 8, 2, 1, 4), [](int i, int, int) { return 16 * i; });
  volumes_.coarse->content_hash = 2;
  ASSERT_OK_AND_ASSIGN(const RenderResult early, coarse(Slice()));
  ASSERT_OK_AND_ASSIGN(const RenderResult whole, Render(Slice()));
  EXPECT_NE(early.picture->etag, whole.picture->etag);
  EXPECT_EQ(early.picture->geometry->top_left().z(), whole.picture->geometry->top_left().z());
  EXPECT_EQ(encode::DecodeWithLibpng(*early.picture->data).samples[7], (255 * 16 * 7 + 112) / 224);
  EXPECT_EQ(encode::DecodeWithLibpng(*whole.picture->data).samples[7], 255);
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
