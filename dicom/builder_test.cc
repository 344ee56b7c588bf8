#include "dicom/builder.h"

#include <string>
#include <utility>

#include "base/status_matchers.h"
#include "dicom/dictionary.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vitrine::dicom {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;

std::string Bytes(const char* text, size_t size) { return std::string(text, size); }

// A builder that may be written.
DatasetBuilder Proper() {
  DatasetBuilder b;
  b.Set("SOPClassUID", "1.2.840.10008.5.1.4.1.1.7").Set("SOPInstanceUID", "1.2.3");
  return b;
}

// The expected bytes are written out by hand from PS3.5 7.1.2: tag, VR, length, value.
TEST(BuilderTest, WritesExplicitLittleEndian) {
  DatasetBuilder item;
  item.Set("ScheduledProcedureStepID", "S1");
  DatasetBuilder b = Proper();
  b.Set("PatientName", "A^B")
      .SetDoubles("SliceThickness", {2.5})
      .SetUint16("Rows", 512)
      .SetInt16("PixelPaddingValue", -2)
      .SetUint16("RedPaletteColorLookupTableDescriptor", {256, 0, 16})
      .SetDoubles("RealWorldValueSlope", {0.5})
      .SetBytes("00091001", "UN", "ab")
      .AddItem("RequestAttributesSequence", std::move(item));
  ASSERT_OK_AND_ASSIGN(const std::string file, b.Write());
  EXPECT_EQ(file.substr(0, 132), std::string(128, '\0') + "DICM");
  EXPECT_THAT(file, HasSubstr(Bytes("\x02\x00\x10\x00UI\x14\x00"
                                    "1.2.840.10008.1.2.1\0",
                                    28)));
  EXPECT_THAT(file, HasSubstr(Bytes("\x10\x00\x10\x00PN\x04\x00"
                                    "A^B ",
                                    12)));
  EXPECT_THAT(file, HasSubstr(Bytes("\x18\x00\x50\x00"
                                    "DS\x04\x00"
                                    "2.5 ",
                                    12)));
  EXPECT_THAT(file, HasSubstr(Bytes("\x28\x00\x10\x00US\x02\x00\x00\x02", 10)));
  EXPECT_THAT(file, HasSubstr(Bytes("\x28\x00\x20\x01SS\x02\x00\xFE\xFF", 10)));
  EXPECT_THAT(file, HasSubstr(Bytes("\x28\x00\x01\x11US\x06\x00\x00\x01\x00\x00\x10\x00", 14)));
  EXPECT_THAT(file, HasSubstr(Bytes("\x40\x00\x25\x92"
                                    "FD\x08\x00\0\0\0\0\0\0\xE0\x3F",
                                    16)));
  EXPECT_THAT(file, HasSubstr(Bytes("\x09\x00\x01\x10UN\0\0\x02\0\0\0ab", 14)));
  EXPECT_THAT(file, HasSubstr(Bytes(
                        "\x40\x00\x75\x02SQ\0\0\x12\0\0\0\xFE\xFF\x00\xE0\x0A\0\0\0\x40\x00\x09\x00SH\x02\x00S1", 30)));
}

TEST(BuilderTest, WritesPixelData) {
  DatasetBuilder bytes = Proper();
  bytes.SetPixelData(std::vector<uint8_t>{1, 2, 3}, 8);  // An odd length is padded.
  EXPECT_THAT(*bytes.Write(), EndsWith(Bytes("\xE0\x7F\x10\x00OB\0\0\x04\0\0\0\x01\x02\x03\0", 16)));
  DatasetBuilder words = Proper();
  words.SetPixelData(std::vector<uint16_t>{0x0102, 0x0304});
  EXPECT_THAT(*words.Write(), EndsWith(Bytes("\xE0\x7F\x10\x00OW\0\0\x04\0\0\0\x02\x01\x04\x03", 16)));
  DatasetBuilder wide = Proper();
  wide.SetPixelData(std::vector<uint8_t>{2, 1, 4, 3}, 16);
  EXPECT_EQ(*wide.Write(), *words.Write());
}

TEST(BuilderTest, WritesFragments) {
  DatasetBuilder b = Proper();
  b.SetFragments("1.2.840.10008.1.2.4.50", {"abc", "de"});
  ASSERT_OK_AND_ASSIGN(const std::string file, b.Write());
  EXPECT_THAT(file, HasSubstr("1.2.840.10008.1.2.4.50"));
  EXPECT_THAT(file, EndsWith(Bytes("\xE0\x7F\x10\x00OB\0\0\xFF\xFF\xFF\xFF"
                                   "\xFE\xFF\x00\xE0\0\0\0\0"
                                   "\xFE\xFF\x00\xE0\x04\0\0\0abc\0"
                                   "\xFE\xFF\x00\xE0\x02\0\0\0de"
                                   "\xFE\xFF\xDD\xE0\0\0\0\0",
                                   12 + 8 + 12 + 10 + 8)));
}

TEST(BuilderTest, IsRepeatable) { EXPECT_EQ(*Proper().Write(), *Proper().Write()); }

TEST(BuilderTest, KeepsTheFirstError) {
  DatasetBuilder b = Proper();
  b.Set("NoSuchKeyword", "x").Set("PatientID", "x");
  EXPECT_THAT(b.Write(), testing::StatusIs(absl::StatusCode::kInternal, HasSubstr("NoSuchKeyword")));
  DatasetBuilder odd = Proper();
  odd.SetBytes("RedPaletteColorLookupTableData", "OW", "abc");
  EXPECT_FALSE(odd.Write().ok());
  DatasetBuilder native = Proper();
  native.SetFragments("1.2.840.10008.1.2.1", {"a"});
  EXPECT_FALSE(native.Write().ok());
}

TEST(DictionaryTest, KnowsKeywordsAndTags) {
  EXPECT_EQ(TagOfKeyword("PatientID"), 0x00100020u);
  EXPECT_EQ(TagOfKeyword("00100020"), 0x00100020u);
  EXPECT_EQ(TagOfKeyword("7fe00010"), 0x7FE00010u);
  EXPECT_EQ(TagOfKeyword("OverlayRows"), 0x60000010u);
  for (const char* name : {"", "patientid", "0x100020", "0010,0020", "+0100020", "Patient ID", "(0010,0020)"}) {
    EXPECT_EQ(TagOfKeyword(name), std::nullopt) << name;
  }
  EXPECT_EQ(VrOfTag(0x00100010), "PN");
  EXPECT_EQ(VrOfTag(0x00091001), "");
}

}  // namespace
}  // namespace vitrine::dicom
