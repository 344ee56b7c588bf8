#include "encode/jpeg.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "base/status_matchers.h"
#include "encode/decode_for_test.h"
#include "gtest/gtest.h"

namespace vitrine::encode {
namespace {

using image::Raster;
using ::testing::HasSubstr;
using testing::StatusIs;

// ITU-T T.81, tables K.1 and K.2.
constexpr int kLuminance[64] = {16, 11, 10, 16, 24,  40,  51,  61,  12, 12, 14, 19, 26,  58,  60,  55,
                                14, 13, 16, 24, 40,  57,  69,  56,  14, 17, 22, 29, 51,  87,  80,  62,
                                18, 22, 37, 56, 68,  109, 103, 77,  24, 35, 55, 64, 81,  104, 113, 92,
                                49, 64, 78, 87, 103, 121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99};
constexpr int kChrominance[64] = {17, 18, 24, 47, 99, 99, 99, 99, 18, 21, 26, 66, 99, 99, 99, 99,
                                  24, 26, 56, 99, 99, 99, 99, 99, 47, 66, 99, 99, 99, 99, 99, 99,
                                  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99,
                                  99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99, 99};

// The Independent JPEG Group's scale.
int Scaled(int value, int quality) {
  const int percent = quality < 50 ? 5000 / quality : 200 - 2 * quality;
  return std::clamp((value * percent + 50) / 100, 1, 255);
}

// Each coefficient is off by at most half its step, and the transform keeps the sum of squares: the greatest root mean
// square error of a block.
double QuantizationBound(const int (&table)[64], int quality) {
  double sum = 0;
  for (const int value : table) sum += std::pow(Scaled(value, quality) / 2.0, 2);
  return std::sqrt(sum / 64);
}

Raster Noise(int width, int height, int channels) {
  Raster raster{width, height, channels, 8, {}};
  raster.samples.resize(raster.row_bytes() * height);
  std::mt19937 random(3);
  for (uint8_t& sample : raster.samples) sample = static_cast<uint8_t>(random());
  return raster;
}

Raster Ramp(int width, int height, int channels) {
  Raster raster{width, height, channels, 8, {}};
  for (int y = 0; y < height; ++y) {
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < channels; ++c)
        raster.samples.push_back(c == 0 ? 255 * x / width : c == 1 ? 255 * y / height : 40);
    }
  }
  return raster;
}

double RootMeanSquare(const Raster& a, const Raster& b) {
  double sum = 0;
  for (size_t i = 0; i < a.samples.size(); ++i) sum += std::pow(a.samples[i] - b.samples[i], 2);
  return std::sqrt(sum / a.samples.size());
}

struct Segment {
  uint8_t marker;
  std::string data;
};

// The marker segments up to and with start of scan.
std::vector<Segment> Segments(const std::string& jpeg) {
  std::vector<Segment> segments;
  for (size_t i = 2; i + 4 <= jpeg.size();) {
    EXPECT_EQ(static_cast<uint8_t>(jpeg[i]), 0xFF);
    const size_t length = static_cast<uint8_t>(jpeg[i + 2]) << 8 | static_cast<uint8_t>(jpeg[i + 3]);
    segments.push_back({static_cast<uint8_t>(jpeg[i + 1]), jpeg.substr(i + 4, length - 2)});
    if (segments.back().marker == 0xDA) break;
    i += 2 + length;
  }
  return segments;
}

std::string SegmentData(const std::string& jpeg, uint8_t marker) {
  for (const Segment& segment : Segments(jpeg)) {
    if (segment.marker == marker) return segment.data;
  }
  return "";
}

TEST(Jpeg, IsBaselineSequentialJfif) {
  for (const int channels : {1, 3}) {
    ASSERT_OK_AND_ASSIGN(const std::string jpeg, EncodeJpeg(Noise(40, 30, channels), 80));
    EXPECT_EQ(jpeg.substr(0, 2), "\xFF\xD8");
    EXPECT_EQ(jpeg.substr(jpeg.size() - 2), "\xFF\xD9");
    EXPECT_EQ(SegmentData(jpeg, 0xE0).substr(0, 5), std::string("JFIF\0", 5));
    EXPECT_EQ(SegmentData(jpeg, 0xC0).substr(0, 6), std::string("\x08\0\x1e\0\x28", 5) + static_cast<char>(channels));
    for (const Segment& segment : Segments(jpeg)) {
      const bool other_frame = segment.marker > 0xC0 && segment.marker <= 0xCF && segment.marker != 0xC4;
      EXPECT_FALSE(other_frame) << static_cast<int>(segment.marker);
    }
  }
}

TEST(Jpeg, ChromaIsFullFromQuality90On) {
  for (const auto& [quality, luma_sampling] : {std::pair(1, '\x22'), {89, '\x22'}, {90, '\x11'}, {100, '\x11'}}) {
    ASSERT_OK_AND_ASSIGN(const std::string jpeg, EncodeJpeg(Noise(20, 20, 3), quality));
    const std::string frame = SegmentData(jpeg, 0xC0);
    ASSERT_EQ(frame.size(), 15u);
    EXPECT_EQ(frame[7], luma_sampling) << quality;
    EXPECT_EQ(frame[10], '\x11');
    EXPECT_EQ(frame[13], '\x11');
  }
}

TEST(Jpeg, QualityIsTheIndependentJpegGroupsScale) {
  for (const int quality : {1, 25, 50, 75, 90, 100}) {
    ASSERT_OK_AND_ASSIGN(const std::string jpeg, EncodeJpeg(Noise(8, 8, 1), quality));
    const std::string table = SegmentData(jpeg, 0xDB);
    ASSERT_EQ(table.size(), 65u);
    EXPECT_EQ(static_cast<uint8_t>(table[1]), Scaled(kLuminance[0], quality));  // Zigzag order.
    EXPECT_EQ(static_cast<uint8_t>(table[2]), Scaled(kLuminance[1], quality));
    EXPECT_EQ(static_cast<uint8_t>(table[3]), Scaled(kLuminance[8], quality));
    EXPECT_EQ(static_cast<uint8_t>(table[64]), Scaled(kLuminance[63], quality));
  }
}

TEST(Jpeg, GreyErrorStaysWithinTheQuantization) {
  for (const int quality : {50, 75, 90, 100}) {
    for (const auto& [width, height] : {std::pair(64, 64), {512, 512}, {8, 200}}) {
      const Raster raster = Noise(width, height, 1);
      ASSERT_OK_AND_ASSIGN(const std::string jpeg, EncodeJpeg(raster, quality));
      const Raster decoded = DecodeWithLibjpeg(jpeg);
      ASSERT_EQ(decoded.samples.size(), raster.samples.size());
      EXPECT_LE(RootMeanSquare(decoded, raster), QuantizationBound(kLuminance, quality) + 0.5) << quality;
    }
  }
}

TEST(Jpeg, ColourErrorStaysWithinTheQuantization) {
  for (const int quality : {50, 89, 90, 100}) {
    const Raster raster = Ramp(256, 256, 3);
    ASSERT_OK_AND_ASSIGN(const std::string jpeg, EncodeJpeg(raster, quality));
    const Raster decoded = DecodeWithLibjpeg(jpeg);
    ASSERT_EQ(decoded.channels, 3);
    ASSERT_EQ(decoded.samples.size(), raster.samples.size());
    // Blue moves by 1.772 Cb at most; 1.5 for roundings and, below 90, for what halved chroma loses of a ramp.
    const double bound =
        QuantizationBound(kLuminance, quality) + 1.772 * QuantizationBound(kChrominance, quality) + 1.5;
    EXPECT_LE(RootMeanSquare(decoded, raster), bound) << quality;
  }
}

TEST(Jpeg, OddSizes) {
  for (const int channels : {1, 3}) {
    for (const int quality : {75, 95}) {
      for (const auto& [width, height] : {std::pair(1, 1), {1, 17}, {17, 1}, {7, 9}, {33, 31}}) {
        const Raster raster = Ramp(width, height, channels);
        ASSERT_OK_AND_ASSIGN(const std::string jpeg, EncodeJpeg(raster, quality));
        const Raster decoded = DecodeWithLibjpeg(jpeg);
        EXPECT_EQ(decoded.width, width);
        EXPECT_EQ(decoded.height, height);
        EXPECT_EQ(decoded.channels, channels);
      }
    }
  }
}

TEST(Jpeg, GreyIsByteForByteWhatScanlinesGive) {
  for (const auto& [width, height] : {std::pair(1, 1), {1, 17}, {17, 1}, {8, 8}, {16, 9}, {33, 31}, {512, 40}}) {
    for (const Raster& raster : {Noise(width, height, 1), Ramp(width, height, 1)}) {
      ASSERT_OK_AND_ASSIGN(const std::string jpeg, EncodeJpeg(raster, 90));
      EXPECT_TRUE(jpeg == EncodeWithLibjpeg(raster, 90).view()) << width << " x " << height;
    }
  }
}

TEST(Jpeg, ExtremesOfTheGreyScaleStayThere) {
  Raster raster{16, 16, 1, 8, std::vector<uint8_t>(256, 255)};
  std::fill(raster.samples.begin(), raster.samples.begin() + 128, 0);
  ASSERT_OK_AND_ASSIGN(const std::string jpeg, EncodeJpeg(raster, 90));
  EXPECT_EQ(DecodeWithLibjpeg(jpeg).samples, raster.samples);
}

// Noise at quality 100 outgrows the first guess of the size several times.
TEST(Jpeg, OutputGrows) {
  const Raster raster = Noise(600, 600, 3);
  ASSERT_OK_AND_ASSIGN(const std::string jpeg, EncodeJpeg(raster, 100));
  EXPECT_GT(jpeg.size(), raster.samples.size() / 2);
  EXPECT_EQ(DecodeWithLibjpeg(jpeg).width, 600);
  EXPECT_LE(jpeg.capacity(), jpeg.size() + 64);
}

TEST(Jpeg, RefusesWhatTheFormatCannotHold) {
  constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;
  EXPECT_THAT(EncodeJpeg(Raster{1, 1, 1, 16, {0, 0}}, 90), StatusIs(kInvalid, HasSubstr("8 bits")));
  EXPECT_THAT(EncodeJpeg(Noise(65501, 1, 1), 90), StatusIs(kInvalid, HasSubstr("65500")));
  EXPECT_THAT(EncodeJpeg(Noise(1, 65501, 1), 90), StatusIs(kInvalid, HasSubstr("65500")));
  EXPECT_THAT(EncodeJpeg(Noise(1, 1, 1), 0), StatusIs(kInvalid, HasSubstr("quality")));
  EXPECT_THAT(EncodeJpeg(Noise(1, 1, 1), 101), StatusIs(kInvalid, HasSubstr("quality")));
  ASSERT_OK_AND_ASSIGN(const std::string widest, EncodeJpeg(Noise(65500, 1, 1), 90));
  EXPECT_EQ(DecodeWithLibjpeg(widest).width, 65500);
}

}  // namespace
}  // namespace vitrine::encode
