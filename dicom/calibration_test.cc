#include "dicom/calibration.h"

#include "dicom/testing/parse_header.h"
#include "dicom/testing/part10_writer.h"
#include "gtest/gtest.h"

namespace vitrine::dicom {
namespace {

using testing::DatasetWriter;
using testing::ParseHeader;

constexpr uint32_t kSopClass = 0x00080016;
constexpr uint32_t kMagnification = 0x00181114;
constexpr uint32_t kImagerSpacing = 0x00181164;
constexpr uint32_t kScannedSpacing = 0x00182010;
constexpr uint32_t kRegions = 0x00186011;
constexpr uint32_t kPixelSpacing = 0x00280030;
constexpr uint32_t kCalibrationType = 0x00280A02;
constexpr uint32_t kRescaleType = 0x00281054;
constexpr uint32_t kModalityLut = 0x00283000;
constexpr uint32_t kLutType = 0x00283004;
constexpr uint32_t kPixelMeasures = 0x00289110;
constexpr uint32_t kTransformation = 0x00289145;
constexpr uint32_t kUnits = 0x00541001;
constexpr uint32_t kShared = 0x52009229;
constexpr uint32_t kPerFrame = 0x52009230;
constexpr char kCt[] = "1.2.840.10008.5.1.4.1.1.2";
constexpr char kEnhancedCt[] = "1.2.840.10008.5.1.4.1.1.2.1";
constexpr char kSecondaryCapture[] = "1.2.840.10008.5.1.4.1.1.7";

FrameCalibration Read(const DatasetWriter& writer, int number = 1, int frames = 1) {
  const Dataset dataset = ParseHeader(writer);
  return Calibration::Read(dataset.root(), frames).Of(number);
}

TEST(Calibration, PixelSpacingIsRowsThenColumns) {
  const auto size = Read(DatasetWriter().Text(kPixelSpacing, "DS", "0.5\\0.25")).pixel_size;
  EXPECT_EQ(size, (PixelSize{0.5, 0.25, SpacingSource::kPixelSpacing}));
}

TEST(Calibration, NonsenseIsNoSpacing) {
  EXPECT_FALSE(Read(DatasetWriter()).pixel_size);
  for (const char* spacing : {"0.5", "0\\0.5", "-1\\1", "a\\b", "1\\2\\3", ""}) {
    EXPECT_FALSE(Read(DatasetWriter().Text(kPixelSpacing, "DS", spacing)).pixel_size) << spacing;
  }
}

TEST(Calibration, TheDetectorsSpacingIsDividedByTheMagnification) {
  EXPECT_EQ(Read(DatasetWriter().Text(kImagerSpacing, "DS", "0.2\\0.1")).pixel_size,
            (PixelSize{0.2, 0.1, SpacingSource::kImagerPixelSpacing}));
  EXPECT_EQ(Read(DatasetWriter().Text(kMagnification, "DS", "2").Text(kImagerSpacing, "DS", "0.2\\0.1")).pixel_size,
            (PixelSize{0.1, 0.05, SpacingSource::kImagerPixelSpacing}));
  EXPECT_EQ(Read(DatasetWriter().Text(kMagnification, "DS", "0").Text(kImagerSpacing, "DS", "0.2\\0.1")).pixel_size,
            (PixelSize{0.2, 0.1, SpacingSource::kImagerPixelSpacing}));
}

TEST(Calibration, ACopyOfTheDetectorsSpacingIsNotCalibrated) {
  const auto both = [](const char* pixel) {
    return DatasetWriter().Text(kImagerSpacing, "DS", "0.2\\0.2").Text(kPixelSpacing, "DS", pixel);
  };
  EXPECT_EQ(Read(both("0.2\\0.2")).pixel_size, (PixelSize{0.2, 0.2, SpacingSource::kImagerPixelSpacing}));
  EXPECT_EQ(Read(both("0.15\\0.15")).pixel_size, (PixelSize{0.15, 0.15, SpacingSource::kPixelSpacing}));
  EXPECT_EQ(Read(both("0.2\\0.2").Text(kCalibrationType, "CS", "FIDUCIAL")).pixel_size,
            (PixelSize{0.2, 0.2, SpacingSource::kPixelSpacing}));
}

TEST(Calibration, ScannedFilmComesLast) {
  EXPECT_EQ(Read(DatasetWriter().Text(kScannedSpacing, "DS", "0.3\\0.3")).pixel_size,
            (PixelSize{0.3, 0.3, SpacingSource::kNominalScannedPixelSpacing}));
  EXPECT_EQ(Read(DatasetWriter().Text(kScannedSpacing, "DS", "0.3\\0.3").Text(kPixelSpacing, "DS", "1\\1")).pixel_size,
            (PixelSize{1, 1, SpacingSource::kPixelSpacing}));
}

TEST(Calibration, FramesMayHaveSizesOfTheirOwn) {
  const auto measures = [](const char* spacing) {
    return DatasetWriter().Sequence(kPixelMeasures, {DatasetWriter().Text(kPixelSpacing, "DS", spacing)});
  };
  DatasetWriter writer;
  writer.Sequence(kShared, {measures("4\\4")});
  writer.Sequence(kPerFrame, {measures("1\\1"), measures("1\\1"), measures("2\\2"), DatasetWriter(), measures("3\\3")});
  const Dataset dataset = ParseHeader(writer);
  const Calibration calibration = Calibration::Read(dataset.root(), 5);
  const double expected[] = {1, 1, 2, 4, 3};
  for (int number = 1; number <= 5; ++number) {
    ASSERT_TRUE(calibration.Of(number).pixel_size.has_value());
    EXPECT_EQ(calibration.Of(number).pixel_size->row_mm, expected[number - 1]) << number;
  }
}

DatasetWriter Region(uint16_t flags, uint32_t left, uint32_t right, uint16_t units, double delta) {
  DatasetWriter region;
  const uint32_t numbers[][2] = {
      {0x00186016, flags}, {0x00186018, left}, {0x0018601A, 10}, {0x0018601C, right}, {0x0018601E, 19}};
  for (const auto& [tag, value] : numbers) region.Numbers<uint32_t>(tag, "UL", {value});
  region.Us(0x00186024, {units}).Us(0x00186026, {units});
  region.Numbers<double>(0x0018602C, "FD", {delta}).Numbers<double>(0x0018602E, "FD", {-2 * delta});
  return region;
}

TEST(Calibration, UltrasoundRegionsInCentimetersMakeLengths) {
  DatasetWriter writer;
  writer.Sequence(kRegions, {Region(1, 0, 99, 3, 0.02), Region(0, 20, 29, 3, 0.01), Region(0, 50, 59, 4, 0.01),
                             Region(0, 9, 8, 3, 0.01)});
  const FrameCalibration calibration = Read(writer);
  ASSERT_NE(calibration.regions, nullptr);
  ASSERT_EQ(calibration.regions->size(), 3u);  // The last one is empty.
  const UltrasoundRegion& first = (*calibration.regions)[0];
  EXPECT_EQ(first.left, 20);
  EXPECT_EQ(first.right, 30);
  EXPECT_EQ(first.top, 10);
  EXPECT_EQ(first.bottom, 20);
  ASSERT_TRUE(first.pixel_mm.has_value());
  EXPECT_DOUBLE_EQ((*first.pixel_mm)[0], 0.1);
  EXPECT_DOUBLE_EQ((*first.pixel_mm)[1], 0.2);
  EXPECT_FALSE((*calibration.regions)[1].pixel_mm);  // Seconds.
  EXPECT_EQ((*calibration.regions)[2].left, 0);      // Of low priority.
  EXPECT_EQ(Read(DatasetWriter()).regions, nullptr);
}

TEST(Calibration, UnitsOfValues) {
  const auto unit = [](const char* sop_class, const char* type) {
    DatasetWriter writer;
    writer.Text(kSopClass, "UI", sop_class);
    if (*type != 0) writer.Text(kRescaleType, "LO", type);
    return Read(writer).unit;
  };
  EXPECT_EQ(unit(kCt, ""), "HU");
  EXPECT_EQ(unit(kCt, "HU"), "HU");
  EXPECT_EQ(unit(kCt, "US"), "");
  EXPECT_EQ(unit(kCt, "MGML"), "MGML");
  EXPECT_EQ(unit(kEnhancedCt, ""), "HU");
  EXPECT_EQ(unit(kSecondaryCapture, ""), "");
  EXPECT_EQ(unit(kSecondaryCapture, "HU"), "HU");
  EXPECT_EQ(unit("1.2.840.10008.5.1.4.1.1.4", ""), "");
  EXPECT_EQ(Read(DatasetWriter().Text(kUnits, "CS", "BQML")).unit, "BQML");
  EXPECT_EQ(Read(DatasetWriter().Sequence(kModalityLut, {DatasetWriter().Text(kLutType, "LO", "OD")})).unit, "OD");
  const DatasetWriter transformation =
      DatasetWriter().Sequence(kTransformation, {DatasetWriter().Text(kRescaleType, "LO", "Z_EFF")});
  EXPECT_EQ(Read(DatasetWriter().Text(kSopClass, "UI", kEnhancedCt).Sequence(kShared, {transformation})).unit, "Z_EFF");
}

}  // namespace
}  // namespace vitrine::dicom
