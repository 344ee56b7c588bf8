#include "dicom/native_view.h"

#include <cstdint>
#include <string>
#include <vector>

#include "gtest/gtest.h"

namespace vitrine::dicom {
namespace {

PixelFormat Format(int rows, int columns, int allocated, int stored, bool is_signed) {
  PixelFormat format;
  format.Rows = rows;
  format.Columns = columns;
  format.BitsAllocated = allocated;
  format.BitsStored = stored;
  format.HighBit = stored - 1;
  format.is_signed = is_signed;
  return format;
}

// A file with `lead` bytes before the little-endian samples.
std::shared_ptr<const std::string> File(size_t lead, const std::vector<uint16_t>& samples) {
  auto file = std::make_shared<std::string>(lead, 'x');
  for (const uint16_t sample : samples) {
    file->push_back(static_cast<char>(sample & 0xFF));
    file->push_back(static_cast<char>(sample >> 8));
  }
  file->resize(file->size() + 64);  // Long enough to live on the heap, which aligns it.
  return file;
}

TEST(NativeView, BorrowsCleanSamplesAndKeepsTheFileAlive) {
  auto file = File(100, {0, 1, 4095, 7});
  std::weak_ptr<const std::string> watch = file;
  const auto frame = BorrowGreyFrame(file, {100, 8}, Format(2, 2, 16, 12, false));
  ASSERT_TRUE(frame.has_value());
  file.reset();
  EXPECT_FALSE(watch.expired());
  EXPECT_EQ(frame->type, image::SampleType::kUint16);
  EXPECT_EQ(frame->bits, 12);
  EXPECT_EQ(frame->size_bytes(), 8u);
  EXPECT_EQ(frame->row<uint16_t>(1)[0], 4095);
  EXPECT_EQ(frame->row<uint16_t>(1)[1], 7);
}

TEST(NativeView, SignedSamplesMustBeSignExtended) {
  const auto file = File(100, {0xF800, 0x07FF, 0xFFFF, 0});  // -2048, 2047, -1, 0 in 12 bits.
  const auto frame = BorrowGreyFrame(file, {100, 8}, Format(2, 2, 16, 12, true));
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->row<int16_t>(0)[0], -2048);
  EXPECT_EQ(frame->row<int16_t>(1)[0], -1);
  EXPECT_FALSE(BorrowGreyFrame(File(100, {0x0800, 0, 0, 0}), {100, 8}, Format(2, 2, 16, 12, true)).has_value());
}

TEST(NativeView, DirtyHighBitsAreNotBorrowed) {
  EXPECT_FALSE(BorrowGreyFrame(File(100, {0, 0, 0, 0x1000}), {100, 8}, Format(2, 2, 16, 12, false)).has_value());
}

TEST(NativeView, MisalignedShortOrForeignLayoutsAreNotBorrowed) {
  const auto file = File(101, {1, 2, 3, 4});
  EXPECT_FALSE(BorrowGreyFrame(file, {101, 8}, Format(2, 2, 16, 16, false)).has_value());
  EXPECT_FALSE(BorrowGreyFrame(file, {102, 6}, Format(2, 2, 16, 16, false)).has_value());
  EXPECT_FALSE(BorrowGreyFrame(file, {102, 4}, Format(2, 2, 8, 8, true)).has_value());
  EXPECT_FALSE(BorrowGreyFrame(file, {102, 8}, Format(2, 2, 16, 8, false)).has_value());
  PixelFormat shifted = Format(2, 2, 16, 12, false);
  shifted.HighBit = 15;
  EXPECT_FALSE(BorrowGreyFrame(File(100, {0, 0, 0, 0}), {100, 8}, shifted).has_value());
  PixelFormat floats = Format(2, 1, 32, 32, false);
  floats.is_float = true;
  EXPECT_FALSE(BorrowGreyFrame(File(100, {0, 0, 0, 0}), {100, 8}, floats).has_value());
}

TEST(NativeView, BytesNeedNoAlignment) {
  const auto frame = BorrowGreyFrame(File(101, {0x0201, 0x0403}), {101, 4}, Format(2, 2, 8, 8, false));
  ASSERT_TRUE(frame.has_value());
  EXPECT_EQ(frame->row<uint8_t>(1)[1], 4);
}

}  // namespace
}  // namespace vitrine::dicom
