#include "encode/mp4.h"

#include <cmath>
#include <string>
#include <vector>

#include "absl/algorithm/container.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "encode/decode_mp4_for_test.h"
#include "gtest/gtest.h"

namespace vitrine::encode {
namespace {

using testing::IsOk;

// A bright disk that moves before a ramp. Colours change slowly: fast changes are what 4:2:0 gives up.
image::Raster Scene(int width, int height, int channels, int step) {
  image::Raster raster = {width, height, channels, 8, {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      const double distance = std::hypot(x - width / 4.0 - 3 * step, y - height / 2.0);
      const double value = distance < height / 4.0 ? 180 : 120.0 * x / width;
      for (int c = 0; c < channels; ++c) {
        const double tint = c == 0 ? 1.0 * x / width : c == 1 ? 1.0 * y / height : 1 - 1.0 * x / width;
        raster.samples.push_back(static_cast<uint8_t>(value + 75 * tint));
      }
    }
  }
  return raster;
}

std::vector<image::Raster> Scenes(int width, int height, int channels, int count) {
  std::vector<image::Raster> frames;
  for (int i = 0; i < count; ++i) frames.push_back(Scene(width, height, channels, i));
  return frames;
}

image::Raster Plain(int width, int height, uint8_t value) {
  return {width, height, 1, 8, std::vector<uint8_t>(static_cast<size_t>(width) * height, value)};
}

// Decibels, over the raster's own pixels; what the file has more must repeat them.
double Psnr(const image::Raster& raster, const std::vector<uint8_t>& rgb, int width) {
  double sum = 0;
  for (int y = 0; y < raster.height; ++y) {
    for (int x = 0; x < raster.width; ++x) {
      for (int c = 0; c < 3; ++c) {
        const int channel = raster.channels == 1 ? 0 : c;
        const double error = raster.samples[y * raster.row_bytes() + x * raster.channels + channel] -
                             static_cast<double>(rgb[(static_cast<size_t>(y) * width + x) * 3 + c]);
        sum += error * error;
      }
    }
  }
  return 10 * std::log10(255 * 255 / (sum / (3.0 * raster.width * raster.height) + 1e-9));
}

TEST(Mp4, IsWhatBrowsersPlay) {
  const auto frames = Scenes(96, 64, 3, 30);
  ASSERT_OK_AND_ASSIGN(const std::string file, Mp4Encoder().Encode(frames, {.rate = 12.5}, {}));
  const DecodedMp4 decoded = DecodeMp4(file);
  EXPECT_EQ(decoded.boxes.front(), "ftyp");
  EXPECT_LT(absl::c_find(decoded.boxes, "moov"), absl::c_find(decoded.boxes, "mdat"));
  EXPECT_EQ(decoded.codec, "h264");
  EXPECT_EQ(decoded.pixel_format, "yuv420p");
  EXPECT_EQ(decoded.range, "tv");
  EXPECT_EQ(decoded.matrix, "bt709");
  EXPECT_EQ(decoded.primaries, "bt709");
  EXPECT_EQ(decoded.transfer, "bt709");
  EXPECT_EQ(decoded.width, 96);
  EXPECT_EQ(decoded.height, 64);
  EXPECT_EQ(decoded.duration, "2.400000");
  ASSERT_EQ(decoded.frames.size(), frames.size());
  for (size_t i = 0; i < frames.size(); ++i) EXPECT_GT(Psnr(frames[i], decoded.frames[i], 96), 38) << i;
}

TEST(Mp4, KeepsGrey) {
  const auto frames = Scenes(128, 96, 1, 10);
  ASSERT_OK_AND_ASSIGN(const std::string file, Mp4Encoder().Encode(frames, {}, {}));
  const DecodedMp4 decoded = DecodeMp4(file);
  ASSERT_EQ(decoded.frames.size(), 10u);
  for (size_t i = 0; i < frames.size(); ++i) EXPECT_GT(Psnr(frames[i], decoded.frames[i], 128), 45) << i;
}

TEST(Mp4, BlackAndWhiteSurvive) {
  const std::vector<image::Raster> frames = {Plain(64, 48, 0), Plain(64, 48, 255), Plain(64, 48, 0)};
  ASSERT_OK_AND_ASSIGN(const std::string file, Mp4Encoder().Encode(frames, {}, {}));
  const DecodedMp4 decoded = DecodeMp4(file);
  ASSERT_EQ(decoded.frames.size(), 3u);
  for (size_t i = 0; i < 3; ++i) {
    for (const uint8_t sample : decoded.frames[i]) ASSERT_NEAR(sample, i == 1 ? 255 : 0, 2) << i;
  }
}

TEST(Mp4, RatesAreExact) {
  const std::vector<image::Raster> frames(7, Plain(16, 16, 90));
  struct Case {
    double rate;
    const char* fraction;
  };
  for (const Case& c :
       {Case{10, "10/1"}, Case{100, "100/1"}, Case{29.97, "2997/100"}, Case{30000.0 / 1001, "30000/1001"},
        Case{0.3, "3/10"}, Case{12.345, "2469/200"}, Case{1e-12, "1/100"}}) {
    ASSERT_OK_AND_ASSIGN(const std::string file, Mp4Encoder().Encode(frames, {.rate = c.rate}, {}));
    const DecodedMp4 decoded = DecodeMp4(file);
    EXPECT_EQ(decoded.average_rate, c.fraction);
    EXPECT_EQ(decoded.frames.size(), 7u);
  }
}

TEST(Mp4, OddSizesRepeatTheLastColumnAndRow) {
  for (const auto& [width, height] : {std::pair{1, 1}, {33, 64}, {64, 33}, {101, 75}}) {
    const auto frames = Scenes(width, height, 3, 3);
    ASSERT_OK_AND_ASSIGN(const std::string file, Mp4Encoder().Encode(frames, {}, {}));
    const DecodedMp4 decoded = DecodeMp4(file);
    EXPECT_EQ(decoded.width, (width + 1) / 2 * 2);
    EXPECT_EQ(decoded.height, (height + 1) / 2 * 2);
    ASSERT_EQ(decoded.frames.size(), 3u);
    // What is not scaled fits pixel by pixel.
    EXPECT_GT(Psnr(frames[0], decoded.frames[0], decoded.width), 36) << width << " x " << height;
  }
}

TEST(Mp4, ForthAndBackRepeatsNoEnd) {
  std::vector<image::Raster> frames;
  for (const uint8_t value : {0, 80, 160, 240}) frames.push_back(Plain(16, 16, value));
  ASSERT_OK_AND_ASSIGN(const std::string file, Mp4Encoder().Encode(frames, {.forth_and_back = true}, {}));
  const DecodedMp4 decoded = DecodeMp4(file);
  const std::vector<int> expected = {0, 80, 160, 240, 160, 80};
  ASSERT_EQ(decoded.frames.size(), expected.size());
  for (size_t i = 0; i < expected.size(); ++i) EXPECT_NEAR(decoded.frames[i][0], expected[i], 2) << i;
}

TEST(Mp4, OnePictureIsAFile) {
  const auto frames = Scenes(64, 64, 3, 1);
  ASSERT_OK_AND_ASSIGN(const std::string file, Mp4Encoder().Encode(frames, {.rate = 4}, {}));
  const DecodedMp4 decoded = DecodeMp4(file);
  EXPECT_EQ(decoded.frames.size(), 1u);
  EXPECT_EQ(decoded.duration, "0.250000");
}

// The index of very many pictures, each with a chunk of its own size, still fits before them.
TEST(Mp4, HoldsManyPictures) {
  std::vector<image::Raster> frames;
  for (int i = 0; i < 2000; ++i) frames.push_back(Scene(32, 32, 3, i % 50));
  ASSERT_OK_AND_ASSIGN(const std::string file, Mp4Encoder().Encode(frames, {.rate = 100}, {}));
  const DecodedMp4 decoded = DecodeMp4(file);
  EXPECT_EQ(decoded.frames.size(), 2000u);
  EXPECT_EQ(decoded.boxes.back(), "mdat");
}

TEST(Mp4, EqualInputGivesEqualBytes) {
  const auto frames = Scenes(160, 120, 3, 12);
  ASSERT_OK_AND_ASSIGN(const std::string first, Mp4Encoder().Encode(frames, {}, {}));
  ASSERT_OK_AND_ASSIGN(const std::string second, Mp4Encoder().Encode(frames, {}, {}));
  EXPECT_EQ(first, second);
}

TEST(Mp4, StopsBetweenPictures) {
  const auto frames = Scenes(64, 64, 1, 5);
  Operation operation;
  operation.cancellation->Cancel();
  EXPECT_EQ(CategoryOf(Mp4Encoder().Encode(frames, {}, operation).status()), ErrorCategory::kCancelled);
}

TEST(Mp4, HasLimits) {
  const auto frames = Scenes(256, 256, 3, 8);
  ASSERT_OK_AND_ASSIGN(const std::string file, Mp4Encoder().Encode(frames, {}, {}));
  EXPECT_THAT(Mp4Encoder().Encode(frames, {.max_bytes = file.size()}, {}), IsOk());
  for (const uint64_t bytes : {uint64_t{0}, uint64_t{100}, file.size() / 2, file.size() - 1}) {
    EXPECT_EQ(CategoryOf(Mp4Encoder().Encode(frames, {.max_bytes = bytes}, {}).status()), ErrorCategory::kTooLarge);
  }
  EXPECT_THAT(CheckMp4Size(4096, 2304), IsOk());
  EXPECT_THAT(CheckMp4Size(1, 8688), IsOk());
  for (const auto& [width, height] : {std::pair{4097, 2304}, {8689, 1}, {8192, 8192}, {2147483647, 2147483647}}) {
    EXPECT_EQ(CategoryOf(CheckMp4Size(width, height)), ErrorCategory::kTooLarge) << width;
  }
}

TEST(Mp4, SixteenBitsAreRefused) {
  const std::vector<image::Raster> frames = {{1, 1, 1, 16, {0, 0}}};
  EXPECT_EQ(CategoryOf(Mp4Encoder().Encode(frames, {}, {}).status()), ErrorCategory::kInvalidRequest);
}

TEST(Mp4, WithoutTheLibrariesItSaysSo) {
  const Mp4Encoder encoder("/nonexistent");
  EXPECT_EQ(CategoryOf(encoder.Check()), ErrorCategory::kUnsupported);
  EXPECT_EQ(CategoryOf(encoder.Encode(Scenes(16, 16, 1, 2), {}, {}).status()), ErrorCategory::kUnsupported);
}

}  // namespace
}  // namespace vitrine::encode
