#include "encode/encode.h"

#include <limits>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/status_matchers.h"
#include "encode/decode_for_test.h"
#include "gtest/gtest.h"

namespace vitrine::encode {
namespace {

using image::Raster;
using testing::StatusIs;

Raster Valid() { return {3, 2, 1, 8, {10, 20, 30, 40, 50, 60}}; }

TEST(Encode, EachFormatGoesToItsEncoder) {
  ASSERT_OK_AND_ASSIGN(const std::string png, Encode(Valid(), {.format = Format::kPng}));
  EXPECT_EQ(DecodeWithLibpng(png).samples, Valid().samples);
  ASSERT_OK_AND_ASSIGN(const std::string jpeg, Encode(Valid(), {.format = Format::kJpeg, .quality = 100}));
  EXPECT_EQ(DecodeWithLibjpeg(jpeg).width, 3);
}

TEST(Encode, MediaTypes) {
  EXPECT_EQ(MediaType(Format::kJpeg), "image/jpeg");
  EXPECT_EQ(MediaType(Format::kPng), "image/png");
}

TEST(Encode, QualityMattersToJpegOnly) {
  EXPECT_THAT(Encode(Valid(), {.format = Format::kJpeg, .quality = 101}), StatusIs(absl::StatusCode::kInvalidArgument));
  ASSERT_OK_AND_ASSIGN(const std::string png, Encode(Valid(), {.format = Format::kPng, .quality = 101}));
  EXPECT_EQ(DecodeWithSpng(png).samples, Valid().samples);
}

TEST(Encode, RefusesARasterThatIsNotOne) {
  constexpr int kMax = std::numeric_limits<int>::max();
  const Raster kBroken[] = {
      {0, 0, 1, 8, {}},
      {0, 1, 1, 8, {}},
      {1, 0, 1, 8, {}},
      {-1, -1, 1, 8, {0}},
      {std::numeric_limits<int>::min(), 1, 1, 8, {0}},
      {1, 1, 0, 8, {}},
      {1, 1, 2, 8, {0, 0}},
      {1, 1, 4, 8, {0, 0, 0, 0}},
      {1, 1, -1, 8, {0}},
      {1, 1, 1, 12, {0, 0}},
      {1, 1, 1, 32, {0, 0, 0, 0}},
      {1, 1, 1, 0, {}},
      {3, 2, 1, 8, {1, 2, 3, 4, 5}},
      {3, 2, 1, 8, {1, 2, 3, 4, 5, 6, 7}},
      {3, 2, 1, 8, {1, 2, 3}},
      {3, 2, 1, 8, {}},
      {kMax, kMax, 3, 16, {}},
      {kMax, kMax, 3, 16, std::vector<uint8_t>(6)},
      {1 << 30, 1 << 30, 1, 16, std::vector<uint8_t>(16)},
  };
  for (const Raster& raster : kBroken) {
    for (const Format format : {Format::kJpeg, Format::kPng}) {
      const auto result = Encode(raster, {.format = format});
      EXPECT_THAT(result, StatusIs(absl::StatusCode::kInvalidArgument))
          << raster.width << 'x' << raster.height << 'x' << raster.channels << ' ' << raster.bits;
      EXPECT_EQ(CategoryOf(result.status()), ErrorCategory::kInvalidRequest);
    }
  }
}

TEST(Encode, RefusesAnUnknownFormat) {
  const auto format = static_cast<Format>(77);
  EXPECT_THAT(Encode(Valid(), {.format = format}), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_EQ(MediaType(format), "");
}

}  // namespace
}  // namespace vitrine::encode
