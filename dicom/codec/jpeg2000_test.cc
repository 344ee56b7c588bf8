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
