#include "service/dicomweb/parameters.h"

#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace vitrine::service {
namespace {

using testing::IsOk;
using testing::StatusIs;

absl::StatusOr<v1::RenderRequest> Read(const http::Fields& params) {
  v1::RenderRequest request;
  absl::Status status = ReadRenderParameters(params, request);
  if (!status.ok()) return status;
  return request;
}

TEST(Parameters, WindowTakesCenterWidthFunction) {
  ASSERT_OK_AND_ASSIGN(const v1::RenderRequest request, Read({{"window", "-600,1500,linear"}}));
  EXPECT_EQ(request.view().window().center(), -600);
  EXPECT_EQ(request.view().window().width(), 1500);
  EXPECT_EQ(request.view().window().function(), v1::Window::LINEAR);
}

TEST(Parameters, WindowNumbersMayHaveSignsFractionsAndExponents) {
  ASSERT_OK_AND_ASSIGN(const v1::RenderRequest request, Read({{"window", "+4.05e1 , 0.5,linear-exact"}}));
  EXPECT_EQ(request.view().window().center(), 40.5);
  EXPECT_EQ(request.view().window().width(), 0.5);
  EXPECT_EQ(request.view().window().function(), v1::Window::LINEAR_EXACT);
}

class MalformedParameter : public ::testing::TestWithParam<std::pair<const char*, const char*>> {};

TEST_P(MalformedParameter, IsRefusedByName) {
  const auto [name, value] = GetParam();
  EXPECT_THAT(Read({{name, value}}),
              StatusIs(absl::StatusCode::kInvalidArgument, ::testing::StartsWith(std::string(name) + ": ")));
}

INSTANTIATE_TEST_SUITE_P(
    All, MalformedParameter,
    ::testing::Values(std::pair("window", ""), std::pair("window", "40,400"), std::pair("window", "40,400,linear,1"),
                      std::pair("window", "40,400,Linear"), std::pair("window", "40,400,linear_exact"),
                      std::pair("window", "40,0.5,linear"), std::pair("window", "40,0,sigmoid"),
                      std::pair("window", "40,-400,linear-exact"), std::pair("window", "nan,400,linear"),
                      std::pair("window", "40,inf,linear"), std::pair("window", "0x10,400,linear"),
                      std::pair("window", "1e999,400,linear"), std::pair("window", "12345678901234567,400,linear"),
                      std::pair("window", "40,400,"), std::pair("viewport", ""), std::pair("viewport", "512"),
                      std::pair("viewport", "512,0"), std::pair("viewport", "-512,512"),
                      std::pair("viewport", "512.5,512"), std::pair("viewport", "99999999999,512"),
                      std::pair("viewport", "512,512,"), std::pair("viewport", "512,512,0,0,10,10,10"),
                      std::pair("viewport", "512,512,0,0,0,10"), std::pair("viewport", "512,512,a"),
                      std::pair("viewport", "512,512,0,0,10,"), std::pair("quality", "0"), std::pair("quality", "101"),
                      std::pair("quality", "ninety"), std::pair("quality", "-1"), std::pair("quality", ""),
                      std::pair("vitrine-bits", "12"), std::pair("vitrine-invert", "true")));

TEST(Parameters, ViewportAloneSetsTheBox) {
  ASSERT_OK_AND_ASSIGN(const v1::RenderRequest request, Read({{"viewport", "1024,768"}}));
  EXPECT_EQ(request.output().width(), 1024);
  EXPECT_EQ(request.output().height(), 768);
  EXPECT_FALSE(request.view().frame().has_source_region());
}

TEST(Parameters, ViewportMembersMayBeElided) {
  ASSERT_OK_AND_ASSIGN(const v1::RenderRequest request, Read({{"viewport", "512,512,,,256,128.5"}}));
  const v1::SourceRegion& region = request.view().frame().source_region();
  EXPECT_EQ(region.left(), 0);
  EXPECT_EQ(region.top(), 0);
  EXPECT_EQ(region.width(), 256);
  EXPECT_EQ(region.height(), 128.5);
}

TEST(Parameters, NegativeSourceSizesFlipAndSignsOfPositionsDoNotMatter) {
  ASSERT_OK_AND_ASSIGN(const v1::RenderRequest request, Read({{"viewport", "512,512,-10,20,-256,-128"}}));
  const v1::FrameView& frame = request.view().frame();
  EXPECT_TRUE(frame.flip_horizontal());
  EXPECT_TRUE(frame.flip_vertical());
  EXPECT_EQ(frame.source_region().left(), 10);
  EXPECT_EQ(frame.source_region().top(), 20);
  EXPECT_EQ(frame.source_region().width(), 256);
  EXPECT_EQ(frame.source_region().height(), 128);
}

TEST(Parameters, UnknownOnesAreIgnoredAndKnownOnesMustNotRepeat) {
  EXPECT_THAT(Read({{"iccprofile", "srgb"}, {"x", ""}, {"x", "1"}}), IsOk());
  EXPECT_THAT(Read({{"quality", "80"}, {"quality", "80"}}), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace vitrine::service
