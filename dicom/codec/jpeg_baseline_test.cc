#include "dicom/codec/jpeg_baseline.h"

#include <cstdlib>
#include <vector>

#include "base/status_macros.h"
#include "base/status_matchers.h"
#include "dicom/codec/testing/encoders.h"
#include "gtest/gtest.h"

namespace vitrine::dicom {
namespace {

using testing::JpegColor;
using testing::JpegOptions;
using testing::MakePicture;
using testing::Picture;
using ::vitrine::testing::StatusIs;

absl::StatusOr<RawFrame> Decode(absl::Span<const uint8_t> bytes, const PixelFormat& format) {
  VITRINE_ASSIGN_OR_RETURN(const JpegHeader header, ReadJpegHeader(bytes));
  return DecodeJpegBaseline({bytes, 0, format, Limits(), Operation()}, header);
}

int LargestError(const RawFrame& frame, const Picture& picture) {
  int largest = 0;
  for (size_t i = 0; i < picture.samples.size(); ++i) {
    largest = std::max(largest, std::abs(frame.samples[i] - picture.samples[i]));
  }
  return largest;
}

TEST(JpegBaselineTest, DecodesGrey) {
  const Picture picture = MakePicture(33, 47, 1, 8);
  for (const JpegOptions& options : {JpegOptions{}, {.progressive = true}, {.arithmetic = true}}) {
    ASSERT_OK_AND_ASSIGN(const RawFrame frame, Decode(testing::EncodeJpeg(picture, options), picture.Format()));
    EXPECT_LE(LargestError(frame, picture), 2);
    EXPECT_EQ(frame.photometric_interpretation, "MONOCHROME2");
    EXPECT_EQ(frame.bits_stored, 8);
  }
}

TEST(JpegBaselineTest, ReturnsRgbWhateverTheCodestreamHolds) {
  const Picture picture = MakePicture(33, 47, 3, 8);
  for (const JpegColor color :
       {JpegColor::kYccJfif, JpegColor::kYccBare, JpegColor::kYccAdobe, JpegColor::kRgbAdobe, JpegColor::kRgbIds}) {
    PixelFormat format = picture.Format();
    format.PhotometricInterpretation = "YBR_FULL_422";
    ASSERT_OK_AND_ASSIGN(const RawFrame frame, Decode(testing::EncodeJpeg(picture, {.color = color}), format));
    EXPECT_LE(LargestError(frame, picture), 4);
    EXPECT_EQ(frame.photometric_interpretation, "RGB");
  }
  ASSERT_OK_AND_ASSIGN(const RawFrame bare,
                       Decode(testing::EncodeJpeg(picture, {.color = JpegColor::kRgbBare}), picture.Format()));
  EXPECT_LE(LargestError(bare, picture), 2);
}

TEST(JpegBaselineTest, ExpandsSubsampledChroma) {
  Picture picture = MakePicture(16, 32, 3, 8);
  // Luminance varies, chrominance does not.
  for (size_t i = 0; i < picture.samples.size(); ++i)
    picture.samples[i] = 30 + static_cast<int>(i / 3 % 32) * 5 + static_cast<int>(i % 3) * 20;
  ASSERT_OK_AND_ASSIGN(const RawFrame frame,
                       Decode(testing::EncodeJpeg(picture, {.subsample = true}), picture.Format()));
  EXPECT_LE(LargestError(frame, picture), 4);
}

TEST(JpegBaselineTest, TakesTheSampleSizeFromTheCodestream) {
  const Picture picture = MakePicture(8, 8, 1, 8);
  PixelFormat format = picture.Format();
  format.BitsAllocated = 16;
  format.BitsStored = 12;
  format.HighBit = 11;
  ASSERT_OK_AND_ASSIGN(const RawFrame frame, Decode(testing::EncodeJpeg(picture, {}), format));
  EXPECT_EQ(frame.bytes_per_sample, 1);
  EXPECT_EQ(frame.bits_stored, 8);
  EXPECT_EQ(frame.high_bit, 7);
}

TEST(JpegBaselineTest, AcceptsAMissingEndOfImageOnlyWhereNothingElseCanBeMissing) {
  const Picture picture = MakePicture(33, 47, 1, 8);
  for (const JpegOptions& options : {JpegOptions{}, {.progressive = true}, {.arithmetic = true}}) {
    std::vector<uint8_t> bytes = testing::EncodeJpeg(picture, options);
    bytes.resize(bytes.size() - 2);
    EXPECT_EQ(Decode(bytes, picture.Format()).ok(), !options.progressive && !options.arithmetic);
  }
}

TEST(JpegBaselineTest, RefusesAScanThatStops) {
  const Picture picture = MakePicture(33, 47, 1, 8);
  std::vector<uint8_t> bytes = testing::EncodeJpeg(picture, {});
  bytes.resize(bytes.size() / 2);
  bytes.insert(bytes.end(), {0xFF, 0xD9});
  EXPECT_THAT(Decode(bytes, picture.Format()), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(JpegBaselineTest, RefusesAnotherSizeOrNumberOfSamples) {
  const Picture picture = MakePicture(8, 9, 1, 8);
  const std::vector<uint8_t> bytes = testing::EncodeJpeg(picture, {});
  PixelFormat transposed = picture.Format();
  std::swap(transposed.Rows, transposed.Columns);
  EXPECT_THAT(Decode(bytes, transposed), StatusIs(absl::StatusCode::kDataLoss));
  PixelFormat color = picture.Format();
  color.SamplesPerPixel = 3;
  EXPECT_THAT(Decode(bytes, color), StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace vitrine::dicom
