#include "dicom/dataset.h"

#include <limits>
#include <string>

#include "base/error.h"
#include "dicom/testing/parse_header.h"
#include "dicom/testing/part10_writer.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vitrine::dicom {
namespace {

using testing::DatasetWriter;
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;
using testing::ParseHeader;

constexpr uint32_t kRows = 0x00280010;
constexpr uint32_t kWindowCenter = 0x00281050;
constexpr uint32_t kLutData = 0x00283006;

TEST(DatasetTest, FindsNumbersWhateverTheirVr) {
  const DatasetWriter forms[] = {
      DatasetWriter().Us(kRows, {512}),
      DatasetWriter().Ss(kRows, {512}),
      DatasetWriter().Numbers<uint32_t>(kRows, "UL", {512}),
      DatasetWriter().Numbers<int32_t>(kRows, "SL", {512}),
      DatasetWriter().Numbers<float>(kRows, "FL", {512}),
      DatasetWriter().Numbers<double>(kRows, "FD", {512}),
      DatasetWriter().Text(kRows, "IS", " 512"),
      DatasetWriter().Text(kRows, "DS", "5.12e2"),
      DatasetWriter().Text(kRows, "LO", "512"),
      DatasetWriter().Numbers<uint16_t>(kRows, "UN", {512}),
  };
  for (const DatasetWriter& form : forms) {
    const Dataset dataset = ParseHeader(form);
    EXPECT_THAT(dataset.root().Int(tags::Rows), Optional(512)) << form.bytes();
  }
}

TEST(DatasetTest, NegativeAndHugeNumbersStayWhatTheyAre) {
  const Dataset negative = ParseHeader(DatasetWriter().Ss(kRows, {-1}));
  EXPECT_THAT(negative.root().Int(tags::Rows), Optional(-1));
  const Dataset huge = ParseHeader(DatasetWriter().Numbers<uint32_t>(kRows, "UL", {0xFFFFFFFF}));
  EXPECT_THAT(huge.root().Int(tags::Rows), Optional(4294967295));
  const Dataset overflow = ParseHeader(DatasetWriter().Text(kRows, "DS", "1e300"));
  EXPECT_EQ(overflow.root().Int(tags::Rows), std::nullopt);
}

TEST(DatasetTest, WhatIsNoNumberIsNullopt) {
  const DatasetWriter forms[] = {
      DatasetWriter(),
      DatasetWriter().Text(kRows, "IS", ""),
      DatasetWriter().Text(kRows, "IS", "12a"),
      DatasetWriter().Text(kRows, "DS", "nan"),
      DatasetWriter().Text(kRows, "DS", "inf"),
      DatasetWriter().Numbers<double>(kRows, "FD", {std::numeric_limits<double>::quiet_NaN()}),
      DatasetWriter().Bytes(kRows, "UN", ""),
      DatasetWriter().Sequence(kRows, {}),
  };
  for (const DatasetWriter& form : forms) {
    const Dataset dataset = ParseHeader(form);
    EXPECT_EQ(dataset.root().Int(tags::Rows), std::nullopt) << form.bytes();
    EXPECT_EQ(dataset.root().Double(tags::Rows), std::nullopt) << form.bytes();
  }
}

TEST(DatasetTest, ListsKeepTheirGaps) {
  const Dataset dataset = ParseHeader(DatasetWriter().Text(kWindowCenter, "DS", "40\\\\-600.5 \\x"));
  EXPECT_THAT(dataset.root().Doubles(tags::WindowCenter),
              ElementsAre(Optional(40.0), std::nullopt, Optional(-600.5), std::nullopt));
  const Dataset unknown = ParseHeader(DatasetWriter().Text(kWindowCenter, "UN", "40\\80 "));
  EXPECT_THAT(unknown.root().Doubles(tags::WindowCenter), ElementsAre(Optional(40.0), Optional(80.0)));
}

TEST(DatasetTest, TrimsText) {
  const Dataset dataset = ParseHeader(DatasetWriter().Text(0x00080016, "UI", "1.2.3").Text(0x00080060, "CS", " CT"));
  EXPECT_EQ(dataset.root().String(tags::SOPClassUID), "1.2.3");
  EXPECT_EQ(dataset.root().String(tags::Modality), "CT");
  EXPECT_EQ(dataset.root().String(tags::SOPInstanceUID), "");
  EXPECT_FALSE(dataset.root().Has(tags::SOPInstanceUID));
  const Dataset unknown = ParseHeader(DatasetWriter().Bytes(0x00080016, "UN", "1.2.3"));
  EXPECT_EQ(unknown.root().String(tags::SOPClassUID), "1.2.3");
}

TEST(DatasetTest, ReadsWordsInEveryVrAndByteOrder) {
  for (const char* vr : {"US", "SS", "OW"}) {
    const Dataset little = ParseHeader(DatasetWriter().Numbers<uint16_t>(kLutData, vr, {1, 0x8002}));
    EXPECT_THAT(little.root().Words(tags::LUTData), ElementsAre(1, 0x8002)) << vr;
    DatasetWriter writer(DatasetWriter::kExplicitBig);
    const Dataset big = ParseHeader(writer.Numbers<uint16_t>(kLutData, vr, {1, 0x8002}), DatasetWriter::kExplicitBig);
    EXPECT_THAT(big.root().Words(tags::LUTData), ElementsAre(1, 0x8002)) << vr;
  }
  for (const char* vr : {"OB", "UN"}) {
    const Dataset bytes = ParseHeader(DatasetWriter().Bytes(kLutData, vr, absl::string_view("\1\0\2\x80", 4)));
    EXPECT_THAT(bytes.root().Words(tags::LUTData), ElementsAre(1, 0x8002)) << vr;
  }
  DatasetWriter implicit(DatasetWriter::kImplicitLittle);
  const Dataset words =
      ParseHeader(implicit.Numbers<uint16_t>(kLutData, "", {1, 0x8002}), DatasetWriter::kImplicitLittle);
  EXPECT_THAT(words.root().Words(tags::LUTData), ElementsAre(1, 0x8002));
  EXPECT_THAT(words.root().Words(tags::LUTDescriptor), IsEmpty());
}

TEST(DatasetTest, FindsItems) {
  DatasetWriter first, second, writer;
  first.Us(kRows, {1});
  second.Us(kRows, {2});
  writer.Sequence(0x00283010, {first, second}).Sequence(0x00283000, {}).Text(0x00289132, "LO", "no sequence");
  const Dataset dataset = ParseHeader(writer);
  const std::vector<Item> items = dataset.root().Items(tags::VOILUTSequence);
  ASSERT_EQ(items.size(), 2u);
  EXPECT_THAT(items[1].Int(tags::Rows), Optional(2));
  EXPECT_FALSE(dataset.root().FirstItem(tags::ModalityLUTSequence));
  EXPECT_THAT(dataset.root().Items(tags::FrameVOILUTSequence), IsEmpty());
  EXPECT_THAT(dataset.root().Items(tags::PixelMeasuresSequence), IsEmpty());
}

TEST(DatasetTest, BoundsListsAndTables) {
  const std::string values(1 << 20, '\\');
  DatasetWriter writer(DatasetWriter::kImplicitLittle);
  writer.Bytes(kWindowCenter, "", values).Bytes(kLutData, "", values);
  const Dataset dataset = ParseHeader(writer, DatasetWriter::kImplicitLittle);
  EXPECT_EQ(dataset.root().Doubles(tags::WindowCenter).size(), Item::kMaxValues);
  EXPECT_EQ(dataset.root().Words(tags::LUTData).size(), Item::kMaxWords);
}

// A search through the elements would take minutes.
TEST(DatasetTest, LookUpsDoNotWalkThroughTheDataSet) {
  DatasetWriter writer;
  for (uint32_t i = 0; i < 200000; ++i) writer.Bytes(0x00091000 + i / 0x8000 * 0x20000 + i % 0x8000, "LO", "");
  writer.Us(kRows, {512});
  const Dataset dataset = ParseHeader(writer);
  const Item root = dataset.root();
  int found = 0;
  for (int i = 0; i < 200000; ++i) found += root.Has(tags::Rows) ? 1 : 0;
  EXPECT_EQ(found, 200000);
}

TEST(DatasetTest, NamesUids) {
  EXPECT_EQ(UidKeyword("1.2.840.10008.5.1.4.1.1.2"), "CTImageStorage");
  EXPECT_EQ(UidKeyword("1.2.3.4"), "1.2.3.4");
}

}  // namespace
}  // namespace vitrine::dicom
