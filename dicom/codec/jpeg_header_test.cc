#include "dicom/codec/jpeg_header.h"

#include <vector>

#include "base/status_matchers.h"
#include "dicom/codec/testing/encoders.h"
#include "gtest/gtest.h"

namespace vitrine::dicom {
namespace {

using testing::JpegColor;
using ::vitrine::testing::StatusIs;

JpegHeader HeaderOf(const testing::JpegOptions& options) {
  return *ReadJpegHeader(testing::EncodeJpeg(testing::MakePicture(9, 7, 3, 8), options));
}

TEST(JpegHeaderTest, ReadsTheFrameHeader) {
  const JpegHeader header = HeaderOf({});
  EXPECT_EQ(header.sof, 0xC0);
  EXPECT_EQ(header.frame.rows, 9);
  EXPECT_EQ(header.frame.columns, 7);
  EXPECT_EQ(header.frame.components, 3);
  EXPECT_EQ(header.frame.precision, 8);
  EXPECT_FALSE(header.multiple_scans);
  EXPECT_TRUE(HeaderOf({.progressive = true}).multiple_scans);
  EXPECT_EQ(HeaderOf({.progressive = true}).sof, kSofProgressive);
  EXPECT_TRUE(HeaderOf({.arithmetic = true}).is_arithmetic);
}

TEST(JpegHeaderTest, ReadsOtherProcesses) {
  const testing::Picture picture = testing::MakePicture(9, 7, 1, 16);
  ASSERT_OK_AND_ASSIGN(const JpegHeader lossless, ReadJpegHeader(testing::EncodeJpegLossless(picture, 1)));
  EXPECT_EQ(lossless.sof, kSofLossless);
  EXPECT_EQ(lossless.frame.precision, 16);
  ASSERT_OK_AND_ASSIGN(const JpegHeader jpeg_ls, ReadJpegHeader(testing::EncodeJpegLs(picture, 0, 0)));
  EXPECT_EQ(jpeg_ls.sof, kSofJpegLs);
}

TEST(JpegHeaderTest, DecidesTheColorModelByEvidenceBeforeTheDataSet) {
  EXPECT_FALSE(IsYcc(HeaderOf({.color = JpegColor::kRgbIds}), "YBR_FULL_422"));
  EXPECT_TRUE(IsYcc(HeaderOf({.color = JpegColor::kYccJfif}), "RGB"));
  EXPECT_TRUE(IsYcc(HeaderOf({.color = JpegColor::kYccAdobe}), "RGB"));
  EXPECT_FALSE(IsYcc(HeaderOf({.color = JpegColor::kRgbAdobe}), "YBR_FULL_422"));
  EXPECT_TRUE(IsYcc(HeaderOf({.color = JpegColor::kYccBare}), "YBR_FULL_422"));
  EXPECT_TRUE(IsYcc(HeaderOf({.color = JpegColor::kYccBare}), "YBR_FULL"));
  EXPECT_FALSE(IsYcc(HeaderOf({.color = JpegColor::kRgbBare}), "RGB"));
}

// Nobody halves the resolution of green and blue: fewer samples are chroma.
TEST(JpegHeaderTest, SubsampledComponentsAreChroma) {
  EXPECT_TRUE(IsYcc(HeaderOf({.color = JpegColor::kYccBare, .subsample = true}), "RGB"));
  EXPECT_FALSE(IsYcc(HeaderOf({.color = JpegColor::kYccBare}), "RGB"));
  EXPECT_FALSE(IsYcc(HeaderOf({.color = JpegColor::kRgbAdobe, .subsample = true}), "RGB"));
  const JpegHeader header = HeaderOf({.color = JpegColor::kYccBare, .subsample = true});
  EXPECT_EQ(header.sampling_factors, std::vector<int>({2, 1, 1}));
}

TEST(JpegHeaderTest, SkipsFillBytesAndStrayBytesBeforeMarkers) {
  std::vector<uint8_t> bytes = testing::EncodeJpeg(testing::MakePicture(9, 7, 1, 8), {});
  const std::vector<uint8_t> stray = {0x00, 0x12, 0xFF, 0xFF};
  bytes.insert(bytes.begin() + 2, stray.begin(), stray.end());
  ASSERT_OK_AND_ASSIGN(const JpegHeader header, ReadJpegHeader(bytes));
  EXPECT_EQ(header.frame.columns, 7);
}

TEST(JpegHeaderTest, RefusesHeadersThatEndEarly) {
  const std::vector<uint8_t> bytes = testing::EncodeJpeg(testing::MakePicture(9, 7, 1, 8), {});
  const std::vector<uint8_t> sos = {0xFF, 0xDA};
  const size_t scan = std::search(bytes.begin(), bytes.end(), sos.begin(), sos.end()) - bytes.begin();
  for (size_t size = 0; size <= scan + 2; ++size) {
    EXPECT_THAT(ReadJpegHeader(absl::MakeConstSpan(bytes).first(size)), StatusIs(absl::StatusCode::kDataLoss));
  }
}

TEST(JpegHeaderTest, RefusesInvalidSegments) {
  for (const std::vector<uint8_t>& segments : {
           std::vector<uint8_t>{0xFF, 0xC0, 0, 1},  // Length
           {0xFF, 0xC0, 0, 7, 8, 0, 1, 0, 1},       // No components
           {0xFF, 0xC0, 0, 8, 8, 0, 1, 0, 1, 5},    // Too many
           {0xFF, 0xC0, 0, 8, 8, 0, 1, 0, 1, 1},    // Missing one
           {0xFF, 0xDA, 0, 3, 1},                   // No frame
           {0xFF, 0xC0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 17, 0, 0xFF, 0xC0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 17, 0},  // Twice
           {0xFF, 0xC0, 0, 11, 8, 0, 1, 0, 1, 1, 1, 17, 0, 0xFF, 0xD9},                                     // No scan
       }) {
    std::vector<uint8_t> bytes = {0xFF, 0xD8};
    bytes.insert(bytes.end(), segments.begin(), segments.end());
    EXPECT_THAT(ReadJpegHeader(bytes), StatusIs(absl::StatusCode::kDataLoss));
  }
}

}  // namespace
}  // namespace vitrine::dicom
