#include "dicom/codec/rle.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/status_matchers.h"
#include "dicom/codec/testing/encoders.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vitrine::dicom {
namespace {

using ::testing::ElementsAre;
using ::vitrine::testing::StatusIs;

absl::StatusOr<RawFrame> Decode(const std::vector<uint8_t>& bytes, const PixelFormat& format) {
  return DecodeRle({bytes, 0, format, Limits(), Operation()});
}

// A header for one segment and the segment.
std::vector<uint8_t> OneSegment(const std::vector<uint8_t>& codes) {
  std::vector<uint8_t> bytes(64 + codes.size());
  bytes[0] = 1;
  bytes[4] = 64;
  std::copy(codes.begin(), codes.end(), bytes.begin() + 64);
  return bytes;
}

PixelFormat Grey8(int rows, int columns) { return testing::MakePicture(rows, columns, 1, 8).Format(); }

TEST(RleTest, UnpacksRunsLiteralsAndNoOperations) {
  // Literal of 3, no operation, run of 4 (PS3.5 G.3.1).
  ASSERT_OK_AND_ASSIGN(const RawFrame frame, Decode(OneSegment({2, 10, 11, 12, 0x80, 0xFD, 7}), Grey8(1, 7)));
  EXPECT_THAT(frame.samples, ElementsAre(10, 11, 12, 7, 7, 7, 7));
}

TEST(RleTest, IgnoresWhatASegmentHoldsBeyondTheFrame) {
  ASSERT_OK_AND_ASSIGN(const RawFrame run, Decode(OneSegment({0x81, 7, 1, 2}), Grey8(1, 3)));
  EXPECT_THAT(run.samples, ElementsAre(7, 7, 7));
  ASSERT_OK_AND_ASSIGN(const RawFrame literal, Decode(OneSegment({3, 1, 2, 3, 4, 0, 5}), Grey8(1, 3)));
  EXPECT_THAT(literal.samples, ElementsAre(1, 2, 3));
}

TEST(RleTest, RefusesSegmentsThatHoldLess) {
  for (const std::vector<uint8_t>& codes : {std::vector<uint8_t>{}, {0xFD}, {5, 1, 2}, {1, 1, 2}, {0x80, 0x80}}) {
    const absl::StatusOr<RawFrame> frame = Decode(OneSegment(codes), Grey8(1, 3));
    EXPECT_EQ(CategoryOf(frame.status()), ErrorCategory::kBadInstance);
  }
}

TEST(RleTest, RefusesABrokenHeader) {
  const std::vector<uint8_t> good = OneSegment({2, 1, 2, 3});
  for (const auto& [position, value] : {std::pair(0, 0), {0, 2}, {3, 255}, {4, 63}, {4, 200}, {7, 255}}) {
    std::vector<uint8_t> bad = good;
    bad[position] = value;
    EXPECT_THAT(Decode(bad, Grey8(1, 3)), StatusIs(absl::StatusCode::kDataLoss)) << position;
  }
  std::vector<uint8_t> backwards = testing::EncodeRle({{1, 2}, {3, 4}});
  std::swap(backwards[4], backwards[8]);
  EXPECT_FALSE(Decode(backwards, testing::MakePicture(1, 2, 1, 16).Format()).ok());
}

TEST(RleTest, PutsTheMostSignificantByteFirst) {
  const PixelFormat format = testing::MakePicture(1, 2, 1, 16).Format();
  ASSERT_OK_AND_ASSIGN(const RawFrame frame, Decode(testing::EncodeRle({{0x12, 0xAB}, {0x34, 0xCD}}), format));
  EXPECT_THAT(frame.samples, ElementsAre(0x34, 0x12, 0xCD, 0xAB));
}

TEST(RleTest, RestoresPictures) {
  for (const int components : {1, 3}) {
    for (const int precision : {8, 12, 16, 31}) {
      const testing::Picture picture = testing::MakePicture(37, 41, components, precision);
      ASSERT_OK_AND_ASSIGN(const RawFrame frame,
                           Decode(testing::EncodeRle(testing::RleSegments(picture)), picture.Format()));
      EXPECT_EQ(frame.samples, picture.Bytes()) << components << " " << precision;
      EXPECT_EQ(frame.bits_stored, precision);
    }
  }
}

TEST(RleTest, UnpacksBits) {
  PixelFormat format = Grey8(1, 10);
  format.BitsAllocated = format.BitsStored = 1;
  format.HighBit = 0;
  ASSERT_OK_AND_ASSIGN(const RawFrame frame, Decode(testing::EncodeRle({{0b101, 0b10}}), format));
  EXPECT_THAT(frame.samples, ElementsAre(1, 0, 1, 0, 0, 0, 0, 0, 0, 1));
}

TEST(RleTest, SaysThatSamplesAreNotSubsampled) {
  const testing::Picture picture = testing::MakePicture(2, 2, 3, 8);
  PixelFormat format = picture.Format();
  format.PhotometricInterpretation = "YBR_FULL_422";
  ASSERT_OK_AND_ASSIGN(const RawFrame frame, Decode(testing::EncodeRle(testing::RleSegments(picture)), format));
  EXPECT_EQ(frame.photometric_interpretation, "YBR_FULL");
}

}  // namespace
}  // namespace vitrine::dicom
