#include "dicom/codec/deflated_frame.h"

#include <vector>

#include "base/error.h"
#include "base/status_matchers.h"
#include "dicom/codec/testing/encoders.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vitrine::dicom {
namespace {

using ::testing::ElementsAre;

absl::StatusOr<RawFrame> Decode(const std::vector<uint8_t>& bytes, const PixelFormat& format,
                                const Limits& limits = Limits()) {
  return DecodeDeflatedFrame({bytes, 0, format, limits, Operation()});
}

TEST(DeflatedFrameTest, RestoresPictures) {
  for (const int precision : {8, 12, 31}) {
    const testing::Picture picture = testing::MakePicture(23, 31, 3, precision);
    std::vector<uint8_t> bytes = testing::Deflate(picture.Bytes());
    bytes.push_back(0);
    ASSERT_OK_AND_ASSIGN(const RawFrame frame, Decode(bytes, picture.Format()));
    EXPECT_EQ(frame.samples, picture.Bytes());
  }
}

TEST(DeflatedFrameTest, AcceptsPaddingBeforeCompression) {
  const PixelFormat format = testing::MakePicture(1, 3, 1, 8).Format();
  ASSERT_OK_AND_ASSIGN(const RawFrame frame, Decode(testing::Deflate({1, 2, 3, 0}), format));
  EXPECT_THAT(frame.samples, ElementsAre(1, 2, 3));
}

TEST(DeflatedFrameTest, UnpacksBits) {
  PixelFormat format = testing::MakePicture(1, 10, 1, 8).Format();
  format.BitsAllocated = format.BitsStored = 1;
  format.HighBit = 0;
  ASSERT_OK_AND_ASSIGN(const RawFrame frame, Decode(testing::Deflate({0b101, 0b10}), format));
  EXPECT_THAT(frame.samples, ElementsAre(1, 0, 1, 0, 0, 0, 0, 0, 0, 1));
}

TEST(DeflatedFrameTest, NeverInflatesBeyondTheFrame) {
  const PixelFormat format = testing::MakePicture(4, 4, 1, 8).Format();
  EXPECT_EQ(CategoryOf(Decode(testing::Deflate(std::vector<uint8_t>(10'000'000)), format).status()),
            ErrorCategory::kBadInstance);
  EXPECT_EQ(CategoryOf(Decode(testing::Deflate(std::vector<uint8_t>(15)), format).status()),
            ErrorCategory::kBadInstance);
  Limits limits;
  limits.max_inflated_bytes = 15;
  EXPECT_EQ(CategoryOf(Decode(testing::Deflate(std::vector<uint8_t>(16)), format, limits).status()),
            ErrorCategory::kTooLarge);
}

}  // namespace
}  // namespace vitrine::dicom
