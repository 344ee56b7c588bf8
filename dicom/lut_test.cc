#include "dicom/lut.h"

#include <string>
#include <vector>

#include "dicom/testing/parse_header.h"
#include "dicom/testing/part10_writer.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vitrine::dicom {
namespace {

using testing::DatasetWriter;
using ::testing::Each;
using ::testing::ElementsAre;
using testing::ParseHeader;

constexpr uint32_t kDescriptor = 0x00283002;
constexpr uint32_t kData = 0x00283006;

std::shared_ptr<const image::Lut> Read(const DatasetWriter& writer, bool signed_first = false) {
  const Dataset dataset = ParseHeader(writer);
  return ReadLut(dataset.root(), signed_first);
}

TEST(LutTest, ReadsEntriesAsTheyAre) {
  const auto lut = Read(DatasetWriter().Us(kDescriptor, {3, 7, 12}).Us(kData, {0, 2048, 4095}));
  ASSERT_NE(lut, nullptr);
  EXPECT_EQ(lut->first, 7);
  EXPECT_EQ(lut->bits, 12);
  EXPECT_THAT(lut->entries, ElementsAre(0, 2048, 4095));
}

TEST(LutTest, OnlyTheSecondDescriptorValueIsSigned) {
  // 65535 entries starting at -1024, written with VR SS.
  const DatasetWriter writer =
      DatasetWriter().Ss(kDescriptor, {-1, -1024, 16}).Numbers<uint16_t>(kData, "OW", std::vector<uint16_t>(65535, 9));
  const auto lut = Read(writer, true);
  ASSERT_NE(lut, nullptr);
  EXPECT_EQ(lut->first, -1024);
  EXPECT_EQ(lut->entries.size(), 65535u);
  // The VR does not decide.
  EXPECT_EQ(Read(DatasetWriter().Us(kDescriptor, {1, 0xFC00, 16}).Us(kData, {5}), true)->first, -1024);
  EXPECT_EQ(Read(DatasetWriter().Ss(kDescriptor, {1, -1024, 16}).Us(kData, {5}), false)->first, 0xFC00);
}

TEST(LutTest, ZeroEntriesMean65536) {
  const auto lut = Read(DatasetWriter().Us(kDescriptor, {0, 0, 8}).Bytes(kData, "OW", std::string(65536, '\7')));
  ASSERT_NE(lut, nullptr);
  EXPECT_EQ(lut->entries.size(), 65536u);
  EXPECT_THAT(lut->entries, Each(7));
}

TEST(LutTest, EightBitEntriesPackedOrOneAWord) {
  const auto packed = Read(DatasetWriter().Us(kDescriptor, {3, 0, 8}).Bytes(kData, "OW", "\1\2\3"));
  ASSERT_NE(packed, nullptr);
  EXPECT_THAT(packed->entries, ElementsAre(1, 2, 3));
  const auto words = Read(DatasetWriter().Us(kDescriptor, {3, 0, 8}).Us(kData, {1, 2, 255}));
  ASSERT_NE(words, nullptr);
  EXPECT_THAT(words->entries, ElementsAre(1, 2, 255));
  EXPECT_EQ(words->bits, 8);
}

TEST(LutTest, ShorterDataAreClampedAndLongerOnesCut) {
  EXPECT_THAT(Read(DatasetWriter().Us(kDescriptor, {4, 0, 16}).Us(kData, {1, 2}))->entries, ElementsAre(1, 2));
  EXPECT_THAT(Read(DatasetWriter().Us(kDescriptor, {1, 0, 16}).Us(kData, {1, 2}))->entries, ElementsAre(1));
}

TEST(LutTest, BitsHoldTheLargestEntry) {
  EXPECT_EQ(Read(DatasetWriter().Us(kDescriptor, {2, 0, 8}).Us(kData, {0, 0xFF00}))->bits, 16);
  EXPECT_EQ(Read(DatasetWriter().Us(kDescriptor, {2, 0, 0}).Us(kData, {0, 200}))->bits, 8);
  EXPECT_EQ(Read(DatasetWriter().Us(kDescriptor, {2, 0, 99}).Us(kData, {0, 300}))->bits, 16);
  EXPECT_EQ(Read(DatasetWriter().Us(kDescriptor, {2, 0, 10}).Us(kData, {0, 1023}))->bits, 10);
}

TEST(LutTest, MissingPartsMakeNoLut) {
  EXPECT_EQ(Read(DatasetWriter()), nullptr);
  EXPECT_EQ(Read(DatasetWriter().Us(kData, {1})), nullptr);
  EXPECT_EQ(Read(DatasetWriter().Us(kDescriptor, {1, 0, 16})), nullptr);
  EXPECT_EQ(Read(DatasetWriter().Us(kDescriptor, {1, 0, 16}).Us(kData, {})), nullptr);
  EXPECT_EQ(Read(DatasetWriter().Us(kDescriptor, {1, 0}).Us(kData, {1})), nullptr);
}

}  // namespace
}  // namespace vitrine::dicom
