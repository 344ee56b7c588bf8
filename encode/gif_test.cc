#include "encode/gif.h"

#include <string>
#include <vector>

#include "base/status_matchers.h"
#include "encode/decode_gif_for_test.h"
#include "gtest/gtest.h"

namespace vitrine::encode {
namespace {

using testing::StatusIs;

image::Raster Grey(int width, int height, int seed) {
  image::Raster raster{width, height, 1, 8, {}};
  for (int i = 0; i < width * height; ++i) raster.samples.push_back(static_cast<uint8_t>(i * 7 + seed * 31));
  return raster;
}

TEST(Gif, GreyIsLossless) {
  const image::Raster picture = Grey(37, 23, 1);
  ASSERT_OK_AND_ASSIGN(const std::string file, EncodeGif({&picture, 1}, {}));
  EXPECT_EQ(file.substr(0, 6), "GIF89a");
  const std::vector<DecodedGifFrame> frames = DecodeGif(file);
  ASSERT_EQ(frames.size(), 1u);
  ASSERT_EQ(frames[0].rgb.size(), picture.samples.size() * 3);
  for (size_t i = 0; i < frames[0].rgb.size(); ++i) EXPECT_EQ(frames[0].rgb[i], picture.samples[i / 3]);
}

TEST(Gif, AnimationsHoldEveryPictureAndTheDelay) {
  const std::vector<image::Raster> pictures = {Grey(5, 4, 1), Grey(5, 4, 2), Grey(5, 4, 3)};
  ASSERT_OK_AND_ASSIGN(const std::string file, EncodeGif(pictures, {.delay = 7}));
  EXPECT_NE(file.find("NETSCAPE2.0"), std::string::npos);
  const std::vector<DecodedGifFrame> frames = DecodeGif(file);
  ASSERT_EQ(frames.size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    EXPECT_EQ(frames[i].delay, 7);
    EXPECT_EQ(frames[i].rgb[0], pictures[i].samples[0]);
  }
}

TEST(Gif, ForthAndBackRepeatsNoEnd) {
  const std::vector<image::Raster> pictures = {Grey(1, 1, 0), Grey(1, 1, 1), Grey(1, 1, 2), Grey(1, 1, 3)};
  ASSERT_OK_AND_ASSIGN(const std::string file, EncodeGif(pictures, {.forth_and_back = true}));
  const std::vector<DecodedGifFrame> frames = DecodeGif(file);
  const std::vector<int> expected = {0, 1, 2, 3, 2, 1};
  ASSERT_EQ(frames.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_EQ(frames[i].rgb[0], pictures[expected[i]].samples[0]);
}

TEST(Gif, ColoursGoThroughAPalette) {
  const image::Raster picture = {2, 1, 3, 8, {250, 10, 20, 30, 40, 200}};
  ASSERT_OK_AND_ASSIGN(const std::string file, EncodeGif({&picture, 1}, {}));
  EXPECT_EQ(DecodeGif(file)[0].rgb, picture.samples);
}

TEST(Gif, SixteenBitsAreRefused) {
  const image::Raster picture = {1, 1, 1, 16, {0, 0}};
  EXPECT_THAT(EncodeGif({&picture, 1}, {}), StatusIs(absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace vitrine::encode
