#include "dicom/image_pixel.h"

#include <string>

#include "base/error.h"
#include "base/status_matchers.h"
#include "dicom/testing/parse_header.h"
#include "dicom/testing/part10_writer.h"
#include "gtest/gtest.h"

namespace vitrine::dicom {
namespace {

using testing::DatasetWriter;
using testing::GreyImage;
using testing::ParseHeader;
using vitrine::testing::IsOk;

struct Module {
  std::string photometric_interpretation = "MONOCHROME2";
  int samples = 1;
  int rows = 4;
  int columns = 4;
  int allocated = 16;
  int stored = 12;
  int high_bit = 11;
};

DatasetWriter Write(const Module& module) {
  const auto us = [](int value) { return std::vector<uint16_t>{static_cast<uint16_t>(value)}; };
  DatasetWriter writer;
  writer.Us(0x00280002, us(module.samples)).Text(0x00280004, "CS", module.photometric_interpretation);
  writer.Us(0x00280010, us(module.rows)).Us(0x00280011, us(module.columns)).Us(0x00280100, us(module.allocated));
  return writer.Us(0x00280101, us(module.stored)).Us(0x00280102, us(module.high_bit)).Us(0x00280103, {0});
}

absl::StatusOr<PixelFormat> Read(const DatasetWriter& writer, PixelElement element = PixelElement::kPixelData,
                                 const Limits& limits = {}) {
  const Dataset dataset = ParseHeader(writer);
  PixelData pixel_data;
  pixel_data.element = element;
  return ReadPixelFormat(dataset.root(), pixel_data, limits);
}

ErrorCategory CategoryOfModule(const Module& module) { return CategoryOf(Read(Write(module)).status()); }

TEST(ImagePixelTest, ReadsTheModule) {
  ASSERT_OK_AND_ASSIGN(const PixelFormat format, Read(GreyImage(3, 5, 12, true)));
  EXPECT_EQ(format.Rows, 3);
  EXPECT_EQ(format.Columns, 5);
  EXPECT_EQ(format.BitsAllocated, 16);
  EXPECT_EQ(format.BitsStored, 12);
  EXPECT_EQ(format.HighBit, 11);
  EXPECT_TRUE(format.is_signed);
  EXPECT_FALSE(format.is_float);
}

TEST(ImagePixelTest, FillsInWhatIsMissing) {
  DatasetWriter writer;
  writer.Us(0x00280010, {3}).Us(0x00280011, {5}).Us(0x00280100, {8});
  ASSERT_OK_AND_ASSIGN(const PixelFormat format, Read(writer));
  EXPECT_EQ(format.PhotometricInterpretation, "MONOCHROME2");
  EXPECT_EQ(format.SamplesPerPixel, 1);
  EXPECT_EQ(format.BitsStored, 8);
  EXPECT_EQ(format.HighBit, 7);
  EXPECT_FALSE(format.is_signed);
}

TEST(ImagePixelTest, KeepsAHighBitThatLeavesRoomBelowAndMendsAnImpossibleOne) {
  ASSERT_OK_AND_ASSIGN(const PixelFormat shifted, Read(Write({.high_bit = 15})));
  EXPECT_EQ(shifted.HighBit, 15);
  ASSERT_OK_AND_ASSIGN(const PixelFormat too_low, Read(Write({.high_bit = 5})));
  EXPECT_EQ(too_low.HighBit, 11);
  ASSERT_OK_AND_ASSIGN(const PixelFormat too_high, Read(Write({.high_bit = 16})));
  EXPECT_EQ(too_high.HighBit, 11);
}

TEST(ImagePixelTest, RefusesContradictions) {
  EXPECT_EQ(CategoryOfModule({.rows = 0}), ErrorCategory::kBadInstance);
  EXPECT_EQ(CategoryOfModule({.columns = 0}), ErrorCategory::kBadInstance);
  EXPECT_EQ(CategoryOfModule({.stored = 0}), ErrorCategory::kBadInstance);
  EXPECT_EQ(CategoryOfModule({.stored = 17}), ErrorCategory::kBadInstance);
  EXPECT_EQ(CategoryOfModule({.allocated = 0}), ErrorCategory::kBadInstance);
  EXPECT_EQ(CategoryOfModule({.samples = 3}), ErrorCategory::kBadInstance);
  EXPECT_EQ(CategoryOfModule({.photometric_interpretation = "RGB"}), ErrorCategory::kBadInstance);
  EXPECT_EQ(CategoryOfModule({.photometric_interpretation = "SMITH^JOHN"}), ErrorCategory::kBadInstance);
}

TEST(ImagePixelTest, NamesWhatIsNotSupported) {
  EXPECT_EQ(CategoryOfModule({.allocated = 12}), ErrorCategory::kUnsupported);
  for (const std::string name : {"ARGB", "CMYK", "HSV"}) {
    const absl::Status status = Read(Write({.photometric_interpretation = name, .samples = 4})).status();
    EXPECT_EQ(CategoryOf(status), ErrorCategory::kUnsupported);
    EXPECT_NE(status.message().find(name), absl::string_view::npos) << status;
  }
}

// Shown as RGB, XYB (JPEG XL) would have wrong colours.
TEST(ImagePixelTest, ColorModelsThatAreNotConvertedAreNotSupported) {
  for (const std::string name : {"XYB", "HSV", "YBR_PARTIAL_420"}) {
    EXPECT_EQ(CategoryOfModule({.photometric_interpretation = name, .samples = 3}), ErrorCategory::kUnsupported);
  }
}

// PS3.3 C.7.6.3.1.2.
TEST(ImagePixelTest, ColorIsNeverSigned) {
  const auto color = [](uint16_t pixel_representation) {
    DatasetWriter writer;
    writer.Us(0x00280002, {3}).Text(0x00280004, "CS", "RGB").Us(0x00280010, {4}).Us(0x00280011, {4});
    return writer.Us(0x00280100, {8}).Us(0x00280103, {pixel_representation});
  };
  EXPECT_EQ(CategoryOf(Read(color(1)).status()), ErrorCategory::kBadInstance);
  EXPECT_THAT(Read(color(0)), IsOk());
}

TEST(ImagePixelTest, ChecksSizesBeforeMemoryIsTaken) {
  EXPECT_EQ(CategoryOfModule({.rows = 65535, .columns = 65535}), ErrorCategory::kTooLarge);
  DatasetWriter unsigned_long;
  unsigned_long.Numbers<uint32_t>(0x00280010, "UL", {0x80000001}).Numbers<uint32_t>(0x00280011, "UL", {2});
  EXPECT_EQ(CategoryOf(Read(unsigned_long.Us(0x00280100, {8})).status()), ErrorCategory::kTooLarge);
  DatasetWriter negative;
  negative.Numbers<int32_t>(0x00280010, "SL", {-4}).Us(0x00280011, {2}).Us(0x00280100, {8});
  EXPECT_EQ(CategoryOf(Read(negative).status()), ErrorCategory::kBadInstance);
  Limits limits;
  limits.max_frame_bytes = 29;
  EXPECT_EQ(CategoryOf(Read(GreyImage(3, 5), PixelElement::kPixelData, limits).status()), ErrorCategory::kTooLarge);
}

TEST(ImagePixelTest, FloatPixelDataHaveTheirOwnBits) {
  ASSERT_OK_AND_ASSIGN(const PixelFormat single, Read(GreyImage(3, 5), PixelElement::kFloatPixelData));
  EXPECT_TRUE(single.is_float);
  EXPECT_EQ(single.BitsAllocated, 32);
  ASSERT_OK_AND_ASSIGN(const PixelFormat twice, Read(GreyImage(3, 5), PixelElement::kDoubleFloatPixelData));
  EXPECT_EQ(twice.BitsAllocated, 64);
}

TEST(ImagePixelTest, NumberOfFrames) {
  const auto frames = [](absl::string_view text) {
    const Dataset dataset = ParseHeader(DatasetWriter().Text(0x00280008, "IS", text));
    return ReadNumberOfFrames(dataset.root(), {});
  };
  EXPECT_EQ(*frames(""), 1);
  EXPECT_EQ(*frames("0"), 1);
  EXPECT_EQ(*frames("17"), 17);
  EXPECT_EQ(CategoryOf(frames("-1").status()), ErrorCategory::kBadInstance);
  EXPECT_EQ(CategoryOf(frames("many").status()), ErrorCategory::kBadInstance);
  EXPECT_EQ(CategoryOf(frames("2000000000").status()), ErrorCategory::kTooLarge);
}

TEST(ImagePixelTest, NativeLength) {
  PixelFormat grey;
  grey.Rows = 3;
  grey.Columns = 5;
  EXPECT_THAT(CheckNativeLength(30, 2, &grey), IsOk());
  EXPECT_THAT(CheckNativeLength(1000, 2, &grey), IsOk());
  EXPECT_EQ(CategoryOf(CheckNativeLength(29, 2, &grey)), ErrorCategory::kBadInstance);
  PixelFormat bits = grey;
  bits.BitsAllocated = bits.BitsStored = 1;
  // 2 * 15 bits are 3.75 bytes.
  EXPECT_THAT(CheckNativeLength(4, 2, &bits), IsOk());
  EXPECT_EQ(CategoryOf(CheckNativeLength(3, 2, &bits)), ErrorCategory::kBadInstance);
}

TEST(ImagePixelTest, SubsampledColourIsRecognisedByItsLength) {
  PixelFormat color;
  color.Rows = 2;
  color.Columns = 4;
  color.SamplesPerPixel = 3;
  color.PhotometricInterpretation = "YBR_FULL_422";
  PixelFormat subsampled = color;
  EXPECT_THAT(CheckNativeLength(16, 1, &subsampled), IsOk());
  EXPECT_EQ(subsampled.PhotometricInterpretation, "YBR_FULL_422");
  PixelFormat full = color;
  EXPECT_THAT(CheckNativeLength(24, 1, &full), IsOk());
  EXPECT_EQ(full.PhotometricInterpretation, "YBR_FULL");
  EXPECT_EQ(CategoryOf(CheckNativeLength(15, 1, &color)), ErrorCategory::kBadInstance);
}

}  // namespace
}  // namespace vitrine::dicom
