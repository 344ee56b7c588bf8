#include "dicom/palette.h"

#include <string>
#include <vector>

#include "base/error.h"
#include "base/status_matchers.h"
#include "dicom/testing/parse_header.h"
#include "dicom/testing/part10_writer.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vitrine::dicom {
namespace {

using testing::DatasetWriter;
using ::testing::ElementsAre;
using testing::ParseHeader;
using ::testing::SizeIs;

constexpr uint32_t kDescriptor = 0x00281101;  // Red; green and blue follow.
constexpr uint32_t kData = 0x00281201;
constexpr uint32_t kSegmented = 0x00281221;

absl::StatusOr<Palette> Read(const DatasetWriter& writer, bool signed_index = false) {
  const Dataset dataset = ParseHeader(writer);
  return ReadPalette(dataset.root(), signed_index);
}

// The same table for the three channels.
DatasetWriter Write(const std::vector<uint16_t>& descriptor, uint32_t tag, const std::vector<uint16_t>& words) {
  DatasetWriter writer;
  for (uint32_t i = 0; i < 3; ++i) writer.Us(kDescriptor + i, descriptor);
  for (uint32_t i = 0; i < 3; ++i) writer.Numbers<uint16_t>(tag + i, "OW", words);
  return writer;
}

TEST(PaletteTest, SixteenBitTables) {
  ASSERT_OK_AND_ASSIGN(const Palette palette, Read(Write({3, 10, 16}, kData, {0, 0x8000, 0xFFFF})));
  EXPECT_EQ(palette.bits, 16);
  EXPECT_EQ(palette.channels[2].first, 10);
  EXPECT_THAT(palette.channels[2].entries, ElementsAre(0, 0x8000, 0xFFFF));
}

TEST(PaletteTest, EightBitTablesWhateverTheyState) {
  ASSERT_OK_AND_ASSIGN(const Palette stated, Read(Write({3, 0, 8}, kData, {0, 1, 255})));
  EXPECT_EQ(stated.bits, 8);
  ASSERT_OK_AND_ASSIGN(const Palette packed, Read(Write({4, 0, 8}, kData, {0x0201, 0xFF03})));
  EXPECT_EQ(packed.bits, 8);
  EXPECT_THAT(packed.channels[0].entries, ElementsAre(1, 2, 3, 255));
  ASSERT_OK_AND_ASSIGN(const Palette misstated, Read(Write({3, 0, 16}, kData, {0, 1, 255})));
  EXPECT_EQ(misstated.bits, 8);
}

TEST(PaletteTest, SignedIndices) {
  ASSERT_OK_AND_ASSIGN(const Palette palette, Read(Write({1, 0xFFFE, 16}, kData, {5}), true));
  EXPECT_EQ(palette.channels[0].first, -2);
}

TEST(PaletteTest, RefusesMissingAndEmptyTables) {
  EXPECT_EQ(CategoryOf(Read(DatasetWriter()).status()), ErrorCategory::kBadInstance);
  EXPECT_EQ(CategoryOf(Read(Write({3, 0, 16}, kData, {})).status()), ErrorCategory::kBadInstance);
  EXPECT_EQ(CategoryOf(Read(Write({3, 0, 16}, kSegmented, {})).status()), ErrorCategory::kBadInstance);
  DatasetWriter red_only;
  red_only.Us(kDescriptor, {1, 0, 16}).Us(kData, {1});
  EXPECT_EQ(CategoryOf(Read(red_only).status()), ErrorCategory::kBadInstance);
}

TEST(PaletteTest, ExpandsSegments) {
  // Discrete 10, 20; linear to 50 in 3 steps; the first two segments again (an indirect one of byte offset 0).
  ASSERT_OK_AND_ASSIGN(const Palette palette,
                       Read(Write({10, 0, 16}, kSegmented, {0, 2, 10, 20, 1, 3, 50, 2, 2, 0, 0})));
  EXPECT_THAT(palette.channels[1].entries, ElementsAre(10, 20, 30, 40, 50, 10, 20, 30, 40, 50));
}

TEST(PaletteTest, LinearSegmentsFallToo) {
  EXPECT_THAT(*ExpandSegments({0, 1, 9, 1, 4, 1}, 5, 2), ElementsAre(9, 7, 5, 3, 1));
}

TEST(PaletteTest, ExpandsSegmentsOfBytes) {
  // Discrete 10, 20; then one segment from byte offset 0.
  EXPECT_THAT(*ExpandSegments({0, 2, 10, 20, 2, 1, 0, 0, 0, 0}, 4, 1), ElementsAre(10, 20, 10, 20));
}

TEST(PaletteTest, NeverExpandsBeyondTheDescriptor) {
  EXPECT_THAT(*ExpandSegments({0, 1, 7, 1, 65535, 9}, 100, 2), SizeIs(100));
}

TEST(PaletteTest, RefusesHostileSegments) {
  const std::vector<std::vector<uint16_t>> hostile = {
      {3, 1, 1},                        // Unknown opcode.
      {0, 5, 1},                        // Breaks off.
      {1, 5, 1},                        // Linear first.
      {0, 1, 7, 1, 5},                  // Linear without its end.
      {2, 1, 0, 0},                     // Refers to itself.
      {0, 1, 7, 2, 1, 0xFFFF, 0xFFFF},  // Refers to nothing.
      {0, 1, 7, 2, 1, 6, 0},            // Refers to an indirect segment.
      {0, 1, 7, 2, 1, 0},               // Indirect, breaks off.
  };
  for (const std::vector<uint16_t>& units : hostile) {
    EXPECT_EQ(CategoryOf(ExpandSegments(units, 65536, 2).status()), ErrorCategory::kBadInstance)
        << ::testing::PrintToString(units);
  }
}

// Indirect segments that repeat empty ones produce nothing, for ever if nobody counts.
TEST(PaletteTest, BoundsSegmentsThatProduceNothing) {
  std::vector<uint16_t> units(2 * 65535, 0);
  for (int i = 0; i < 1000; ++i) units.insert(units.end(), {2, 65535, 0, 0});
  EXPECT_EQ(CategoryOf(ExpandSegments(units, 65536, 2).status()), ErrorCategory::kBadInstance);
}

}  // namespace
}  // namespace vitrine::dicom
