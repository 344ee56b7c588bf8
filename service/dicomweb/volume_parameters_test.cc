#include "service/dicomweb/volume_parameters.h"

#include <string>
#include <utility>

#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace vitrine::service {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;

struct Read {
  v1::RenderRequest request;
  absl::StatusOr<AnimationWish> wish;
};

Read ReadMpr(const http::Fields& params) {
  v1::RenderRequest request;
  request.mutable_view()->mutable_slice();
  auto wish = ReadVolumeParameters(params, request);
  return {std::move(request), std::move(wish)};
}

Read Read3d(const http::Fields& params) {
  v1::RenderRequest request;
  request.mutable_view()->mutable_volume();
  auto wish = ReadVolumeParameters(params, request);
  return {std::move(request), std::move(wish)};
}

// PS3.18 8.3.5.3.1 to 8.3.5.3.13, one by one.
TEST(VolumeParameters, CameraByViewpoint) {
  const Read read =
      ReadMpr({{"viewpointposition", "100,-250.5,2e2"}, {"viewpointlookat", " 1 , 2 ,3"}, {"viewpointup", "0,0,1"}});
  ASSERT_THAT(read.wish, IsOk());
  const v1::Camera& camera = read.request.view().slice().camera();
  EXPECT_EQ(camera.position().x(), 100);
  EXPECT_EQ(camera.position().y(), -250.5);
  EXPECT_EQ(camera.position().z(), 200);
  EXPECT_EQ(camera.look_at().y(), 2);
  EXPECT_EQ(camera.up().z(), 1);
  EXPECT_EQ(camera.orientation(), v1::Camera::ORIENTATION_UNSPECIFIED);
}

TEST(VolumeParameters, EveryOrientation) {
  const std::pair<const char*, v1::Camera::Orientation> cases[] = {
      {"a", v1::Camera::ANTERIOR}, {"p", v1::Camera::POSTERIOR}, {"r", v1::Camera::RIGHT},
      {"l", v1::Camera::LEFT},     {"h", v1::Camera::HEAD},      {"f", v1::Camera::FOOT}};
  for (const auto& [text, orientation] : cases) {
    const Read read = Read3d({{"orientation", text}});
    ASSERT_THAT(read.wish, IsOk());
    EXPECT_EQ(read.request.view().volume().camera().orientation(), orientation) << text;
  }
}

TEST(VolumeParameters, EveryMethod) {
  const std::pair<const char*, v1::Projection> cases[] = {{"volume_rendered", v1::VOLUME_RENDERED},
                                                          {"maximum_ip", v1::MAXIMUM_INTENSITY},
                                                          {"minimum_ip", v1::MINIMUM_INTENSITY},
                                                          {"average_ip", v1::AVERAGE_INTENSITY}};
  for (const auto& [text, projection] : cases) {
    const Read read = Read3d({{"renderingmethod", text}});
    ASSERT_THAT(read.wish, IsOk());
    EXPECT_EQ(read.request.view().volume().projection(), projection) << text;
  }
}

TEST(VolumeParameters, InputByReference) {
  const Read series = ReadMpr({{"volumeinputreference", "1.2.3"}});
  ASSERT_THAT(series.wish, IsOk());
  EXPECT_EQ(series.request.view().slice().input().reference_sop_instance_uid(), "1.2.3");
  EXPECT_EQ(series.request.view().slice().input().reference_frame_number(), 0);
  const Read frame = Read3d({{"volumeinputreference", "1.2.3,7"}});
  ASSERT_THAT(frame.wish, IsOk());
  EXPECT_EQ(frame.request.view().volume().input().reference_frame_number(), 7);
}

// B.33 has CardiacRRIntervalSpecified=140-260.
TEST(VolumeParameters, InputByMatching) {
  const Read read = ReadMpr({{"CardiacRRIntervalSpecified", "140-260"}, {"00180081", "30"}, {"NoSuchKeyword", "x"}});
  ASSERT_THAT(read.wish, IsOk());
  const auto& match = read.request.view().slice().input().match();
  ASSERT_EQ(match.size(), 2u);
  EXPECT_EQ(match.at("CardiacRRIntervalSpecified"), "140-260");
  EXPECT_EQ(match.at("00180081"), "30");
}

TEST(VolumeParameters, SlabAndOutput) {
  const Read read =
      ReadMpr({{"mprslab", "12.5"}, {"viewport", "640,480"}, {"quality", "80"}, {"window", "40,400,linear"}});
  ASSERT_THAT(read.wish, IsOk());
  EXPECT_EQ(read.request.view().slice().slab_thickness_mm(), 12.5);
  EXPECT_EQ(read.request.output().width(), 640);
  EXPECT_EQ(read.request.output().height(), 480);
  EXPECT_EQ(read.request.output().quality(), 80);
  EXPECT_EQ(read.request.view().window().width(), 400);
}

TEST(VolumeParameters, CurvePointsRepeatOrStandInOneList) {
  for (const http::Fields& params : {http::Fields{{"volumetriccurvepoint", "1,2,3"}, {"volumetriccurvepoint", "4,5,6"}},
                                     http::Fields{{"volumetriccurvepoint", "1,2,3,4,5,6"}}}) {
    const Read read = ReadMpr(params);
    ASSERT_THAT(read.wish, IsOk());
    ASSERT_EQ(read.request.view().slice().curve_size(), 2);
    EXPECT_EQ(read.request.view().slice().curve(0).x(), 1);
    EXPECT_EQ(read.request.view().slice().curve(1).z(), 6);
  }
}

TEST(VolumeParameters, Animations) {
  const Read read = Read3d({{"swivelrange", "180"}, {"animationstepsize", "1.5"}, {"animationrate", "20"}});
  ASSERT_THAT(read.wish, IsOk());
  EXPECT_EQ(read.request.animation().swivel().range_degrees(), 180);
  EXPECT_EQ(read.wish->step, 1.5);
  EXPECT_EQ(read.wish->rate, 20);
}

TEST(VolumeParameters, Metadata) {
  EXPECT_TRUE(ReadMpr({{"renderedvolumetricmetadata", "yes"}}).request.metadata_only());
  EXPECT_FALSE(ReadMpr({}).request.metadata_only());
}

TEST(VolumeParameters, PrivateOnes) {
  const Read read = Read3d({{"vitrine-preset", "ct-bone"},
                            {"vitrine-interpolation", "cubic"},
                            {"vitrine-fov", "250"},
                            {"vitrine-zoom", "2"},
                            {"vitrine-pan", "-3,4.5"},
                            {"vitrine-crop", "-1,-2,-3,1,2,3"},
                            {"vitrine-moving", "yes"},
                            {"vitrine-bits", "8"}});
  ASSERT_THAT(read.wish, IsOk());
  const v1::VolumeView& volume = read.request.view().volume();
  EXPECT_EQ(volume.preset(), "ct-bone");
  EXPECT_EQ(volume.interpolation(), v1::INTERPOLATION_CUBIC);
  EXPECT_EQ(volume.camera().field_of_view_mm(), 250);
  EXPECT_EQ(volume.camera().zoom(), 2);
  EXPECT_EQ(volume.camera().pan_right_mm(), -3);
  EXPECT_EQ(volume.camera().pan_down_mm(), 4.5);
  EXPECT_EQ(volume.crop().minimum().z(), -3);
  EXPECT_EQ(volume.crop().maximum().x(), 1);
  EXPECT_TRUE(volume.moving());
  EXPECT_TRUE(ReadMpr({{"vitrine-invert", "yes"}}).request.view().slice().invert());
}

TEST(VolumeParameters, OwnTransferFunction) {
  const Read read =
      Read3d({{"vitrine-transfer-function", "-100,0,0,0,0,300,1,0.5,0.25,0.75"}, {"vitrine-shaded", "no"}});
  ASSERT_THAT(read.wish, IsOk());
  const v1::TransferFunction& function = read.request.view().volume().transfer_function();
  ASSERT_EQ(function.points_size(), 2);
  EXPECT_EQ(function.points(0).value(), -100);
  EXPECT_EQ(function.points(1).green(), 0.5);
  EXPECT_EQ(function.points(1).opacity(), 0.75);
  EXPECT_TRUE(function.has_shaded());
  EXPECT_FALSE(function.shaded());
}

// Table 10.4.1-5: a parameter that the resource does not have is as if it were absent.
TEST(VolumeParameters, ThoseOfTheOtherResourceAreIgnored) {
  EXPECT_THAT(Read3d({{"mprslab", "-1"}, {"volumetriccurvepoint", "x"}}).wish, IsOk());
  const Read read = ReadMpr({{"swivelrange", "x"}, {"vitrine-preset", "none"}, {"unknown", ""}});
  EXPECT_THAT(read.wish, IsOk());
  EXPECT_FALSE(read.request.has_animation());
}

using Malformed = std::pair<const char*, const char*>;
class MalformedVolumeParameter : public ::testing::TestWithParam<Malformed> {};

// On the resource that has it, or on both.
TEST_P(MalformedVolumeParameter, IsRefusedByName) {
  const auto [name, value] = GetParam();
  const std::string parameter = name;
  const bool only_3d = parameter == "swivelrange" || parameter == "vitrine-preset" || parameter == "vitrine-moving" ||
                       parameter == "vitrine-transfer-function";
  const bool only_mpr = parameter == "mprslab" || parameter == "volumetriccurvepoint";
  const auto refused = StatusIs(absl::StatusCode::kInvalidArgument, ::testing::StartsWith(parameter + ": "));
  if (!only_3d) {
    EXPECT_THAT(ReadMpr({{name, value}}).wish, refused);
  }
  if (!only_mpr) {
    EXPECT_THAT(Read3d({{name, value}}).wish, refused);
  }
}

INSTANTIATE_TEST_SUITE_P(
    All, MalformedVolumeParameter,
    ::testing::Values(
        Malformed("renderingmethod", ""), Malformed("renderingmethod", "mip"),
        Malformed("renderingmethod", "maximum_ip,average_ip"), Malformed("renderingmethod", "MAXIMUM_IP"),
        Malformed("orientation", ""), Malformed("orientation", "A"), Malformed("orientation", "a,p"),
        Malformed("orientation", "s"), Malformed("viewpointposition", ""), Malformed("viewpointposition", "1,2"),
        Malformed("viewpointposition", "1,2,3,4"), Malformed("viewpointposition", "1,,3"),
        Malformed("viewpointlookat", "nan,0,0"), Malformed("viewpointlookat", "0,inf,0"),
        Malformed("viewpointup", "0,0,up"), Malformed("viewpointup", "0x1,0,0"), Malformed("mprslab", "0"),
        Malformed("mprslab", "-5"), Malformed("mprslab", "nan"), Malformed("mprslab", ""),
        Malformed("swivelrange", "0"), Malformed("swivelrange", "-90"), Malformed("swivelrange", "361"),
        Malformed("swivelrange", "half"), Malformed("volumetriccurvepoint", "1,2,3"),
        Malformed("volumetriccurvepoint", "1,2,3,4"), Malformed("volumetriccurvepoint", ""),
        Malformed("volumetriccurvepoint", "1,2,nan"), Malformed("animationstepsize", "0"),
        Malformed("animationstepsize", "-1"), Malformed("animationstepsize", "x"), Malformed("animationrate", "0"),
        Malformed("animationrate", "fast"), Malformed("renderedvolumetricmetadata", "no"),
        Malformed("renderedvolumetricmetadata", ""), Malformed("volumeinputreference", ""),
        Malformed("volumeinputreference", "1.2,0"), Malformed("volumeinputreference", "1.2,x"),
        Malformed("volumeinputreference", "1.2,3,4"), Malformed("viewport", "512"), Malformed("viewport", "512,0"),
        Malformed("viewport", "512,512,0,0,10,10"), Malformed("viewport", "-1,512"), Malformed("window", "40,400"),
        Malformed("window", "40,0,linear"), Malformed("quality", "0"), Malformed("vitrine-interpolation", "nearest"),
        Malformed("vitrine-fov", "0"), Malformed("vitrine-zoom", "-2"), Malformed("vitrine-pan", "1"),
        Malformed("vitrine-pan", "1,2,3"), Malformed("vitrine-crop", "0,0,0,1,1"), Malformed("vitrine-bits", "12"),
        Malformed("vitrine-invert", "1"), Malformed("vitrine-moving", "true"), Malformed("vitrine-preset", ""),
        Malformed("vitrine-transfer-function", "0,0,0,0"), Malformed("vitrine-transfer-function", "")));

TEST(VolumeParameters, MprHasNoVolumeRendering) {
  EXPECT_THAT(ReadMpr({{"renderingmethod", "volume_rendered"}}).wish, StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(VolumeParameters, NoneButCurvePointsMayRepeat) {
  EXPECT_THAT(ReadMpr({{"orientation", "a"}, {"orientation", "a"}}).wish,
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("more than once")));
  EXPECT_THAT(ReadMpr({{"EchoTime", "30"}, {"EchoTime", "30"}}).wish,
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("more than once")));
}

// The conflicts of the standard, and of our own parameters.
TEST(VolumeParameters, Conflicts) {
  const http::Fields conflicts[] = {
      {{"orientation", "a"}, {"viewpointposition", "1,2,3"}},
      {{"viewpointlookat", "1,2,3"}, {"orientation", "h"}},
      {{"orientation", "l"}, {"viewpointup", "0,0,1"}},
      {{"volumeinputreference", "1.2"}, {"EchoTime", "30"}},
      {{"vitrine-preset", "ct-bone"}, {"vitrine-transfer-function", "0,0,0,0,0,1,1,1,1,1"}},
      {{"vitrine-shaded", "yes"}},
  };
  for (const http::Fields& params : conflicts) {
    EXPECT_THAT(Read3d(params).wish, StatusIs(absl::StatusCode::kInvalidArgument)) << params[0].first;
  }
}

}  // namespace
}  // namespace vitrine::service
