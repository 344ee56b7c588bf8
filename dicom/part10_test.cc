#include "dicom/part10.h"

#include <zlib.h>

#include <memory>
#include <string>

#include "base/error.h"
#include "base/status_matchers.h"
#include "dicom/testing/part10_writer.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vitrine::dicom {
namespace {

using testing::DatasetWriter;
using ::testing::ElementsAre;
using testing::GreyImage;
using testing::Part10File;
using vitrine::testing::IsOk;

constexpr uint32_t kPixelData = 0x7FE00010;
constexpr int kDeep = 100000;

absl::StatusOr<Part10> Scan(const std::string& file, const Limits& limits = {}) {
  return ScanPart10(std::make_shared<const std::string>(file), limits);
}

ErrorCategory CategoryOfScan(const std::string& file, const Limits& limits = {}) {
  return CategoryOf(Scan(file, limits).status());
}

std::string ValueOf(const Part10& part10) { return std::string(Slice(*part10.data, part10.pixel_data.value)); }

std::string Deflate(const std::string& plain) {
  z_stream stream = {};
  deflateInit2(&stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
  std::string deflated(deflateBound(&stream, plain.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(plain.data()));
  stream.avail_in = plain.size();
  stream.next_out = reinterpret_cast<Bytef*>(deflated.data());
  stream.avail_out = deflated.size();
  deflate(&stream, Z_FINISH);
  deflated.resize(stream.total_out);
  deflateEnd(&stream);
  return deflated;
}

TEST(Part10Test, FindsNativePixelDataAndIgnoresWhatFollows) {
  DatasetWriter image = GreyImage(1, 2);
  const size_t header = image.bytes().size();
  image.Bytes(kPixelData, "OW", "abcd").Raw("trailing garbage");
  ASSERT_OK_AND_ASSIGN(const Part10 part10, Scan(Part10File(testing::kExplicit, image.bytes())));
  EXPECT_EQ(part10.TransferSyntaxUID, testing::kExplicit);
  EXPECT_EQ(part10.pixel_data.element, PixelElement::kPixelData);
  EXPECT_TRUE(part10.pixel_data.is_ow);
  EXPECT_FALSE(part10.pixel_data.encapsulated);
  EXPECT_EQ(ValueOf(part10), "abcd");
  EXPECT_EQ(part10.header.length, header);
}

TEST(Part10Test, ReadsImplicitAndBigEndian) {
  DatasetWriter implicit = GreyImage(1, 2, 16, false, DatasetWriter::kImplicitLittle);
  implicit.Bytes(kPixelData, "OW", "abcd");
  ASSERT_OK_AND_ASSIGN(const Part10 little, Scan(Part10File(testing::kImplicit, implicit.bytes())));
  EXPECT_FALSE(little.explicit_vr);
  EXPECT_EQ(ValueOf(little), "abcd");

  DatasetWriter explicit_big = GreyImage(1, 2, 16, false, DatasetWriter::kExplicitBig);
  explicit_big.Bytes(kPixelData, "OW", "abcd");
  ASSERT_OK_AND_ASSIGN(const Part10 big, Scan(Part10File(testing::kBigEndian, explicit_big.bytes())));
  EXPECT_TRUE(big.big_endian);
  EXPECT_EQ(ValueOf(big), "abcd");
}

TEST(Part10Test, BelievesTheFirstElementMoreThanTheTransferSyntax) {
  const std::string explicit_set = GreyImage(1, 2).Bytes(kPixelData, "OW", "abcd").bytes();
  ASSERT_OK_AND_ASSIGN(const Part10 part10, Scan(Part10File(testing::kImplicit, explicit_set)));
  EXPECT_TRUE(part10.explicit_vr);
  DatasetWriter implicit = GreyImage(1, 2, 16, false, DatasetWriter::kImplicitLittle);
  implicit.Bytes(kPixelData, "OW", "abcd");
  ASSERT_OK_AND_ASSIGN(const Part10 other, Scan(Part10File(testing::kExplicit, implicit.bytes())));
  EXPECT_FALSE(other.explicit_vr);
}

TEST(Part10Test, GuessesTheEncodingWithoutMetaInformation) {
  for (const auto form :
       {DatasetWriter::kExplicitLittle, DatasetWriter::kImplicitLittle, DatasetWriter::kExplicitBig}) {
    DatasetWriter image = GreyImage(1, 2, 16, false, form);
    image.Bytes(kPixelData, "OW", "abcd");
    ASSERT_OK_AND_ASSIGN(const Part10 part10, Scan(image.bytes()));
    EXPECT_EQ(part10.explicit_vr, form != DatasetWriter::kImplicitLittle);
    EXPECT_EQ(part10.big_endian, form == DatasetWriter::kExplicitBig);
    EXPECT_EQ(ValueOf(part10), "abcd");
  }
}

TEST(Part10Test, AcceptsMetaInformationWithoutPreamble) {
  const std::string file = Part10File(testing::kExplicit, GreyImage(1, 2).Bytes(kPixelData, "OW", "abcd").bytes());
  EXPECT_THAT(Scan(file.substr(128)), IsOk());
  EXPECT_THAT(Scan(file.substr(132)), IsOk());
}

TEST(Part10Test, RefusesWhatIsNotDicom) {
  for (const std::string& text : {std::string(), std::string("<html><body>Not found</body></html>"),
                                  std::string("PK\3\4"), std::string(1000, '\xFF'), std::string("{\"00080005\":{}}")}) {
    EXPECT_EQ(CategoryOfScan(text), ErrorCategory::kBadInstance) << text;
  }
}

TEST(Part10Test, InflatesDeflatedDataSetsWithinTheLimit) {
  DatasetWriter image = GreyImage(1, 2);
  image.Bytes(0x00281201, "OW", std::string(1 << 20, '\0')).Bytes(kPixelData, "OW", "abcd");
  const std::string file = Part10File(testing::kDeflated, Deflate(image.bytes()));
  ASSERT_OK_AND_ASSIGN(const Part10 part10, Scan(file));
  EXPECT_EQ(ValueOf(part10), "abcd");
  Limits limits;
  limits.max_inflated_bytes = 1 << 20;
  EXPECT_EQ(CategoryOfScan(file, limits), ErrorCategory::kTooLarge);
  EXPECT_EQ(CategoryOfScan(file.substr(0, file.size() - 8)), ErrorCategory::kBadInstance);
  EXPECT_EQ(CategoryOfScan(Part10File(testing::kDeflated, "this is no deflate stream")), ErrorCategory::kBadInstance);
}

TEST(Part10Test, FindsFragmentsAndOffsetTables) {
  DatasetWriter image = GreyImage(1, 2);
  image.Numbers<uint64_t>(0x7FE00001, "OV", {0, 12}).Fragments({"ab", "cdef"}, {0, 10});
  ASSERT_OK_AND_ASSIGN(const Part10 part10, Scan(Part10File(testing::kRle, image.bytes())));
  ASSERT_TRUE(part10.pixel_data.encapsulated);
  std::vector<std::string> fragments;
  for (const Extent& fragment : part10.pixel_data.fragments) fragments.emplace_back(Slice(*part10.data, fragment));
  EXPECT_THAT(fragments, ElementsAre("ab", "cdef"));
  EXPECT_EQ(part10.pixel_data.basic_offset_table.length, 8u);
  EXPECT_EQ(part10.pixel_data.extended_offset_table.length, 16u);
}

TEST(Part10Test, AcceptsAMissingSequenceDelimiterButNoBrokenFragment) {
  const std::string file = Part10File(testing::kRle, GreyImage(1, 2).Fragments({"abcd"}).bytes());
  ASSERT_OK_AND_ASSIGN(const Part10 part10, Scan(file.substr(0, file.size() - 8)));
  EXPECT_EQ(part10.pixel_data.fragments.size(), 1u);
  EXPECT_EQ(CategoryOfScan(file.substr(0, file.size() - 9)), ErrorCategory::kBadInstance);
}

TEST(Part10Test, LimitsTheNumberOfFragments) {
  DatasetWriter icon;
  icon.Fragments({"ab", "cd", "ef"});
  const std::string in_sequence =
      Part10File(testing::kRle, GreyImage(1, 2).Sequence(0x00880200, {icon}).Fragments({"ab"}).bytes());
  const std::string file = Part10File(testing::kRle, GreyImage(1, 2).Fragments({"ab", "cd", "ef"}).bytes());
  for (const std::string& bytes : {file, in_sequence}) {
    Limits limits;
    limits.max_fragments = 3;
    EXPECT_EQ(CategoryOfScan(bytes, limits), ErrorCategory::kNone);
    limits.max_fragments = 2;
    EXPECT_EQ(CategoryOfScan(bytes, limits), ErrorCategory::kTooLarge);
  }
}

TEST(Part10Test, IgnoresPixelDataOfSequences) {
  DatasetWriter native_icon;
  native_icon.Bytes(kPixelData, "OW", "icon");
  DatasetWriter compressed_icon;
  compressed_icon.Fragments({"icon"});
  DatasetWriter image = GreyImage(1, 2);
  image.Sequence(0x00880200, {native_icon, compressed_icon}).Bytes(kPixelData, "OW", "abcd");
  ASSERT_OK_AND_ASSIGN(const Part10 part10, Scan(Part10File(testing::kExplicit, image.bytes())));
  EXPECT_EQ(ValueOf(part10), "abcd");
}

TEST(Part10Test, ReadsUnknownSequencesInImplicitVr) {
  DatasetWriter item(DatasetWriter::kImplicitLittle);
  item.Text(0x00100010, "PN", "A").Sequence(0x00101002, {});
  DatasetWriter content(DatasetWriter::kImplicitLittle);
  content.Header(0xFFFEE000, "", 0xFFFFFFFF).Raw(item.bytes()).Header(0xFFFEE00D, "", 0).Header(0xFFFEE0DD, "", 0);
  DatasetWriter image = GreyImage(1, 2);
  image.Header(0x00290010, "UN", 0xFFFFFFFF).Raw(content.bytes()).Bytes(kPixelData, "OW", "abcd");
  ASSERT_OK_AND_ASSIGN(const Part10 part10, Scan(Part10File(testing::kExplicit, image.bytes())));
  EXPECT_EQ(ValueOf(part10), "abcd");
}

TEST(Part10Test, TakesPrivateBytesThatOnlyBeginLikeASequenceForBytes) {
  DatasetWriter image = GreyImage(1, 2, 16, false, DatasetWriter::kImplicitLittle);
  image.Bytes(0x00291010, "OB", absl::string_view("\xFE\xFF\x00\xE0\xFF\xFF\xFF\x0Fgarbage!", 16));
  image.Bytes(kPixelData, "OW", "abcd");
  ASSERT_OK_AND_ASSIGN(const Part10 part10, Scan(Part10File(testing::kImplicit, image.bytes())));
  EXPECT_EQ(ValueOf(part10), "abcd");
}

TEST(Part10Test, SurvivesDeepNesting) {
  for (const auto form :
       {DatasetWriter::kExplicitLittle, DatasetWriter::kImplicitLittle, DatasetWriter::kExplicitBig}) {
    DatasetWriter undefined = GreyImage(1, 2, 16, false, form);
    for (int i = 0; i < kDeep; ++i) {
      undefined.Header(0x00081140, "SQ", 0xFFFFFFFF).Header(0xFFFEE000, "", 0xFFFFFFFF);
    }
    EXPECT_EQ(CategoryOfScan(undefined.bytes()), ErrorCategory::kTooLarge);

    DatasetWriter defined = GreyImage(1, 2, 16, false, form);
    const uint32_t step = form == DatasetWriter::kImplicitLittle ? 16 : 20;
    for (uint32_t i = kDeep; i > 0; --i) {
      defined.Header(0x00081140, "SQ", i * step - (step - 8)).Header(0xFFFEE000, "", (i - 1) * step);
    }
    EXPECT_EQ(CategoryOfScan(defined.bytes()), ErrorCategory::kTooLarge);
  }
}

// Plain bytes that DCMTK could take for a sequence: the innermost one is broken, and the items are many.
TEST(Part10Test, RefusesDeepNestingBehindABrokenElement) {
  DatasetWriter nested(DatasetWriter::kImplicitLittle);
  for (uint32_t i = kDeep; i > 0; --i) {
    nested.Header(0xFFFEE000, "", i * 16 - 8).Header(0x00081140, "SQ", (i - 1) * 16);
  }
  DatasetWriter broken(DatasetWriter::kImplicitLittle);
  broken.Header(0xFFFEE000, "", 8).Header(0x00081140, "SQ", 0x00FFFFFF).Raw(nested.bytes());
  DatasetWriter image = GreyImage(1, 2, 16, false, DatasetWriter::kImplicitLittle);
  image.Bytes(0x00081140, "SQ", broken.bytes());
  EXPECT_EQ(CategoryOfScan(image.bytes()), ErrorCategory::kBadInstance);
}

TEST(Part10Test, NestingUpToTheLimitIsFine) {
  DatasetWriter item;
  for (int depth = 0; depth < Limits().max_nesting_depth; ++depth) {
    DatasetWriter outer;
    outer.Sequence(0x00081140, {item}, depth % 2 == 0);
    item = outer;
  }
  DatasetWriter image = GreyImage(1, 2);
  image.Raw(item.bytes()).Bytes(kPixelData, "OW", "abcd");
  EXPECT_THAT(Scan(Part10File(testing::kExplicit, image.bytes())), IsOk());
}

TEST(Part10Test, BoundsHeaderAndElements) {
  const std::string file = Part10File(testing::kExplicit, GreyImage(1, 2).Bytes(kPixelData, "OW", "abcd").bytes());
  Limits few_elements;
  few_elements.max_elements = 5;
  EXPECT_EQ(CategoryOfScan(file, few_elements), ErrorCategory::kTooLarge);
  Limits short_header;
  short_header.max_header_bytes = 50;
  EXPECT_EQ(CategoryOfScan(file, short_header), ErrorCategory::kTooLarge);
}

// DCMTK sorts elements by insertion.
TEST(Part10Test, BoundsDisorder) {
  const auto descending = [](uint32_t count) {
    DatasetWriter image = GreyImage(1, 2);
    for (uint32_t i = count; i > 0; --i) image.Bytes(0x00290000 + i, "LO", "");
    return Part10File(testing::kExplicit, image.Bytes(kPixelData, "OW", "abcd").bytes());
  };
  EXPECT_THAT(Scan(descending(1000)), IsOk());
  EXPECT_EQ(CategoryOfScan(descending(50000)), ErrorCategory::kBadInstance);
}

TEST(Part10Test, RefusesLengthsBeyondTheFile) {
  for (const uint32_t length : {uint32_t{6}, uint32_t{0x7FFFFFFF}, uint32_t{0xFFFFFFFE}}) {
    DatasetWriter image = GreyImage(1, 2);
    image.Header(kPixelData, "OW", length).Raw("abcd");
    EXPECT_EQ(CategoryOfScan(Part10File(testing::kExplicit, image.bytes())), ErrorCategory::kBadInstance) << length;
  }
  DatasetWriter text = GreyImage(1, 2);
  text.Header(0x00104000, "LT", 0xFFFF).Raw("abcd");
  EXPECT_EQ(CategoryOfScan(Part10File(testing::kExplicit, text.bytes())), ErrorCategory::kBadInstance);
}

// An item may not reach beyond the sequence that holds it.
TEST(Part10Test, RefusesItemsLongerThanTheirSequence) {
  DatasetWriter image = GreyImage(1, 2);
  image.Header(0x00081140, "SQ", 8).Header(0xFFFEE000, "", 12).Bytes(kPixelData, "OW", "abcd");
  EXPECT_EQ(CategoryOfScan(Part10File(testing::kExplicit, image.bytes())), ErrorCategory::kBadInstance);
}

}  // namespace
}  // namespace vitrine::dicom
