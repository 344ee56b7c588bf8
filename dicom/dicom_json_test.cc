#include "dicom/dicom_json.h"

#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/status_matchers.h"
#include "dicom/builder.h"
#include "dicom/testing/part10_writer.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"

namespace vitrine::dicom {
namespace {

using ::vitrine::testing::IsOk;
using Json = nlohmann::json;

DatasetBuilder Proper() {
  DatasetBuilder b;
  b.Set("SOPClassUID", "1.2.840.10008.5.1.4.1.1.7").Set("SOPInstanceUID", "1.2.3");
  return b;
}

Json Header(const std::string& file, uint64_t max_value_bytes = 64 << 10) {
  const auto header = ReadJsonHeader(file, /*complete=*/true, Limits(), max_value_bytes);
  EXPECT_THAT(header, IsOk());
  if (!header.ok()) return Json::object();
  return Json::parse(JsonObject((*header)->attributes));
}

Json Header(const DatasetBuilder& b) { return Header(*b.Write()); }

Json One(const char* vr, Json values) { return {{"vr", vr}, {"Value", std::move(values)}}; }

// Expected objects follow the examples and tables of PS3.18 F.2 to F.4.
TEST(DicomJsonTest, WritesEveryKindOfValue) {
  DatasetBuilder item;
  item.Set("CodeValue", "C1");
  DatasetBuilder b = Proper();
  b.Set("PatientName", "Yamada^Tarou=Ideo^Graphic=Pho^Netic")
      .Set("OtherPatientNames", "A^B\\C^D")
      .Set("PatientID", " id ")
      .Set("ImageType", "ORIGINAL\\\\AXIAL")
      .Set("ImageComments", " a\\b \n")
      .Set("InstanceNumber", "7 ")
      .Set("PixelSpacing", "0.5\\1e1")
      .Set("StudyDate", "")
      .Set("FrameIncrementPointer", "(0018,1063)")
      .SetUint16("Rows", 512)
      .SetInt16("PixelPaddingValue", -2000)
      .SetDoubles("RealWorldValueSlope", {0.25})
      .SetBytes("ICCProfile", "OB", std::string("\0\x01\xFF\x02", 4))
      .SetBytes("RedPaletteColorLookupTableData", "OW", std::string("\x01\x02", 2))
      .AddItem("ProcedureCodeSequence", std::move(item))
      .AddItem("RequestAttributesSequence", DatasetBuilder());
  const Json json = Header(b);
  EXPECT_EQ(json["00100010"],
            One("PN", {{{"Alphabetic", "Yamada^Tarou"}, {"Ideographic", "Ideo^Graphic"}, {"Phonetic", "Pho^Netic"}}}));
  EXPECT_EQ(json["00101001"], One("PN", {{{"Alphabetic", "A^B"}}, {{"Alphabetic", "C^D"}}}));
  EXPECT_EQ(json["00100020"], One("LO", {"id"}));
  EXPECT_EQ(json["00080008"], One("CS", {"ORIGINAL", nullptr, "AXIAL"}));
  EXPECT_EQ(json["00204000"], One("LT", {" a\\b"}));
  EXPECT_EQ(json["00200013"], One("IS", {7}));
  EXPECT_EQ(json["00280030"], One("DS", {0.5, 10}));
  EXPECT_EQ(json["00080020"], Json({{"vr", "DA"}}));
  EXPECT_EQ(json["00280009"], One("AT", {"00181063"}));
  EXPECT_EQ(json["00280010"], One("US", {512}));
  EXPECT_EQ(json["00280120"], One("SS", {-2000}));
  EXPECT_EQ(json["00409225"], One("FD", {0.25}));
  EXPECT_EQ(json["00282000"], Json({{"vr", "OB"}, {"InlineBinary", "AAH/Ag=="}}));
  EXPECT_EQ(json["00281201"], Json({{"vr", "OW"}, {"InlineBinary", "AQI="}}));
  EXPECT_EQ(json["00081032"], One("SQ", {{{"00080100", One("SH", {"C1"})}}}));
  EXPECT_EQ(json["00400275"], One("SQ", Json::array({Json::object()})));
  EXPECT_FALSE(json.contains("00020010"));
}

TEST(DicomJsonTest, NumbersThatJsonDoesNotHaveAreNull) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  DatasetBuilder b = Proper();
  b.SetDoubles("RealWorldValueSlope", {std::numeric_limits<double>::quiet_NaN()})
      .SetDoubles("RealWorldValueIntercept", {kInfinity});
  const Json json = Header(b);
  EXPECT_EQ(json["00409225"], One("FD", Json::array({nullptr})));
  EXPECT_EQ(json["00409224"], One("FD", Json::array({nullptr})));
}

TEST(DicomJsonTest, TextThatIsNoNumberStaysText) {
  DatasetBuilder b = Proper();
  b.SetBytes("SliceThickness", "DS", "nan ")
      .SetBytes("InstanceNumber", "IS", "1A")
      .SetBytes("PatientWeight", "DS", "1e999 ");
  const Json json = Header(b);
  EXPECT_EQ(json["00180050"], One("DS", {"nan"}));
  EXPECT_EQ(json["00200013"], One("IS", {"1A"}));
  EXPECT_EQ(json["00101030"], One("DS", {"1e999"}));
}

TEST(DicomJsonTest, KnownTextOfUnknownVrIsText) {
  DatasetBuilder b = Proper();
  b.SetBytes("StudyInstanceUID", "UN", std::string("1.2\0", 4)).SetBytes("00091001", "UN", "x ");
  const Json json = Header(b);
  EXPECT_EQ(json["0020000D"], One("UI", {"1.2"}));
  EXPECT_EQ(json["00091001"], Json({{"vr", "UN"}, {"InlineBinary", "eCA="}}));
}

TEST(DicomJsonTest, ConvertsToUtf8) {
  DatasetBuilder latin = Proper();
  latin.Set("SpecificCharacterSet", "ISO_IR 100")
      .Set("PatientName",
           "\xC4neas^R\xFC"
           "diger");
  Json json = Header(latin);
  EXPECT_EQ(json["00100010"]["Value"][0]["Alphabetic"], "Äneas^Rüdiger");
  EXPECT_EQ(json["00080005"]["Value"][0], "ISO_IR 192");
  DatasetBuilder undeclared = Proper();
  undeclared.Set("PatientName", "\xC4neas");
  EXPECT_EQ(Header(undeclared)["00100010"]["Value"][0]["Alphabetic"], "\xEF\xBF\xBDneas");
}

TEST(DicomJsonTest, StopsAtPixelDataAndAsksForMoreBeforeIt) {
  DatasetBuilder icon;
  icon.SetPixelData(std::vector<uint8_t>(64, 1), 8);
  DatasetBuilder b = Proper();
  b.AddItem("IconImageSequence", std::move(icon))
      .SetBytes("ICCProfile", "OB", std::string("\xE0\x7F\x10\x00OB fake", 12))
      .Set("PatientID", "last")
      .SetPixelData(std::vector<uint16_t>(50'000, 3));
  const std::string file = *b.Write();
  const size_t pixels = file.size() - 100'000 - 12;
  for (size_t size = 0; size <= file.size(); size += size < pixels + 8 ? 1 : 9973) {
    const auto header = ReadJsonHeader(file.substr(0, size), /*complete=*/false, Limits());
    ASSERT_THAT(header, IsOk()) << size;
    EXPECT_EQ(header->has_value(), size >= pixels + 4) << size;
  }
  const Json json = Header(file);
  EXPECT_EQ(json["00100020"]["Value"][0], "last");
  EXPECT_EQ(json["00880200"]["Value"].size(), 1u);
  EXPECT_FALSE(json.contains("7FE00010"));
}

TEST(DicomJsonTest, LeavesLongValuesOut) {
  DatasetBuilder b = Proper();
  b.SetBytes("ICCProfile", "OB", std::string(102, 'x'))
      .Set("ImageComments", std::string(102, 'y'))
      .Set("PatientID", "x");
  const Json json = Header(*b.Write(), 100);
  EXPECT_FALSE(json.contains("00282000"));
  EXPECT_FALSE(json.contains("00204000"));
  EXPECT_TRUE(json.contains("00100020"));
}

void ExpectError(const std::string& bytes, const Limits& limits, ErrorCategory category) {
  const auto header = ReadJsonHeader(bytes, /*complete=*/true, limits);
  ASSERT_FALSE(header.ok());
  EXPECT_EQ(CategoryOf(header.status()), category) << header.status();
}

TEST(DicomJsonTest, RefusesWhatIsNoDicomFile) {
  const std::string magic = std::string(128, '\0') + "DICM";
  ExpectError("", Limits(), ErrorCategory::kBadInstance);
  ExpectError(std::string(5000, 'x'), Limits(), ErrorCategory::kBadInstance);
  ExpectError(magic + std::string(3000, '\xFF'), Limits(), ErrorCategory::kBadInstance);
  const std::string file = *Proper().Write();
  ExpectError(file.substr(0, file.size() - 3), Limits(), ErrorCategory::kBadInstance);
}

TEST(DicomJsonTest, DeepNestingIsRefusedBeforeDcmtkRecursesIntoIt) {
  std::string file = *Proper().Write();
  for (int i = 0; i < 300'000; ++i) {
    file.append("\x40\x00\x75\x02SQ\0\0\xFF\xFF\xFF\xFF\xFE\xFF\x00\xE0\xFF\xFF\xFF\xFF", 20);
  }
  ExpectError(file, Limits(), ErrorCategory::kTooLarge);
  ExpectError(file + std::string("\xE0\x7F\x10\x00OW\0\0\0\0\0\0", 12), Limits(), ErrorCategory::kTooLarge);
}

// Walks that start from the beginning for every element or item do not end within the time that a test has.
TEST(DicomJsonTest, ManyElementsAndItemsTakeTheirTimeOnce) {
  constexpr int kCount = 200'000;
  testing::DatasetWriter elements;
  for (int i = 0; i < kCount; ++i) {
    const uint32_t group = 0x0029 + 2 * (i / 0xE000);
    elements.Us(group << 16 | (0x1000 + i % 0xE000), {7});
  }
  const Json many_elements = Header(testing::Part10File(testing::kExplicit, elements.bytes()));
  EXPECT_GE(many_elements.size(), size_t{kCount});

  testing::DatasetWriter items;
  items.Sequence(0x00081032, std::vector<testing::DatasetWriter>(kCount));
  const Json many_items = Header(testing::Part10File(testing::kExplicit, items.bytes()));
  EXPECT_EQ(many_items["00081032"]["Value"].size(), size_t{kCount});
}

TEST(DicomJsonTest, AHugeDeclaredLengthTakesNoMemory) {
  const std::string file = *Proper().Write() + std::string("\x28\x00\x00\x20OB\0\0\xFE\xFF\xFF\x7F", 12) + "abc";
  ExpectError(file, Limits(), ErrorCategory::kBadInstance);
}

TEST(DicomJsonTest, AHeaderOverTheLimitIsTooLarge) {
  DatasetBuilder b = Proper();
  b.SetBytes("ICCProfile", "OB", std::string(10'000, 'x'));
  Limits limits;
  limits.max_header_bytes = 5'000;
  const auto header = ReadJsonHeader(b.Write()->substr(0, 6'000), /*complete=*/false, limits);
  ASSERT_FALSE(header.ok());
  EXPECT_EQ(CategoryOf(header.status()), ErrorCategory::kTooLarge);
}

TEST(DicomJsonTest, FindsAttributes) {
  const std::vector<JsonAttribute> attributes = {{0x00080005, "{}"}, {0x00100010, "[]"}};
  EXPECT_EQ(FindAttribute(attributes, 0x00100010), &attributes[1]);
  EXPECT_EQ(FindAttribute(attributes, 0x00100011), nullptr);
  EXPECT_EQ(FindAttribute({}, 1), nullptr);
  EXPECT_EQ(JsonObject(attributes), R"({"00080005":{},"00100010":[]})");
  EXPECT_EQ(JsonObject({}), "{}");
}

}  // namespace
}  // namespace vitrine::dicom
