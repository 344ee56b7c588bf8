#include "dicom/native_bytes.h"

#include "gtest/gtest.h"

namespace vitrine::dicom {
namespace {

PixelFormat Format(int rows, int columns, int bits) {
  PixelFormat format;
  format.Rows = rows;
  format.Columns = columns;
  format.BitsAllocated = format.BitsStored = bits;
  format.PhotometricInterpretation = "MONOCHROME2";
  return format;
}

TEST(NativeFrameBytes, FramesFollowEachOther) {
  EXPECT_EQ(NativeFrameBytes("abcdef", Format(1, 3, 8), 1, false), "abc");
  EXPECT_EQ(NativeFrameBytes("abcdef", Format(1, 3, 8), 2, false), "def");
}

// PS3.5 7.3: the bytes of each word are the other way round.
TEST(NativeFrameBytes, BigEndianWordsAreTurned) {
  EXPECT_EQ(NativeFrameBytes("abcdefgh", Format(1, 2, 16), 2, true), "fehg");
  EXPECT_EQ(NativeFrameBytes("abcdefgh", Format(1, 1, 32), 2, true), "hgfe");
  PixelFormat words = Format(1, 3, 8);
  words.is_ow = true;
  EXPECT_EQ(NativeFrameBytes("abcdef", words, 2, true), "cfe");
}

// PS3.5 8.1.1: a frame of 3 bits may begin inside a byte; the lowest bit comes first.
TEST(NativeFrameBytes, BitsBeginWithAByteOfTheirOwn) {
  const std::string value = {static_cast<char>(0b10'110'101), static_cast<char>(0b0000'011'0)};
  EXPECT_EQ(NativeFrameBytes(value, Format(1, 3, 1), 1, false), std::string(1, 0b101));
  EXPECT_EQ(NativeFrameBytes(value, Format(1, 3, 1), 2, false), std::string(1, 0b110));
  EXPECT_EQ(NativeFrameBytes(value, Format(1, 3, 1), 3, false), std::string(1, 0b010));
  EXPECT_EQ(NativeFrameBytes(value, Format(1, 3, 1), 4, false), std::string(1, 0b011));
}

}  // namespace
}  // namespace vitrine::dicom
