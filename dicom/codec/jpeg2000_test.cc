#include "dicom/codec/jpeg2000.h"

#include <cstdlib>
#include <string>
#include <vector>

#include "base/status_matchers.h"
#include "dicom/codec/testing/encoders.h"
#include "gtest/gtest.h"

namespace vitrine::dicom {
namespace {

using testing::EncodeJpeg2000;
using testing::MakePicture;
using testing::Picture;
using ::vitrine::testing::StatusIs;

absl::StatusOr<RawFrame> Decode(absl::Span<const uint8_t> bytes, const PixelFormat& format) {
  return DecodeJpeg2000({bytes, 0, format, Limits(), Operation()});
}

std::string ColorModelOf(const Picture& picture, bool component_transformation, const std::string& declared) {
  PixelFormat format = picture.Format();
  format.PhotometricInterpretation = declared;
  const auto frame = Decode(EncodeJpeg2000(picture, {.component_transformation = component_transformation}), format);
  if (!frame.ok()) return frame.status().ToString();
  EXPECT_EQ(frame->samples, picture.Bytes());
  return frame->photometric_interpretation;
}

TEST(Jpeg2000Test, RestoresLosslessPictures) {
  for (const int precision : {1, 8, 10, 12, 16, 20}) {
    for (const int components : {1, 3}) {
      const Picture picture = MakePicture(37, 41, components, precision);
      ASSERT_OK_AND_ASSIGN(const RawFrame frame, Decode(EncodeJpeg2000(picture, {}), picture.Format()));
      EXPECT_EQ(frame.samples, picture.Bytes()) << precision << " " << components;
      EXPECT_EQ(frame.bits_stored, precision);
    }
  }
}

TEST(Jpeg2000Test, RestoresJp2AndTiles) {
  const Picture picture = MakePicture(37, 41, 3, 8);
  for (const testing::Jpeg2000Options& options :
       {testing::Jpeg2000Options{.jp2 = true}, {.tile_size = 16}, {.jp2 = true, .tile_size = 32}}) {
    ASSERT_OK_AND_ASSIGN(const RawFrame frame, Decode(EncodeJpeg2000(picture, options), picture.Format()));
    EXPECT_EQ(frame.samples, picture.Bytes());
  }
}

TEST(Jpeg2000Test, GivesTwosComplementWhateverPixelRepresentationSays) {
  const Picture picture = MakePicture(37, 41, 1, 12, true);
  for (const bool is_signed : {false, true}) {
    PixelFormat format = picture.Format();
    format.is_signed = is_signed;
    ASSERT_OK_AND_ASSIGN(const RawFrame frame, Decode(EncodeJpeg2000(picture, {}), format));
    EXPECT_EQ(frame.samples, picture.Bytes());
  }
}

TEST(Jpeg2000Test, KeepsTheSignificantBitsOfTheDataSetInACodedContainer) {
  const Picture picture = MakePicture(8, 8, 1, 16);
  PixelFormat format = picture.Format();
  format.BitsStored = 12;
  format.HighBit = 11;
  ASSERT_OK_AND_ASSIGN(const RawFrame frame, Decode(EncodeJpeg2000(picture, {}), format));
  EXPECT_EQ(frame.bits_stored, 12);
  EXPECT_EQ(frame.high_bit, 11);
  const Picture narrow = MakePicture(8, 8, 1, 10);
  ASSERT_OK_AND_ASSIGN(const RawFrame narrow_frame, Decode(EncodeJpeg2000(narrow, {}), format));
  EXPECT_EQ(narrow_frame.bits_stored, 10);
  EXPECT_EQ(narrow_frame.high_bit, 9);
}

TEST(Jpeg2000Test, TellsTheColorModelAfterDecoding) {
  const Picture picture = MakePicture(37, 41, 3, 8);
  EXPECT_EQ(ColorModelOf(picture, true, "YBR_RCT"), "RGB");
  EXPECT_EQ(ColorModelOf(picture, true, "YBR_FULL"), "RGB");
  EXPECT_EQ(ColorModelOf(picture, false, "YBR_RCT"), "RGB");
  EXPECT_EQ(ColorModelOf(picture, false, "YBR_ICT"), "RGB");
  EXPECT_EQ(ColorModelOf(picture, false, "RGB"), "RGB");
  EXPECT_EQ(ColorModelOf(picture, false, "YBR_FULL"), "YBR_FULL");
  EXPECT_EQ(ColorModelOf(MakePicture(37, 41, 1, 8), false, "MONOCHROME1"), "MONOCHROME1");
}

// High-Throughput JPEG 2000 (ISO/IEC 15444-15): OpenJPEG cannot encode it. Made by OpenJPH 0.9 (ojph_compress
// -reversible true -prog_order RPCL -num_decomps 1) from HtPicture(); opj_decompress and ojph_expand give that picture
// back.
constexpr uint8_t kHighThroughput[] = {
    0xFF, 0x4F, 0xFF, 0x51, 0x00, 0x29, 0x40, 0x00, 0x00, 0x00, 0x00, 0x0C, 0x00, 0x00, 0x00, 0x0A, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x0C, 0x00, 0x00, 0x00, 0x0A, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00,
    0x00, 0x00, 0x00, 0x01, 0x07, 0x01, 0x01, 0xFF, 0x50, 0x00, 0x08, 0x00, 0x02, 0x00, 0x00, 0x00, 0x03, 0xFF, 0x52,
    0x00, 0x0C, 0x00, 0x02, 0x00, 0x01, 0x00, 0x01, 0x04, 0x04, 0x40, 0x01, 0xFF, 0x5C, 0x00, 0x07, 0x20, 0x50, 0x50,
    0x50, 0x58, 0xFF, 0x90, 0x00, 0x0A, 0x00, 0x00, 0x00, 0x00, 0x00, 0xA6, 0x00, 0x01, 0xFF, 0x93, 0xC0, 0x17, 0x4C,
    0x03, 0xC9, 0xE5, 0xA7, 0x9B, 0xA3, 0x01, 0x69, 0x0A, 0x3F, 0x90, 0x93, 0x6C, 0x75, 0xE3, 0xD3, 0x2E, 0x8A, 0x1A,
    0xF2, 0x68, 0xB6, 0x51, 0xD3, 0xA2, 0xB1, 0xE3, 0x16, 0xDB, 0x31, 0x9D, 0x48, 0x86, 0x00, 0x20, 0x03, 0x3B, 0x00,
    0xC0, 0x17, 0x47, 0x00, 0x5D, 0x0C, 0x00, 0xBA, 0x20, 0x5F, 0x77, 0xD8, 0x38, 0x3E, 0x9D, 0x03, 0xE0, 0x09, 0x37,
    0x36, 0x36, 0x76, 0x7A, 0x61, 0xC7, 0x6A, 0x89, 0x1D, 0x98, 0x3E, 0xB2, 0x8F, 0x90, 0x23, 0xF9, 0xFC, 0xC6, 0x8E,
    0xA3, 0x08, 0x01, 0x5B, 0x9B, 0x00, 0x51, 0x60, 0xC2, 0xC4, 0x94, 0xB1, 0x62, 0x07, 0xD0, 0x5D, 0x0C, 0x59, 0xD0,
    0x05, 0x92, 0xFD, 0x30, 0x20, 0x14, 0x0C, 0x27, 0xFC, 0x56, 0xB6, 0x75, 0x6A, 0x76, 0x10, 0xD4, 0x42, 0x40, 0x7B,
    0x00, 0x4D, 0x52, 0x50, 0x86, 0x52, 0xC6, 0x2D, 0x0B, 0x97, 0x45, 0x10, 0x94, 0xC0, 0x72, 0xA0, 0x0E, 0x2C, 0x0F,
    0x2C, 0x87, 0x61, 0x18, 0xFE, 0x05, 0x3B, 0x3A, 0xF5, 0x12, 0x22, 0x0B, 0x04, 0x63, 0x9B, 0x00, 0xFF, 0xD9};

Picture HtPicture() {
  Picture picture = testing::MakePicture(10, 12, 1, 8);
  for (int y = 0; y < 10; ++y) {
    for (int x = 0; x < 12; ++x) picture.samples[12 * y + x] = (3 * x * x + 13 * y + 2 * x * y) % 200 + (x ^ y);
  }
  return picture;
}

TEST(Jpeg2000Test, DecodesHighThroughput) {
  const Picture picture = HtPicture();
  ASSERT_OK_AND_ASSIGN(const RawFrame frame, Decode(kHighThroughput, picture.Format()));
  EXPECT_EQ(frame.samples, picture.Bytes());
  for (size_t size = 0; size + 2 < sizeof(kHighThroughput); ++size) {
    EXPECT_FALSE(Decode(absl::MakeConstSpan(kHighThroughput).first(size), picture.Format()).ok()) << size;
  }
}

// The three transfer syntaxes of HTJ2K differ in what they promise, not in how they are decoded.
TEST(Jpeg2000Test, HighThroughputHasThreeTransferSyntaxes) {
  const Picture picture = HtPicture();
  for (const char* const uid : {"1.2.840.10008.1.2.4.201", "1.2.840.10008.1.2.4.202", "1.2.840.10008.1.2.4.203"}) {
    const absl::StatusOr<RawFrame> frame =
        DecodeFrame(uid, {kHighThroughput, 0, picture.Format(), Limits(), Operation()});
    ASSERT_TRUE(frame.ok()) << uid << " " << frame.status();
    EXPECT_EQ(frame->samples, picture.Bytes()) << uid;
  }
}

TEST(Jpeg2000Test, DecodesLossyPictures) {
  const Picture picture = MakePicture(64, 64, 3, 8);
  ASSERT_OK_AND_ASSIGN(
      const RawFrame frame,
      Decode(EncodeJpeg2000(picture, {.component_transformation = true, .ratio = 2}), picture.Format()));
  for (size_t i = 0; i < picture.samples.size(); ++i) ASSERT_NEAR(frame.samples[i], picture.samples[i], 12) << i;
}

TEST(Jpeg2000Test, ReplicatesSubsampledComponents) {
  const Picture picture = MakePicture(5, 7, 3, 8);
  Picture expected = picture;
  for (int i = 0; i < 35; ++i) {
    const int even = i / 7 * 7 + i % 7 / 2 * 2;
    for (const int component : {1, 2}) expected.samples[3 * i + component] = picture.samples[3 * even + component];
  }
  ASSERT_OK_AND_ASSIGN(const RawFrame frame, Decode(EncodeJpeg2000(picture, {.subsample = true}), picture.Format()));
  EXPECT_EQ(frame.samples, expected.Bytes());
}

TEST(Jpeg2000Test, RefusesWhatIsTruncated) {
  const Picture picture = MakePicture(37, 41, 1, 12);
  for (const bool jp2 : {false, true}) {
    const std::vector<uint8_t> bytes = EncodeJpeg2000(picture, {.jp2 = jp2, .tile_size = 32});
    for (size_t size = 0; size < bytes.size(); size += 3) {
      EXPECT_FALSE(Decode(absl::MakeConstSpan(bytes).first(size), picture.Format()).ok()) << size;
    }
  }
}

TEST(Jpeg2000Test, RefusesAnotherSizeOrNumberOfSamples) {
  const Picture picture = MakePicture(8, 9, 1, 8);
  const std::vector<uint8_t> bytes = EncodeJpeg2000(picture, {});
  PixelFormat format = picture.Format();
  format.Rows = 9;
  EXPECT_THAT(Decode(bytes, format), StatusIs(absl::StatusCode::kDataLoss));
  format = picture.Format();
  format.SamplesPerPixel = 3;
  EXPECT_THAT(Decode(bytes, format), StatusIs(absl::StatusCode::kDataLoss));
}

// SIZ follows SOC: columns at 8, rows at 12, tile columns at 24, components at 40.
TEST(Jpeg2000Test, ChecksSizesBeforeMemoryIsTaken) {
  const Picture picture = MakePicture(256, 256, 1, 8);
  const std::vector<uint8_t> good = EncodeJpeg2000(picture, {});
  std::vector<uint8_t> many_tiles = good;
  many_tiles[26] = many_tiles[30] = 0;
  many_tiles[27] = many_tiles[31] = 1;
  EXPECT_THAT(Decode(many_tiles, picture.Format()), StatusIs(absl::StatusCode::kUnimplemented));
  std::vector<uint8_t> many_components = good;
  many_components[40] = 0x40;
  EXPECT_THAT(Decode(many_components, picture.Format()), StatusIs(absl::StatusCode::kDataLoss));
  std::vector<uint8_t> large = good;
  large[8] = large[12] = 0x7F;
  EXPECT_THAT(Decode(large, picture.Format()), StatusIs(absl::StatusCode::kDataLoss));
  std::vector<uint8_t> no_tile = good;
  std::fill(&no_tile[24], &no_tile[28], 0);
  EXPECT_THAT(Decode(no_tile, picture.Format()), StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace vitrine::dicom
