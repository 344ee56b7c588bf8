#include "encode/png.h"

#include <algorithm>
#include <cmath>
#include <random>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/status_matchers.h"
#include "encode/decode_for_test.h"
#include "gtest/gtest.h"

namespace vitrine::encode {
namespace {

using image::Raster;

enum class Content { kZero, kFull, kNoise, kSmooth };

Raster Make(int width, int height, int channels, int bits, Content content) {
  Raster raster{width, height, channels, bits, {}};
  raster.samples.resize(raster.row_bytes() * height);
  std::mt19937 random(7);
  for (size_t i = 0; i < raster.samples.size(); ++i) {
    switch (content) {
      case Content::kZero: break;
      case Content::kFull: raster.samples[i] = 0xFF; break;
      case Content::kNoise: raster.samples[i] = static_cast<uint8_t>(random()); break;
      case Content::kSmooth: raster.samples[i] = static_cast<uint8_t>(i % raster.row_bytes() / 3 + i / 100); break;
    }
  }
  return raster;
}

void ExpectSame(const Raster& actual, const Raster& expected) {
  EXPECT_EQ(actual.width, expected.width);
  EXPECT_EQ(actual.height, expected.height);
  EXPECT_EQ(actual.channels, expected.channels);
  EXPECT_EQ(actual.bits, expected.bits);
  EXPECT_TRUE(actual.samples == expected.samples);
}

TEST(Png, TwoDecodersGetEverySampleBack) {
  for (const int channels : {1, 3}) {
    for (const int bits : {8, 16}) {
      for (const auto& [width, height] : {std::pair(1, 1), {2, 1}, {1, 7}, {31, 33}, {64, 64}, {65, 3}, {517, 129}}) {
        for (const Content content : {Content::kZero, Content::kFull, Content::kNoise, Content::kSmooth}) {
          SCOPED_TRACE(::testing::Message() << width << 'x' << height << 'x' << channels << ' ' << bits
                                            << " bits, content " << static_cast<int>(content));
          const Raster raster = Make(width, height, channels, bits, content);
          ASSERT_OK_AND_ASSIGN(const std::string png, EncodePng(raster));
          ExpectSame(DecodeWithLibpng(png), raster);
          ExpectSame(DecodeWithSpng(png), raster);
        }
      }
    }
  }
}

// A picture of ellipses: smooth inside, with edges. `levels` values from black to white, `noise` added to them.
Raster Ellipses(int size, int channels, int levels, int noise) {
  Raster raster{size, size, channels, 8, {}};
  std::mt19937 random(3);
  for (int y = 0; y < size; ++y) {
    for (int x = 0; x < size; ++x) {
      const double from_center = std::hypot((x - 0.5 * size) / (0.44 * size), (y - 0.5 * size) / (0.33 * size));
      const double from_side = std::hypot((x - 0.3 * size) / (0.13 * size), (y - 0.47 * size) / (0.19 * size));
      const double value = from_center > 1 ? 0 : from_side < 1 ? 0.2 + 0.1 * from_side : 1 - 0.7 * from_center;
      for (int c = 0; c < channels; ++c) {
        const double level = std::floor(value * (c == 1 ? 0.8 : 1) * (levels - 1)) * 255 / (levels - 1);
        const int added = noise == 0 || value == 0 ? 0 : static_cast<int>(random() % noise);
        raster.samples.push_back(static_cast<uint8_t>(std::clamp(static_cast<int>(level) + added, 0, 255)));
      }
    }
  }
  return raster;
}

// Segmentations, screens and phantoms compress a hundredfold and more: there the fastest level alone falls behind.
TEST(Png, IsNoLargerThanLibspngsDefaultByATenth) {
  const auto expect_small = [](const Raster& raster, const std::string& what) {
    ASSERT_OK_AND_ASSIGN(const std::string png, EncodePng(raster));
    const std::string peer = EncodeWithSpng(raster);
    ASSERT_FALSE(peer.empty());
    EXPECT_LE(png.size(), peer.size() * 1.1) << what << ": " << peer.size() << " bytes by libspng";
    ExpectSame(DecodeWithSpng(png), raster);
  };
  for (const int channels : {1, 3}) {
    for (const int levels : {2, 4, 16, 64, 256}) {
      for (const int noise : {0, 2, 6, 40}) {
        expect_small(Ellipses(512, channels, levels, noise),
                     absl::StrCat(channels, " channels, ", levels, " levels, noise ", noise));
      }
    }
    for (const int bits : {8, 16}) {
      for (const Content content : {Content::kZero, Content::kFull, Content::kNoise, Content::kSmooth}) {
        expect_small(Make(512, 300, channels, bits, content),
                     absl::StrCat(channels, " channels, ", bits, " bits, content ", static_cast<int>(content)));
      }
    }
  }
}

TEST(Png, HeaderIsWhatTheStandardSays) {
  ASSERT_OK_AND_ASSIGN(const std::string png, EncodePng(Make(0x102, 3, 3, 16, Content::kZero)));
  EXPECT_EQ(png.substr(0, 8), "\x89PNG\r\n\x1a\n");
  EXPECT_EQ(png.substr(8, 21), std::string("\0\0\0\x0dIHDR\0\0\1\2\0\0\0\3\x10\2\0\0\0", 21));
  EXPECT_EQ(png.substr(png.size() - 12), std::string("\0\0\0\0IEND\xae\x42\x60\x82", 12));
}

TEST(Png, SixteenBitSamplesAreBigEndian) {
  const uint16_t value = 0x1234;
  Raster raster{1, 1, 1, 16, {}};
  raster.samples.assign(reinterpret_cast<const uint8_t*>(&value), reinterpret_cast<const uint8_t*>(&value) + 2);
  ASSERT_OK_AND_ASSIGN(const std::string png, EncodePng(raster));
  // libpng reads big-endian samples and is told to swap them into native order.
  ExpectSame(DecodeWithLibpng(png), raster);
}

TEST(Png, LongStreamsAreCutIntoChunks) {
  const Raster raster = Make(4200, 4000, 1, 8, Content::kNoise);
  ASSERT_OK_AND_ASSIGN(const std::string png, EncodePng(raster));
  EXPECT_EQ(png.substr(33, 8), std::string("\1\0\0\0IDAT", 8));
  EXPECT_EQ(png.substr(33 + 12 + (1 << 24) + 4, 4), "IDAT");
  ExpectSame(DecodeWithLibpng(png), raster);
}

TEST(Png, AnswerTakesNoMoreMemoryThanItSays) {
  ASSERT_OK_AND_ASSIGN(const std::string png, EncodePng(Make(512, 512, 1, 8, Content::kSmooth)));
  EXPECT_LE(png.capacity(), png.size() + 64);
}

}  // namespace
}  // namespace vitrine::encode
