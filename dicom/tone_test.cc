#include "dicom/tone.h"

#include <cmath>
#include <cstring>
#include <limits>
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

using image::Frame;
using image::Range;
using image::Rescale;
using image::SampleType;
using image::ToneCurve;
using image::VoiFunction;
using image::Window;
using testing::DatasetWriter;
using testing::ParseHeader;

constexpr uint32_t kCenter = 0x00281050;
constexpr uint32_t kWidth = 0x00281051;
constexpr uint32_t kIntercept = 0x00281052;
constexpr uint32_t kSlope = 0x00281053;
constexpr uint32_t kFunction = 0x00281056;
constexpr uint32_t kModalityLut = 0x00283000;
constexpr uint32_t kVoiLut = 0x00283010;
constexpr uint32_t kTransformation = 0x00289145;
constexpr uint32_t kFrameVoi = 0x00289132;
constexpr uint32_t kShared = 0x52009229;
constexpr uint32_t kPerFrame = 0x52009230;

DatasetWriter LutItem(const std::vector<uint16_t>& descriptor, const std::vector<uint16_t>& entries) {
  return DatasetWriter().Us(0x00283002, descriptor).Us(0x00283006, entries);
}

DatasetWriter WindowItem(absl::string_view center, absl::string_view width) {
  return DatasetWriter().Text(kCenter, "DS", center).Text(kWidth, "DS", width);
}

PixelFormat Format(int bits_stored = 12, bool is_signed = false) {
  PixelFormat format;
  format.Rows = 1;
  format.Columns = 3;
  format.BitsAllocated = 16;
  format.BitsStored = bits_stored;
  format.HighBit = bits_stored - 1;
  format.is_signed = is_signed;
  format.PhotometricInterpretation = "MONOCHROME2";
  return format;
}

template <typename Sample>
Frame FrameOf(SampleType type, const std::vector<Sample>& samples) {
  Frame frame;
  frame.columns = static_cast<int>(samples.size());
  frame.rows = 1;
  frame.type = type;
  frame.samples.resize(samples.size() * sizeof(Sample));
  std::memcpy(frame.samples.data(), samples.data(), frame.samples.size());
  return frame;
}

Frame Shorts(const std::vector<int16_t>& samples) { return FrameOf(SampleType::kInt16, samples); }

ToneCurve Curve(const DatasetWriter& writer, const PixelFormat& format = Format(),
                const Frame& frame = Shorts({0, 100, 200}), int number = 1, int frames = 1) {
  const Dataset dataset = ParseHeader(writer);
  return Tone::Read(dataset.root(), format, frames)->CurveFor(number, frame);
}

void ExpectRescale(const ToneCurve& curve, double slope, double intercept) {
  ASSERT_TRUE(std::holds_alternative<Rescale>(curve.modality));
  EXPECT_EQ(std::get<Rescale>(curve.modality).slope, slope);
  EXPECT_EQ(std::get<Rescale>(curve.modality).intercept, intercept);
}

void ExpectWindow(const ToneCurve& curve, double center, double width, VoiFunction function = VoiFunction::kLinear) {
  ASSERT_TRUE(std::holds_alternative<Window>(curve.voi)) << curve.voi.index();
  EXPECT_EQ(std::get<Window>(curve.voi).center, center);
  EXPECT_EQ(std::get<Window>(curve.voi).width, width);
  EXPECT_EQ(std::get<Window>(curve.voi).function, function);
}

void ExpectRange(const ToneCurve& curve, double low, double high) {
  ASSERT_TRUE(std::holds_alternative<Range>(curve.voi)) << curve.voi.index();
  EXPECT_EQ(std::get<Range>(curve.voi).low, low);
  EXPECT_EQ(std::get<Range>(curve.voi).high, high);
}

TEST(ToneTest, RescaleAndItsDefaults) {
  ExpectRescale(Curve(DatasetWriter().Text(kIntercept, "DS", "-1024").Text(kSlope, "DS", "2.5")), 2.5, -1024);
  ExpectRescale(Curve(DatasetWriter().Text(kIntercept, "DS", "-1024")), 1, -1024);
  ExpectRescale(Curve(DatasetWriter()), 1, 0);
  ExpectRescale(Curve(DatasetWriter().Text(kIntercept, "DS", "3").Text(kSlope, "DS", "0")), 1, 3);
}

TEST(ToneTest, ModalityLutComesBeforeRescale) {
  DatasetWriter writer = DatasetWriter().Text(kIntercept, "DS", "1").Text(kSlope, "DS", "1");
  writer.Sequence(kModalityLut, {LutItem({2, 0xFFFF, 16}, {10, 20})});
  const ToneCurve curve = Curve(writer, Format(12, true));
  const auto lut = std::get<std::shared_ptr<const image::Lut>>(curve.modality);
  EXPECT_EQ(lut->first, -1);  // Signed with Pixel Representation 1.
  EXPECT_EQ(lut->entries.back(), 20);
}

TEST(ToneTest, ModalityLutWithoutEntriesIsBad) {
  for (const DatasetWriter& item : {DatasetWriter(), LutItem({2, 0, 16}, {})}) {
    const Dataset dataset = ParseHeader(DatasetWriter().Sequence(kModalityLut, {item}));
    EXPECT_EQ(CategoryOf(Tone::Read(dataset.root(), Format(), 1).status()), ErrorCategory::kBadInstance);
  }
  ExpectRescale(Curve(DatasetWriter().Text(kSlope, "DS", "2").Sequence(kModalityLut, {})), 2, 0);
}

TEST(ToneTest, ModalityOfFluoroscopyIsSkippedWhereItLeadsBackToIntensity) {
  const auto curve = [](absl::string_view sop_class, absl::string_view relationship) {
    DatasetWriter writer = DatasetWriter().Text(0x00080016, "UI", sop_class).Text(0x00281040, "CS", relationship);
    return Curve(writer.Sequence(kModalityLut, {LutItem({2, 0, 16}, {10, 20})}));
  };
  constexpr char kXa[] = "1.2.840.10008.5.1.4.1.1.12.1";
  ExpectRescale(curve(kXa, "LOG"), 1, 0);
  ExpectRescale(curve(kXa, "DISP"), 1, 0);
  EXPECT_FALSE(std::holds_alternative<Rescale>(curve(kXa, "LIN").modality));
  EXPECT_FALSE(std::holds_alternative<Rescale>(curve("1.2.840.10008.5.1.4.1.1.1.1", "LOG").modality));
}

TEST(ToneTest, TakesTheFirstValidWindow) {
  ExpectWindow(Curve(WindowItem("40\\-600", "400\\1500")), 40, 400);
  ExpectWindow(Curve(WindowItem("40\\-600", "0\\1500")), -600, 1500);
  ExpectWindow(Curve(WindowItem("\\-600", "400\\1500")), -600, 1500);
  ExpectWindow(Curve(WindowItem("7.5", "1")), 7.5, 1);
}

TEST(ToneTest, VoiFunctions) {
  ExpectWindow(Curve(WindowItem("1", "0.5").Text(kFunction, "CS", "LINEAR_EXACT")), 1, 0.5, VoiFunction::kLinearExact);
  ExpectWindow(Curve(WindowItem("1", "0.5").Text(kFunction, "CS", "SIGMOID")), 1, 0.5, VoiFunction::kSigmoid);
  ExpectWindow(Curve(WindowItem("1", "2").Text(kFunction, "CS", "")), 1, 2);
}

TEST(ToneTest, WithoutAValidWindowTheFrameDecides) {
  for (const char* width : {"", "0", "-5", "0.5", "abc"}) ExpectRange(Curve(WindowItem("40", width)), 0, 200);
  ExpectRange(Curve(WindowItem("", "400")), 0, 200);
  ExpectRange(Curve(WindowItem("1", "0").Text(kFunction, "CS", "SIGMOID")), 0, 200);
  ExpectRange(Curve(DatasetWriter().Text(kIntercept, "DS", "-10").Text(kSlope, "DS", "-2")), -410, -10);
}

TEST(ToneTest, VoiLutComesBeforeWindows) {
  DatasetWriter writer = WindowItem("40", "400");
  writer.Sequence(kVoiLut, {LutItem({2, 5, 8}, {0, 255}), LutItem({2, 9, 8}, {0, 255})});
  const auto lut = std::get<std::shared_ptr<const image::Lut>>(Curve(writer).voi);
  EXPECT_EQ(lut->first, 5);
  EXPECT_EQ(lut->bits, 8);
}

TEST(ToneTest, UselessVoiLutsFallThrough) {
  ExpectWindow(Curve(WindowItem("40", "400").Sequence(kVoiLut, {})), 40, 400);
  ExpectWindow(Curve(WindowItem("40", "400").Sequence(kVoiLut, {DatasetWriter()})), 40, 400);
  ExpectWindow(Curve(WindowItem("40", "400").Sequence(kVoiLut, {LutItem({2, 0, 16}, {})})), 40, 400);
}

// PS3.3 C.11.2.1.1: signed where the modality stage can put out negative values, whatever Pixel Representation says.
TEST(ToneTest, VoiLutInputIsSignedWhereTheModalityOutputIs) {
  const DatasetWriter item = LutItem({2, 0xFFFE, 16}, {0, 1});
  const auto first = [](const ToneCurve& curve) {
    return std::get<std::shared_ptr<const image::Lut>>(curve.voi)->first;
  };
  EXPECT_EQ(first(Curve(DatasetWriter().Text(kIntercept, "DS", "-1024").Sequence(kVoiLut, {item}))), -2);
  EXPECT_EQ(first(Curve(DatasetWriter().Sequence(kVoiLut, {item}))), 0xFFFE);
  EXPECT_EQ(first(Curve(DatasetWriter().Sequence(kVoiLut, {item}), Format(12, true))), -2);
}

TEST(ToneTest, FunctionalGroupsPerFrameThenSharedThenDataSet) {
  const auto transformation = [](absl::string_view slope) { return DatasetWriter().Text(kSlope, "DS", slope); };
  DatasetWriter writer = WindowItem("1", "10").Text(kSlope, "DS", "1.5");
  DatasetWriter shared = DatasetWriter().Sequence(kTransformation, {transformation("2")});
  shared.Sequence(kFrameVoi, {WindowItem("2", "20")});
  DatasetWriter second = DatasetWriter().Sequence(kTransformation, {transformation("3")});
  second.Sequence(kFrameVoi, {WindowItem("3", "30")});
  writer.Sequence(kShared, {shared}).Sequence(kPerFrame, {DatasetWriter(), second});
  const auto curve = [&](int number) { return Curve(writer, Format(), Shorts({0, 1}), number, 3); };
  ExpectRescale(curve(1), 2, 0);
  ExpectWindow(curve(1), 2, 20);
  ExpectRescale(curve(2), 3, 0);
  ExpectWindow(curve(2), 3, 30);
  ExpectRescale(curve(3), 2, 0);  // An item is missing.
  ExpectWindow(curve(3), 2, 20);
}

// A per-frame group with another stage must not multiply the table: neither in memory nor in reading.
TEST(ToneTest, FramesShareTheTablesOfTheDataSet) {
  constexpr int kFrames = 100;
  DatasetWriter frame = DatasetWriter().Sequence(kTransformation, {DatasetWriter().Text(kSlope, "DS", "2")});
  DatasetWriter writer = DatasetWriter().Sequence(kVoiLut, {LutItem({1000, 0, 16}, std::vector<uint16_t>(1000, 7))});
  writer.Sequence(kPerFrame, std::vector<DatasetWriter>(kFrames, frame));
  const Dataset dataset = ParseHeader(writer);
  ASSERT_OK_AND_ASSIGN(const Tone tone, Tone::Read(dataset.root(), Format(), kFrames));
  const auto lut = [&](int number) {
    return std::get<std::shared_ptr<const image::Lut>>(tone.CurveFor(number, Shorts({0, 1})).voi);
  };
  for (int number = 1; number <= kFrames; ++number) EXPECT_EQ(lut(number), lut(1));
  EXPECT_LT(tone.memory_bytes(), 1000 * sizeof(uint16_t) + kFrames * 256);
  EXPECT_GE(tone.memory_bytes(), 1000 * sizeof(uint16_t));
}

TEST(ToneTest, FramesShareTheTablesOfTheSharedGroups) {
  DatasetWriter shared = DatasetWriter().Sequence(
      kTransformation, {DatasetWriter().Sequence(kModalityLut, {LutItem({2, 0, 16}, {10, 20})})});
  DatasetWriter frame = DatasetWriter().Sequence(kFrameVoi, {WindowItem("3", "30")});
  DatasetWriter writer = DatasetWriter().Sequence(kShared, {shared}).Sequence(kPerFrame, {frame, frame});
  const Dataset dataset = ParseHeader(writer);
  ASSERT_OK_AND_ASSIGN(const Tone tone, Tone::Read(dataset.root(), Format(), 2));
  const auto lut = [&](int number) {
    return std::get<std::shared_ptr<const image::Lut>>(tone.CurveFor(number, Shorts({0, 1})).modality);
  };
  EXPECT_EQ(lut(1), lut(2));
}

// PS3.3 C.7.6.16: the sequence has one item. Searching further ones for every frame would be quadratic.
TEST(ToneTest, OnlyTheFirstSharedItemCounts) {
  const DatasetWriter second = DatasetWriter().Sequence(kTransformation, {DatasetWriter().Text(kSlope, "DS", "7")});
  ExpectRescale(Curve(DatasetWriter().Sequence(kShared, {DatasetWriter(), second})), 1, 0);
}

// The same table, once for frames whose modality output may be negative and once for the others.
TEST(ToneTest, SharedVoiLutHasTheSignOfEachFramesModality) {
  const auto frame = [](absl::string_view intercept) {
    return DatasetWriter().Sequence(kTransformation, {DatasetWriter().Text(kIntercept, "DS", intercept)});
  };
  DatasetWriter writer = DatasetWriter().Sequence(kVoiLut, {LutItem({2, 0xFFFE, 16}, {0, 1})});
  writer.Sequence(kPerFrame, {frame("-1024"), frame("0"), frame("-5")});
  const auto first = [&](int number) {
    const ToneCurve curve = Curve(writer, Format(), Shorts({0, 1}), number, 3);
    return std::get<std::shared_ptr<const image::Lut>>(curve.voi)->first;
  };
  EXPECT_EQ(first(1), -2);
  EXPECT_EQ(first(2), 0xFFFE);
  EXPECT_EQ(first(3), -2);
}

TEST(ToneTest, EmptyFunctionalGroupsFallThrough) {
  DatasetWriter writer = WindowItem("1", "10").Text(kSlope, "DS", "1.5");
  DatasetWriter empty = DatasetWriter().Sequence(kTransformation, {DatasetWriter()});
  empty.Sequence(kFrameVoi, {WindowItem("", "")});
  writer.Sequence(kShared, {empty}).Sequence(kPerFrame, {empty});
  ExpectRescale(Curve(writer), 1.5, 0);
  ExpectWindow(Curve(writer), 1, 10);
}

TEST(ToneTest, UpToEightBitsShowTheirWholeRange) {
  const Frame frame = FrameOf<uint8_t>(SampleType::kUint8, {10, 20});
  ExpectRange(Curve(DatasetWriter(), Format(8), frame), 0, 255);
  ExpectRange(Curve(DatasetWriter(), Format(1), frame), 0, 1);
  ExpectRange(Curve(DatasetWriter(), Format(8, true), Shorts({1, 2})), -128, 127);
  ExpectRange(Curve(DatasetWriter().Text(kSlope, "DS", "-2"), Format(8), frame), -510, 0);
}

TEST(ToneTest, SegmentationsEndAtTheirLargestValue) {
  const Frame frame = FrameOf<uint8_t>(SampleType::kUint8, {0, 3});
  const auto segmentation = [](absl::string_view type) { return DatasetWriter().Text(0x00620001, "CS", type); };
  ExpectRange(Curve(segmentation("FRACTIONAL").Us(0x0062000E, {100}), Format(8), frame), 0, 100);
  ExpectRange(Curve(segmentation("LABELMAP"), Format(8), frame), 0, 3);
  ExpectRange(Curve(segmentation("BINARY"), Format(1), frame), 0, 1);
}

TEST(ToneTest, ConstantFramesAndFramesOfPaddingHaveARange) {
  const auto low_below_high = [](const ToneCurve& curve) {
    const Range range = std::get<Range>(curve.voi);
    return std::isfinite(range.low) && std::isfinite(range.high) && range.low < range.high;
  };
  EXPECT_TRUE(low_below_high(Curve(DatasetWriter(), Format(), Shorts({7, 7}))));
  EXPECT_TRUE(low_below_high(Curve(DatasetWriter().Us(0x00280120, {7}), Format(), Shorts({7, 7}))));
  PixelFormat format = Format();
  format.is_float = true;
  format.BitsAllocated = format.BitsStored = 32;
  constexpr float kNan = std::numeric_limits<float>::quiet_NaN();
  constexpr float kInfinity = std::numeric_limits<float>::infinity();
  constexpr float kMax = std::numeric_limits<float>::max();
  for (const std::vector<float>& samples :
       std::vector<std::vector<float>>{{kNan}, {kInfinity, -kInfinity}, {kMax}, {1e30f}}) {
    EXPECT_TRUE(low_below_high(Curve(DatasetWriter(), format, FrameOf(SampleType::kFloat32, samples))));
  }
  const ToneCurve huge_slope =
      Curve(DatasetWriter().Text(kSlope, "DS", "1e300"), format, FrameOf<float>(SampleType::kFloat32, {-kMax, kMax}));
  EXPECT_TRUE(low_below_high(huge_slope));
  ExpectRange(Curve(DatasetWriter(), format, FrameOf<float>(SampleType::kFloat32, {kNan, -1, kInfinity, 3})), -1, 3);
}

TEST(ToneTest, PaddingIsLeftOutOfTheRange) {
  ExpectRange(Curve(DatasetWriter().Ss(0x00280120, {-2000}), Format(16, true), Shorts({-2000, 5, 9})), 5, 9);
}

TEST(ToneTest, PaddingHasTheSignOfThePixels) {
  const auto padding = [](const DatasetWriter& writer, bool is_signed) {
    return *Curve(writer, Format(16, is_signed)).padding;
  };
  EXPECT_EQ(padding(DatasetWriter().Us(0x00280120, {0xF830}), true).low, -2000);
  EXPECT_EQ(padding(DatasetWriter().Ss(0x00280120, {-2000}), false).low, 63536);
  const image::Padding range = padding(DatasetWriter().Us(0x00280120, {100}).Us(0x00280121, {50}), false);
  EXPECT_EQ(range.low, 50);
  EXPECT_EQ(range.high, 100);
  EXPECT_FALSE(Curve(DatasetWriter()).padding);
}

TEST(ToneTest, FloatPaddingHasItsOwnAttributes) {
  PixelFormat format = Format();
  format.is_float = true;
  format.BitsAllocated = format.BitsStored = 32;
  const Frame frame = FrameOf<float>(SampleType::kFloat32, {0, 1});
  const DatasetWriter writer = DatasetWriter().Us(0x00280120, {9}).Numbers<float>(0x00280122, "FL", {-1.5f});
  EXPECT_EQ(Curve(writer, format, frame).padding->low, -1.5);
}

// Samples of double pixel data and of wide integers are floats by the time they meet the padding.
TEST(ToneTest, PaddingIsNarrowedLikeTheSamples) {
  PixelFormat format = Format();
  format.is_float = true;
  format.BitsAllocated = format.BitsStored = 64;
  for (const double value : {-9999.9, -1.7976931348623157e308, -9999.0}) {
    const float sample = value < -1e300 ? std::numeric_limits<float>::lowest() : static_cast<float>(value);
    const Frame frame = FrameOf<float>(SampleType::kFloat32, {sample, 0.25f, 0.75f});
    const ToneCurve curve = Curve(DatasetWriter().Numbers<double>(0x00280123, "FD", {value}), format, frame);
    EXPECT_EQ(curve.padding->low, sample);
    EXPECT_EQ(curve.padding->high, sample);
    ExpectRange(curve, 0.25, 0.75);
  }
  PixelFormat wide = Format();
  wide.BitsAllocated = wide.BitsStored = 32;
  const Frame frame = FrameOf<float>(SampleType::kFloat32, {16777216.0f, 1.0f, 2.0f});
  ExpectRange(Curve(DatasetWriter().Numbers<uint32_t>(0x00280120, "UL", {16777217}), wide, frame), 1, 2);
}

TEST(ToneTest, InvertsOnce) {
  PixelFormat monochrome1 = Format();
  monochrome1.PhotometricInterpretation = "MONOCHROME1";
  const auto shape = [](absl::string_view name) { return DatasetWriter().Text(0x20500020, "CS", name); };
  EXPECT_FALSE(Curve(DatasetWriter()).invert);
  EXPECT_FALSE(Curve(shape("IDENTITY")).invert);
  EXPECT_TRUE(Curve(shape("INVERSE")).invert);
  EXPECT_TRUE(Curve(DatasetWriter(), monochrome1).invert);
  EXPECT_TRUE(Curve(shape("INVERSE"), monochrome1).invert);
}

TEST(ToneTest, ListsWindowsWithSafeExplanations) {
  const DatasetWriter writer = WindowItem("40\\-600\\5", "400\\0\\50")
                                   .Text(0x00281055, "LO",
                                         "SOFT\\BONE\\M\xC3\xBC"
                                         "de");
  const Dataset dataset = ParseHeader(writer);
  ASSERT_OK_AND_ASSIGN(const Tone tone, Tone::Read(dataset.root(), Format(), 1));
  ASSERT_EQ(tone.windows().size(), 2u);
  EXPECT_EQ(tone.windows()[0].explanation, "SOFT");
  EXPECT_EQ(tone.windows()[1].window.center, 5);
  EXPECT_EQ(tone.windows()[1].explanation, "M??de");
}

}  // namespace
}  // namespace vitrine::dicom
