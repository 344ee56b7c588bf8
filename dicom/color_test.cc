#include "dicom/color.h"

#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <string>
#include <vector>

#include "base/error.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vitrine::dicom {
namespace {

using image::Frame;
using image::SampleType;
using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

template <typename Container>
RawFrame Raw(const std::vector<Container>& samples, int bits_stored, int high_bit, int samples_per_pixel = 1,
             const std::string& photometric_interpretation = "MONOCHROME2") {
  RawFrame raw;
  raw.rows = 1;
  raw.columns = static_cast<int>(samples.size()) / samples_per_pixel;
  raw.samples_per_pixel = samples_per_pixel;
  raw.bytes_per_sample = sizeof(Container);
  raw.photometric_interpretation = photometric_interpretation;
  raw.bits_stored = bits_stored;
  raw.high_bit = high_bit;
  raw.samples.resize(samples.size() * sizeof(Container));
  std::memcpy(raw.samples.data(), samples.data(), raw.samples.size());
  return raw;
}

template <typename Container>
RawFrame Rgb(const std::vector<Container>& samples, int bits, const std::string& model = "RGB") {
  return Raw(samples, bits, bits - 1, 3, model);
}

PixelFormat Format(bool is_signed, bool is_float = false) {
  PixelFormat format;
  format.is_signed = is_signed;
  format.is_float = is_float;
  return format;
}

template <typename Sample>
std::vector<Sample> SamplesOf(const Frame& frame) {
  std::vector<Sample> samples(frame.samples.size() / sizeof(Sample));
  std::memcpy(samples.data(), frame.samples.data(), frame.samples.size());
  return samples;
}

TEST(ColorTest, CutsOffUnusedBits) {
  ASSERT_OK_AND_ASSIGN(const Frame frame,
                       ToPicture(Raw<uint16_t>({0xF001, 0x0FFF, 0x1000}, 12, 11), Format(false), nullptr));
  EXPECT_EQ(frame.type, SampleType::kUint16);
  EXPECT_EQ(frame.bits, 12);
  EXPECT_THAT(SamplesOf<uint16_t>(frame), ElementsAre(1, 0x0FFF, 0));
}

TEST(ColorTest, ExtendsTheSign) {
  ASSERT_OK_AND_ASSIGN(const Frame frame,
                       ToPicture(Raw<uint16_t>({0x0FFF, 0x0800, 0xF7FF, 0x8000}, 12, 11), Format(true), nullptr));
  EXPECT_EQ(frame.type, SampleType::kInt16);
  EXPECT_THAT(SamplesOf<int16_t>(frame), ElementsAre(-1, -2048, 2047, 0));
}

TEST(ColorTest, ShiftsDownWhereTheHighBitIsHigher) {
  ASSERT_OK_AND_ASSIGN(const Frame plain, ToPicture(Raw<uint16_t>({0x1230, 0xFFFF}, 12, 15), Format(false), nullptr));
  EXPECT_THAT(SamplesOf<uint16_t>(plain), ElementsAre(0x123, 0xFFF));
  ASSERT_OK_AND_ASSIGN(const Frame with_sign,
                       ToPicture(Raw<uint16_t>({0x8000, 0x7FFF}, 12, 15), Format(true), nullptr));
  EXPECT_THAT(SamplesOf<int16_t>(with_sign), ElementsAre(-2048, 2047));
}

TEST(ColorTest, ChoosesTheNarrowestTypeThatHoldsTheBits) {
  ASSERT_OK_AND_ASSIGN(const Frame byte, ToPicture(Raw<uint8_t>({0x80, 0x7F}, 8, 7), Format(true), nullptr));
  EXPECT_THAT(SamplesOf<int16_t>(byte), ElementsAre(-128, 127));
  EXPECT_EQ(byte.bits, 8);
  ASSERT_OK_AND_ASSIGN(const Frame narrow, ToPicture(Raw<uint16_t>({0x01FF}, 8, 7), Format(false), nullptr));
  EXPECT_THAT(SamplesOf<uint8_t>(narrow), ElementsAre(0xFF));
  ASSERT_OK_AND_ASSIGN(const Frame half, ToPicture(Raw<uint32_t>({0xFFFF8000}, 16, 15), Format(true), nullptr));
  EXPECT_THAT(SamplesOf<int16_t>(half), ElementsAre(-32768));
  ASSERT_OK_AND_ASSIGN(const Frame bit, ToPicture(Raw<uint8_t>({0, 1}, 1, 0), Format(false), nullptr));
  EXPECT_EQ(bit.bits, 1);
  EXPECT_THAT(SamplesOf<uint8_t>(bit), ElementsAre(0, 1));
}

TEST(ColorTest, WideIntegersAndDoublesBecomeFloat) {
  ASSERT_OK_AND_ASSIGN(const Frame wide, ToPicture(Raw<uint32_t>({0xFFFFFFFF, 70000}, 32, 31), Format(true), nullptr));
  EXPECT_THAT(SamplesOf<float>(wide), ElementsAre(-1.0f, 70000.0f));
  ASSERT_OK_AND_ASSIGN(const Frame wider,
                       ToPicture(Raw<uint64_t>({uint64_t{1} << 40}, 64, 63), Format(false), nullptr));
  EXPECT_THAT(SamplesOf<float>(wider), ElementsAre(1099511627776.0f));
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  ASSERT_OK_AND_ASSIGN(const Frame real,
                       ToPicture(Raw<double>({0.5, 1e300, -kInfinity, NAN}, 64, 63), Format(true, true), nullptr));
  const std::vector<float> samples = SamplesOf<float>(real);
  EXPECT_EQ(samples[0], 0.5f);
  EXPECT_EQ(samples[1], std::numeric_limits<float>::max());
  EXPECT_EQ(samples[2], -std::numeric_limits<float>::infinity());
  EXPECT_TRUE(std::isnan(samples[3]));
}

TEST(ColorTest, FloatsStayWhatTheyAre) {
  ASSERT_OK_AND_ASSIGN(const Frame frame, ToPicture(Raw<float>({0.25f, -3e38f}, 32, 31), Format(true, true), nullptr));
  EXPECT_THAT(SamplesOf<float>(frame), ElementsAre(0.25f, -3e38f));
}

TEST(ColorTest, RgbOfAnyDepth) {
  ASSERT_OK_AND_ASSIGN(const Frame byte, ToPicture(Rgb<uint8_t>({1, 2, 255}, 8), Format(false), nullptr));
  EXPECT_EQ(byte.channels, 3);
  EXPECT_EQ(byte.columns, 1);
  EXPECT_THAT(SamplesOf<uint8_t>(byte), ElementsAre(1, 2, 255));
  ASSERT_OK_AND_ASSIGN(const Frame wide, ToPicture(Rgb<uint16_t>({1, 2, 65535}, 16), Format(false), nullptr));
  EXPECT_THAT(SamplesOf<uint16_t>(wide), ElementsAre(1, 2, 65535));
  ASSERT_OK_AND_ASSIGN(const Frame scaled,
                       ToPicture(Rgb<uint32_t>({0, 0x12345678, 0xFFFFFFFF}, 32), Format(false), nullptr));
  EXPECT_EQ(scaled.bits, 16);
  EXPECT_THAT(SamplesOf<uint16_t>(scaled), ElementsAre(0, 0x1234, 0xFFFF));
}

TEST(ColorTest, TheDecoderHasInvertedTheTransformsOfJpeg2000) {
  for (const char* model : {"YBR_ICT", "YBR_RCT"}) {
    ASSERT_OK_AND_ASSIGN(const Frame frame, ToPicture(Rgb<uint8_t>({1, 2, 255}, 8, model), Format(false), nullptr));
    EXPECT_THAT(SamplesOf<uint8_t>(frame), ElementsAre(1, 2, 255));
  }
}

// Forward transform of PS3.3 C.7.6.3.1.2, then ours: every colour comes back within the rounding of Y, Cb and Cr.
TEST(ColorTest, YbrFullIsTheInverseOfTheStandardsTransform) {
  for (int r = 0; r <= 255; r += 51) {
    for (int g = 0; g <= 255; g += 51) {
      for (int b = 0; b <= 255; b += 51) {
        const auto y = static_cast<uint8_t>(std::lround(.2990 * r + .5870 * g + .1140 * b));
        const auto cb = static_cast<uint8_t>(std::min(255l, std::lround(-.1687 * r - .3313 * g + .5000 * b + 128)));
        const auto cr = static_cast<uint8_t>(std::min(255l, std::lround(.5000 * r - .4187 * g - .0813 * b + 128)));
        ASSERT_OK_AND_ASSIGN(const Frame frame,
                             ToPicture(Rgb<uint8_t>({y, cb, cr}, 8, "YBR_FULL"), Format(false), nullptr));
        const std::vector<uint8_t> rgb = SamplesOf<uint8_t>(frame);
        EXPECT_NEAR(rgb[0], r, 2);
        EXPECT_NEAR(rgb[1], g, 2);
        EXPECT_NEAR(rgb[2], b, 2);
      }
    }
  }
}

TEST(ColorTest, YbrFullOfKnownColours) {
  // ITU-R BT.601 full range by hand: R = 81 + 1.402 * 112 = 238.02; G = 81 + 0.344136 * 38 - 0.714136 * 112 = 14.09;
  // B = 81 - 1.772 * 38 = 13.66.
  ASSERT_OK_AND_ASSIGN(
      const Frame frame,
      ToPicture(Rgb<uint8_t>({81, 90, 240, 255, 128, 128, 0, 0, 0}, 8, "YBR_FULL_422"), Format(false), nullptr));
  EXPECT_THAT(SamplesOf<uint8_t>(frame), ElementsAre(238, 14, 14, 255, 255, 255, 0, 135, 0));
}

TEST(ColorTest, YbrPartialUsesStudioRange) {
  // White is 235/128/128, black 16/128/128, red 81/90/240 (ITU-R BT.601).
  ASSERT_OK_AND_ASSIGN(const Frame frame,
                       ToPicture(Rgb<uint8_t>({235, 128, 128, 16, 128, 128, 81, 90, 240}, 8, "YBR_PARTIAL_422"),
                                 Format(false), nullptr));
  EXPECT_THAT(SamplesOf<uint8_t>(frame), ElementsAre(255, 255, 255, 0, 0, 0, 254, 0, 0));
}

TEST(ColorTest, YbrOfSixteenBits) {
  ASSERT_OK_AND_ASSIGN(const Frame frame,
                       ToPicture(Rgb<uint16_t>({40000, 32768, 32768}, 16, "YBR_FULL"), Format(false), nullptr));
  EXPECT_THAT(SamplesOf<uint16_t>(frame), ElementsAre(40000, 40000, 40000));
}

Palette TestPalette(int bits, int first = 0) {
  Palette palette;
  palette.bits = bits;
  palette.channels[0] = {first, {10, 20}};
  palette.channels[1] = {first, {30, 40}};
  palette.channels[2] = {first, {50, 60, 255}};
  return palette;
}

TEST(ColorTest, PaletteClampsOnBothSides) {
  const Palette palette = TestPalette(8, 1);
  ASSERT_OK_AND_ASSIGN(const Frame frame, ToPicture(Raw<uint8_t>({0, 1, 2, 3, 255}, 8, 7), Format(false), &palette));
  EXPECT_EQ(frame.channels, 3);
  EXPECT_THAT(SamplesOf<uint8_t>(frame),
              ElementsAreArray({10, 30, 50, 10, 30, 50, 20, 40, 60, 20, 40, 255, 20, 40, 255}));
}

TEST(ColorTest, PaletteOfSignedSixteenBitIndices) {
  const Palette palette = TestPalette(16, -1);
  ASSERT_OK_AND_ASSIGN(const Frame frame,
                       ToPicture(Raw<uint16_t>({0xFFFF, 0, 0x8000, 0x7FFF}, 16, 15), Format(true), &palette));
  EXPECT_EQ(frame.type, SampleType::kUint16);
  EXPECT_THAT(SamplesOf<uint16_t>(frame), ElementsAreArray({10, 30, 50, 20, 40, 60, 10, 30, 50, 20, 40, 255}));
}

TEST(ColorTest, RefusesWhatItCannotConvert) {
  EXPECT_EQ(CategoryOf(ToPicture(Rgb<uint8_t>({1, 2, 3}, 8, "HSV"), Format(false), nullptr).status()),
            ErrorCategory::kUnsupported);
  EXPECT_EQ(CategoryOf(ToPicture(Raw<uint8_t>({1, 2, 3, 4}, 8, 7, 4, "CMYK"), Format(false), nullptr).status()),
            ErrorCategory::kUnsupported);
  RawFrame incomplete = Raw<uint16_t>({1, 2, 3}, 16, 15);
  incomplete.samples.pop_back();
  EXPECT_EQ(CategoryOf(ToPicture(incomplete, Format(false), nullptr).status()), ErrorCategory::kInternal);
  EXPECT_EQ(CategoryOf(ToPicture(Raw<uint8_t>({1}, 12, 11), Format(false), nullptr).status()),
            ErrorCategory::kInternal);
}

}  // namespace
}  // namespace vitrine::dicom
