#include "dicom/codec/native.h"

#include <vector>

#include "base/error.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vitrine::dicom {
namespace {

using ::testing::ElementsAre;
using ::vitrine::testing::IsOk;
using ::vitrine::testing::StatusIs;

PixelFormat Format(int rows, int columns, int samples_per_pixel, int bits_allocated) {
  PixelFormat format;
  format.Rows = rows;
  format.Columns = columns;
  format.SamplesPerPixel = samples_per_pixel;
  format.BitsAllocated = bits_allocated;
  format.BitsStored = bits_allocated;
  format.HighBit = bits_allocated - 1;
  format.PhotometricInterpretation = samples_per_pixel == 3 ? "RGB" : "MONOCHROME2";
  return format;
}

absl::StatusOr<RawFrame> Decode(const std::vector<uint8_t>& bytes, const PixelFormat& format, int first_bit = 0) {
  return DecodeNative({bytes, first_bit, format, Limits(), Operation()});
}

absl::StatusOr<RawFrame> DecodeBigEndian(const std::vector<uint8_t>& bytes, const PixelFormat& format,
                                         int first_bit = 0) {
  return DecodeNativeBigEndian({bytes, first_bit, format, Limits(), Operation()});
}

TEST(NativeTest, TakesLittleEndianSamplesAsTheyAre) {
  PixelFormat format = Format(1, 2, 1, 16);
  format.BitsStored = 10;
  format.HighBit = 11;
  ASSERT_OK_AND_ASSIGN(const RawFrame frame, Decode({0x34, 0x12, 0xCD, 0xAB, 0x00}, format));
  EXPECT_THAT(frame.samples, ElementsAre(0x34, 0x12, 0xCD, 0xAB));
  EXPECT_EQ(frame.bytes_per_sample, 2);
  EXPECT_EQ(frame.bits_stored, 10);
  EXPECT_EQ(frame.high_bit, 11);
  EXPECT_EQ(frame.photometric_interpretation, "MONOCHROME2");
}

TEST(NativeTest, InterleavesPlanes) {
  PixelFormat format = Format(1, 2, 3, 8);
  format.PlanarConfiguration = 1;
  ASSERT_OK_AND_ASSIGN(const RawFrame bytes, Decode({1, 2, 11, 12, 21, 22}, format));
  EXPECT_THAT(bytes.samples, ElementsAre(1, 11, 21, 2, 12, 22));
  format.BitsAllocated = 16;
  ASSERT_OK_AND_ASSIGN(const RawFrame words, Decode({1, 0, 2, 0, 11, 9, 12, 9, 21, 8, 22, 8}, format));
  EXPECT_THAT(words.samples, ElementsAre(1, 0, 11, 9, 21, 8, 2, 0, 12, 9, 22, 8));
}

TEST(NativeTest, UnpacksBitsFromAnyBitLeastSignificantFirst) {
  const PixelFormat format = Format(2, 5, 1, 1);
  ASSERT_OK_AND_ASSIGN(const RawFrame first, Decode({0b00100101, 0b11}, format));
  EXPECT_THAT(first.samples, ElementsAre(1, 0, 1, 0, 0, 1, 0, 0, 1, 1));
  ASSERT_OK_AND_ASSIGN(const RawFrame second, Decode({0b01000000, 0b10000001, 0b0}, format, 6));
  EXPECT_THAT(second.samples, ElementsAre(1, 0, 1, 0, 0, 0, 0, 0, 0, 1));
  EXPECT_THAT(Decode({0b01000000, 0b10000001}, format, 7), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(NativeTest, GivesBothPixelsOfAPairItsChroma) {
  PixelFormat format = Format(2, 2, 3, 8);
  format.PhotometricInterpretation = "YBR_FULL_422";
  EXPECT_EQ(NativeFrameBits(format), 8u * 8u);
  ASSERT_OK_AND_ASSIGN(const RawFrame frame, Decode({1, 2, 101, 201, 3, 4, 102, 202}, format));
  EXPECT_THAT(frame.samples, ElementsAre(1, 101, 201, 2, 101, 201, 3, 102, 202, 4, 102, 202));
  EXPECT_EQ(frame.photometric_interpretation, "YBR_FULL");
  format.PhotometricInterpretation = "YBR_PARTIAL_422";
  ASSERT_OK_AND_ASSIGN(const RawFrame partial, Decode({1, 2, 101, 201, 3, 4, 102, 202}, format));
  EXPECT_EQ(partial.samples, frame.samples);
  EXPECT_EQ(partial.photometric_interpretation, "YBR_PARTIAL_422");
}

TEST(NativeTest, EndsRowsOfOddColumnsWithHalfAPair) {
  PixelFormat format = Format(2, 1, 3, 8);
  format.PhotometricInterpretation = "YBR_FULL_422";
  // Eight bytes would be two whole pixels and padding without subsampling, so the row is longer.
  format.Columns = 5;
  std::vector<uint8_t> bytes;
  for (uint8_t i = 0; i < 24; ++i) bytes.push_back(i);
  ASSERT_OK_AND_ASSIGN(const RawFrame frame, Decode(bytes, format));
  EXPECT_THAT(frame.samples, ElementsAre(0, 2, 3, 1, 2, 3, 4, 6, 7, 5, 6, 7, 8, 10, 11,  //
                                         12, 14, 15, 13, 14, 15, 16, 18, 19, 17, 18, 19, 20, 22, 23));
  bytes.pop_back();
  EXPECT_THAT(Decode(bytes, format), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(NativeTest, TakesFullResolutionThatIsMislabelledAsSubsampled) {
  PixelFormat format = Format(1, 2, 3, 8);
  format.PhotometricInterpretation = "YBR_FULL_422";
  ASSERT_OK_AND_ASSIGN(const RawFrame frame, Decode({1, 2, 3, 4, 5, 6}, format));
  EXPECT_THAT(frame.samples, ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_EQ(frame.photometric_interpretation, "YBR_FULL");
}

TEST(NativeTest, SwapsBigEndianContainers) {
  ASSERT_OK_AND_ASSIGN(const RawFrame words, DecodeBigEndian({0x12, 0x34, 0xAB, 0xCD}, Format(1, 2, 1, 16)));
  EXPECT_THAT(words.samples, ElementsAre(0x34, 0x12, 0xCD, 0xAB));
  ASSERT_OK_AND_ASSIGN(const RawFrame longs, DecodeBigEndian({1, 2, 3, 4}, Format(1, 1, 1, 32)));
  EXPECT_THAT(longs.samples, ElementsAre(4, 3, 2, 1));
  ASSERT_OK_AND_ASSIGN(const RawFrame doubles, DecodeBigEndian({1, 2, 3, 4, 5, 6, 7, 8}, Format(1, 1, 1, 64)));
  EXPECT_THAT(doubles.samples, ElementsAre(8, 7, 6, 5, 4, 3, 2, 1));
  ASSERT_OK_AND_ASSIGN(const RawFrame bytes, DecodeBigEndian({1, 2, 3}, Format(1, 3, 1, 8)));
  EXPECT_THAT(bytes.samples, ElementsAre(1, 2, 3));
}

TEST(NativeTest, SwapsBytesOfBigEndianWordsInPairs) {
  PixelFormat format = Format(1, 3, 1, 8);
  format.is_ow = true;
  ASSERT_OK_AND_ASSIGN(const RawFrame padded, DecodeBigEndian({2, 1, 0, 3}, format));
  EXPECT_THAT(padded.samples, ElementsAre(1, 2, 3));
  // The second frame of three bytes starts in the middle of the second word.
  ASSERT_OK_AND_ASSIGN(const RawFrame second, DecodeBigEndian({4, 3, 6, 5}, format, 8));
  EXPECT_THAT(second.samples, ElementsAre(4, 5, 6));
  EXPECT_THAT(DecodeBigEndian({2, 1, 3}, format), StatusIs(absl::StatusCode::kDataLoss));
  PixelFormat bits = Format(1, 10, 1, 1);
  bits.is_ow = true;
  ASSERT_OK_AND_ASSIGN(const RawFrame unpacked, DecodeBigEndian({0b11, 0b00000001}, bits));
  EXPECT_THAT(unpacked.samples, ElementsAre(1, 0, 0, 0, 0, 0, 0, 0, 1, 1));
}

TEST(NativeTest, RefusesWhatIsTooShort) {
  for (const int bits : {1, 8, 16, 32, 64}) {
    const PixelFormat format = Format(3, 3, 3, bits);
    const size_t size = (NativeFrameBits(format) + 7) / 8;
    EXPECT_THAT(Decode(std::vector<uint8_t>(size), format), IsOk()) << bits;
    for (const size_t shorter : {size_t{0}, size - 1}) {
      const absl::StatusOr<RawFrame> frame = Decode(std::vector<uint8_t>(shorter), format);
      EXPECT_EQ(CategoryOf(frame.status()), ErrorCategory::kBadInstance) << bits;
      EXPECT_FALSE(DecodeBigEndian(std::vector<uint8_t>(shorter), format).ok()) << bits;
    }
    EXPECT_FALSE(Decode(std::vector<uint8_t>(size), format, 1 << 30).ok()) << bits;
  }
}

}  // namespace
}  // namespace vitrine::dicom
