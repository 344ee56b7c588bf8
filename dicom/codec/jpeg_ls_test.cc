#include "dicom/codec/jpeg_ls.h"

#include <chrono>
#include <cstdlib>
#include <vector>

#include "base/status_matchers.h"
#include "dicom/codec/testing/encoders.h"
#include "gtest/gtest.h"

namespace vitrine::dicom {
namespace {

using testing::MakePicture;
using testing::Picture;
using ::vitrine::testing::StatusIs;

absl::StatusOr<RawFrame> Decode(absl::Span<const uint8_t> bytes, const PixelFormat& format) {
  return DecodeJpegLs({bytes, 0, format, Limits(), Operation()});
}

TEST(JpegLsTest, RestoresEveryInterleaveMode) {
  for (const int precision : {7, 8, 12, 16}) {
    for (const int interleave : {0, 1, 2}) {
      const Picture color = MakePicture(23, 31, 3, precision);
      ASSERT_OK_AND_ASSIGN(const RawFrame frame, Decode(testing::EncodeJpegLs(color, interleave, 0), color.Format()));
      EXPECT_EQ(frame.samples, color.Bytes()) << precision << " " << interleave;
      EXPECT_EQ(frame.photometric_interpretation, "RGB");
    }
    const Picture grey = MakePicture(23, 31, 1, precision);
    ASSERT_OK_AND_ASSIGN(const RawFrame frame, Decode(testing::EncodeJpegLs(grey, 0, 0), grey.Format()));
    EXPECT_EQ(frame.samples, grey.Bytes()) << precision;
    EXPECT_EQ(frame.bits_stored, precision);
  }
}

TEST(JpegLsTest, StaysWithinTheErrorOfNearLossless) {
  const Picture picture = MakePicture(23, 31, 1, 8);
  ASSERT_OK_AND_ASSIGN(const RawFrame frame, Decode(testing::EncodeJpegLs(picture, 0, 3), picture.Format()));
  bool differs = false;
  for (size_t i = 0; i < picture.samples.size(); ++i) {
    ASSERT_NEAR(frame.samples[i], picture.samples[i], 3);
    differs |= frame.samples[i] != picture.samples[i];
  }
  EXPECT_TRUE(differs);
}

TEST(JpegLsTest, UndoesTheHpTransformation) {
  const Picture picture = MakePicture(23, 31, 3, 8);
  PixelFormat format = picture.Format();
  format.PhotometricInterpretation = "YBR_FULL";
  ASSERT_OK_AND_ASSIGN(const RawFrame frame, Decode(testing::EncodeJpegLs(picture, 2, 0, true), format));
  EXPECT_EQ(frame.samples, picture.Bytes());
  EXPECT_EQ(frame.photometric_interpretation, "RGB");
}

TEST(JpegLsTest, KeepsTheColorModelOfTheDataSet) {
  const Picture picture = MakePicture(23, 31, 3, 8);
  PixelFormat format = picture.Format();
  format.PhotometricInterpretation = "YBR_FULL";
  ASSERT_OK_AND_ASSIGN(const RawFrame frame, Decode(testing::EncodeJpegLs(picture, 2, 0), format));
  EXPECT_EQ(frame.photometric_interpretation, "YBR_FULL");
}

TEST(JpegLsTest, AcceptsPaddingAndAMissingEndOfImage) {
  const Picture picture = MakePicture(23, 31, 1, 8);
  std::vector<uint8_t> bytes = testing::EncodeJpegLs(picture, 0, 0);
  bytes.insert(bytes.end(), {0, 0, 0});
  ASSERT_OK_AND_ASSIGN(const RawFrame padded, Decode(bytes, picture.Format()));
  EXPECT_EQ(padded.samples, picture.Bytes());
  bytes.resize(bytes.size() - 5);
  ASSERT_OK_AND_ASSIGN(const RawFrame unterminated, Decode(bytes, picture.Format()));
  EXPECT_EQ(unterminated.samples, picture.Bytes());
}

TEST(JpegLsTest, RefusesTruncatedDataWithoutDelay) {
  const Picture picture = MakePicture(64, 64, 1, 16);
  const std::vector<uint8_t> bytes = testing::EncodeJpegLs(picture, 0, 0);
  const auto start = std::chrono::steady_clock::now();
  for (size_t size = 0; size + 16 < bytes.size(); size += 7) {
    EXPECT_THAT(Decode(absl::MakeConstSpan(bytes).first(size), picture.Format()), StatusIs(absl::StatusCode::kDataLoss))
        << size;
  }
  // One of these took CharLS minutes while it read bits beyond the end.
  EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(30));
}

TEST(JpegLsTest, RefusesAnotherSizeOrNumberOfSamples) {
  const Picture picture = MakePicture(8, 9, 1, 8);
  PixelFormat format = picture.Format();
  format.Columns = 8;
  EXPECT_THAT(Decode(testing::EncodeJpegLs(picture, 0, 0), format), StatusIs(absl::StatusCode::kDataLoss));
  format = picture.Format();
  format.SamplesPerPixel = 3;
  EXPECT_THAT(Decode(testing::EncodeJpegLs(picture, 0, 0), format), StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace vitrine::dicom
