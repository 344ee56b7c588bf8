#include "fetch/demo_series.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

#include "absl/numeric/int128.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "fetch/demo_phantoms.h"
#include "fetch/phantom_math.h"

namespace vitrine::fetch {
namespace {

using dicom::DatasetBuilder;
using Vector = std::array<double, 3>;

// How a slice lies in the patient (PS3.3 C.7.6.2).
struct Plane {
  Vector origin;   // Image Position (Patient) of slice 0, in mm.
  Vector across;   // Image Orientation (Patient): unit vectors along a row ...
  Vector down;     // ... and along a column.
  Vector step;     // From slice to slice, in mm.
  double spacing;  // Of rows and columns, in mm.

  Vector Position(int slice) const {
    return {origin[0] + slice * step[0], origin[1] + slice * step[1], origin[2] + slice * step[2]};
  }
};

constexpr int kCtSize = 512;
constexpr int kCtSlices = 105;
constexpr double kCtSpacing = 0.75;
constexpr double kCtStep = 2.5;
const Plane kCtPlane = {{-191.625, -191.625, 0}, {1, 0, 0}, {0, 1, 0}, {0, 0, kCtStep}, kCtSpacing};

constexpr int kMrSize = 256;
constexpr int kMrSlices = 136;
constexpr double kMrStep = 1.2;
// Sagittal, turned by 8 degrees about the body's long axis.
const double kMrCos = std::cos(8 * M_PI / 180);
const double kMrSin = std::sin(8 * M_PI / 180);

Plane MrPlane() {
  const Vector across = {kMrSin, kMrCos, 0};
  const Vector normal = {-kMrCos, kMrSin, 0};  // across x down: towards the patient's right.
  const Vector step = {normal[0] * kMrStep, normal[1] * kMrStep, 0};
  const double first = -(kMrSlices - 1) / 2.0;
  const double half = (kMrSize - 1) / 2.0;
  const Vector origin = {first * step[0] - half * across[0], first * step[1] - half * across[1], 112};
  return {origin, across, {0, 0, -1}, step, 1.0};
}

constexpr int kUsRows = 480;
constexpr int kUsColumns = 640;
constexpr int kUsFrames = 30;

constexpr int kDxSize = 3000;

struct Identity {
  absl::string_view name;  // Of the study in UIDs, e.g. "ct".
  absl::string_view PatientName;
  absl::string_view PatientID;
  absl::string_view PatientBirthDate;
  absl::string_view PatientSex;
  absl::string_view StudyDate;
  absl::string_view StudyDescription;
  absl::string_view SeriesDescription;
  absl::string_view Modality;
  absl::string_view SOPClassUID;
  absl::string_view BodyPartExamined;
};

DatasetBuilder Identify(const Identity& identity, int index) {
  const std::string series = absl::StrCat(identity.name, "/series/1");
  DatasetBuilder b;
  b.Set("SpecificCharacterSet", "ISO_IR 192")
      .Set("ImageType", "DERIVED\\SECONDARY")
      .Set("SOPClassUID", identity.SOPClassUID)
      .Set("SOPInstanceUID", DemoUid(absl::StrCat(series, "/instance/", index + 1)))
      .Set("StudyDate", identity.StudyDate)
      .Set("SeriesDate", identity.StudyDate)
      .Set("ContentDate", identity.StudyDate)
      .Set("StudyTime", "101500")
      .Set("SeriesTime", "101700")
      .Set("ContentTime", absl::StrFormat("1018%02d", index % 60))
      .Set("AccessionNumber", absl::StrCat("DEMO-", identity.Modality))
      .Set("Modality", identity.Modality)
      .Set("Manufacturer", "Vitrine")
      .Set("ManufacturerModelName", "Generated phantom")
      .Set("InstitutionName", "Vitrine demonstration")
      .Set("ReferringPhysicianName", "")
      .Set("StudyDescription", identity.StudyDescription)
      .Set("SeriesDescription", identity.SeriesDescription)
      .Set("PatientName", identity.PatientName)
      .Set("PatientID", identity.PatientID)
      .Set("PatientBirthDate", identity.PatientBirthDate)
      .Set("PatientSex", identity.PatientSex)
      .Set("BodyPartExamined", identity.BodyPartExamined)
      .Set("StudyInstanceUID", DemoUid(identity.name))
      .Set("SeriesInstanceUID", DemoUid(series))
      .Set("StudyID", "1")
      .Set("SeriesNumber", "1")
      .Set("InstanceNumber", absl::StrCat(index + 1));
  return b;
}

void SetGrey(DatasetBuilder& b, int rows, int columns, int bits_stored, bool is_signed, absl::string_view photometric) {
  b.SetUint16("SamplesPerPixel", 1)
      .Set("PhotometricInterpretation", photometric)
      .SetUint16("Rows", rows)
      .SetUint16("Columns", columns)
      .SetUint16("BitsAllocated", 16)
      .SetUint16("BitsStored", bits_stored)
      .SetUint16("HighBit", bits_stored - 1)
      .SetUint16("PixelRepresentation", is_signed ? 1 : 0);
}

void SetPlane(DatasetBuilder& b, const Plane& plane, int slice, double thickness, absl::string_view study) {
  const Vector position = plane.Position(slice);
  b.Set("FrameOfReferenceUID", DemoUid(absl::StrCat(study, "/frame-of-reference")))
      .Set("PositionReferenceIndicator", "")
      .SetDoubles("ImagePositionPatient", {position.begin(), position.end()})
      .SetDoubles("ImageOrientationPatient",
                  {plane.across[0], plane.across[1], plane.across[2], plane.down[0], plane.down[1], plane.down[2]})
      .SetDoubles("PixelSpacing", {plane.spacing, plane.spacing})
      .SetDoubles("SliceThickness", {thickness})
      .SetDoubles("SpacingBetweenSlices", {thickness});
}

void SetWindow(DatasetBuilder& b, absl::string_view center, absl::string_view width, absl::string_view explanation) {
  b.Set("WindowCenter", center).Set("WindowWidth", width).Set("WindowCenterWidthExplanation", explanation);
}

void AppendWord(std::string& bytes, int value) {
  bytes.push_back(static_cast<char>(value & 255));
  bytes.push_back(static_cast<char>(value >> 8 & 255));
}

// Calls `sample(position in mm, column, row)` for the pixels of a slice in order and appends what it returns.
template <typename Sample>
void AppendSlice(const Plane& plane, int slice, int size, std::string& bytes, Sample sample) {
  const Vector corner = plane.Position(slice);
  for (int row = 0; row < size; ++row) {
    for (int column = 0; column < size; ++column) {
      std::array<float, 3> p;
      for (int i = 0; i < 3; ++i) {
        p[i] = static_cast<float>(corner[i] + plane.spacing * (column * plane.across[i] + row * plane.down[i]));
      }
      AppendWord(bytes, sample(phantom::Point{p[0], p[1], p[2]}, column, row));
    }
  }
}

DatasetBuilder CtHeader(int index) {
  DatasetBuilder b = Identify({"ct", "DEMO^CT", "DEMO-CT", "19610412", "F", "20260105", "Demo CT",
                               "Chest with contrast 2.5 mm", "CT", "1.2.840.10008.5.1.4.1.1.2", "CHEST"},
                              index);
  b.Set("ImageType", "DERIVED\\SECONDARY\\AXIAL").Set("PatientPosition", "HFS").Set("KVP", "120");
  SetPlane(b, kCtPlane, index, kCtStep, "ct");
  SetGrey(b, kCtSize, kCtSize, 16, true, "MONOCHROME2");
  b.Set("RescaleIntercept", "-1024").Set("RescaleSlope", "1").Set("RescaleType", "HU");
  SetWindow(b, "40\\-600\\400", "400\\1500\\1800", "SOFT TISSUE\\LUNG\\BONE");
  return b;
}

void CtPixels(int index, std::string& bytes) {
  AppendSlice(kCtPlane, index, kCtSize, bytes, [index](const phantom::Point& p, int column, int row) {
    const float value = CtHounsfield(p.x, p.y, p.z) + 9 * phantom::Noise(column, row, index);
    return static_cast<int>(std::lround(std::clamp(value, -1024.0f, 3071.0f))) + 1024;
  });
}

DatasetBuilder MrHeader(int index) {
  DatasetBuilder b = Identify({"mr", "DEMO^MR", "DEMO-MR", "19740920", "M", "20260106", "Demo MR",
                               "T1 sagittal oblique 1.2 mm", "MR", "1.2.840.10008.5.1.4.1.1.4", "HEAD"},
                              index);
  b.Set("PatientPosition", "HFS")
      .Set("ScanningSequence", "GR")
      .Set("SequenceVariant", "MP")
      .Set("ScanOptions", "")
      .Set("MRAcquisitionType", "3D")
      .Set("RepetitionTime", "2300")
      .Set("EchoTime", "2.98")
      .Set("MagneticFieldStrength", "3");
  SetPlane(b, MrPlane(), index, kMrStep, "mr");
  SetGrey(b, kMrSize, kMrSize, 12, false, "MONOCHROME2");
  SetWindow(b, "620", "1240", "BRAIN");
  return b;
}

void MrPixels(int index, std::string& bytes) {
  AppendSlice(MrPlane(), index, kMrSize, bytes, [index](const phantom::Point& p, int column, int row) {
    // The magnitude of a signal with noise in both channels (Rician).
    const float real = MrSignal(p.x, p.y, p.z) + 18 * phantom::Noise(column, row, index);
    const float imaginary = 18 * phantom::Noise(column, row, index + 1000);
    return static_cast<int>(std::min(std::sqrt(real * real + imaginary * imaginary), 4095.0f));
  });
}

DatasetBuilder UsHeader(int index) {
  DatasetBuilder b = Identify({"us", "DEMO^US", "DEMO-US", "19880703", "F", "20260107", "Demo US",
                               "Apical four chamber, colour Doppler", "US", "1.2.840.10008.5.1.4.1.1.3.1", "HEART"},
                              index);
  DatasetBuilder region;
  region.Set("RegionSpatialFormat", "1")
      .Set("RegionDataType", "1")
      .Set("RegionFlags", "0")
      .Set("RegionLocationMinX0", "36")
      .Set("RegionLocationMinY0", "21")
      .Set("RegionLocationMaxX1", "566")
      .Set("RegionLocationMaxY1", "425")
      .Set("PhysicalUnitsXDirection", "3")
      .Set("PhysicalUnitsYDirection", "3")
      .SetDoubles("PhysicalDeltaX", {16.0 / (0.84 * kUsRows)})
      .SetDoubles("PhysicalDeltaY", {16.0 / (0.84 * kUsRows)});
  b.AddItem("SequenceOfUltrasoundRegions", std::move(region))
      .Set("NumberOfFrames", absl::StrCat(kUsFrames))
      .Set("FrameIncrementPointer", "(0018,1063)")
      .Set("FrameTime", "33.33")
      .Set("CineRate", "30")
      .Set("RecommendedDisplayFrameRate", "30")
      .Set("HeartRate", "60")
      .Set("LossyImageCompression", "00")
      .SetUint16("SamplesPerPixel", 3)
      .Set("PhotometricInterpretation", "RGB")
      .SetUint16("PlanarConfiguration", 0)
      .SetUint16("Rows", kUsRows)
      .SetUint16("Columns", kUsColumns)
      .SetUint16("BitsAllocated", 8)
      .SetUint16("BitsStored", 8)
      .SetUint16("HighBit", 7)
      .SetUint16("PixelRepresentation", 0);
  return b;
}

void UsPixels(int, std::string& bytes) {
  constexpr size_t kFrameBytes = size_t{kUsRows} * kUsColumns * 3;
  const size_t start = bytes.size();
  bytes.resize(start + kFrameBytes * kUsFrames);
  for (int frame = 0; frame < kUsFrames; ++frame) {
    auto* target = reinterpret_cast<uint8_t*>(bytes.data()) + start + frame * kFrameBytes;
    UsFrame(kUsRows, kUsColumns, static_cast<float>(frame) / kUsFrames, absl::MakeSpan(target, kFrameBytes));
  }
}

DatasetBuilder DxHeader(int index) {
  DatasetBuilder b = Identify({"dx", "DEMO^DX", "DEMO-DX", "19550128", "M", "20260108", "Demo DX", "Chest PA", "DX",
                               "1.2.840.10008.5.1.4.1.1.1.1", "CHEST"},
                              index);
  b.Set("ImageType", "DERIVED\\PRIMARY")
      .Set("PresentationIntentType", "FOR PRESENTATION")
      .Set("ViewPosition", "PA")
      .Set("PatientOrientation", "L\\F")
      .Set("ImageLaterality", "U")
      .Set("BurnedInAnnotation", "NO")
      .Set("LossyImageCompression", "00")
      .Set("PixelIntensityRelationship", "LOG")
      .SetInt16("PixelIntensityRelationshipSign", 1)
      .SetDoubles("ImagerPixelSpacing", {0.143, 0.143})
      .Set("RescaleIntercept", "0")
      .Set("RescaleSlope", "1")
      .Set("RescaleType", "US")
      .Set("PresentationLUTShape", "INVERSE");
  SetGrey(b, kDxSize, kDxSize, 12, false, "MONOCHROME1");
  SetWindow(b, "2150", "3700", "NORMAL");
  return b;
}

void DxPixels(int, std::string& bytes) {
  std::vector<uint16_t> samples(size_t{kDxSize} * kDxSize);
  DxImage(kDxSize, kDxSize, absl::MakeSpan(samples));
  for (const uint16_t sample : samples) AppendWord(bytes, sample);
}

constexpr DemoSeries kSeries[] = {
    {kCtSlices, CtHeader, CtPixels, true},
    {kMrSlices, MrHeader, MrPixels, true},
    {1, UsHeader, UsPixels, false},
    {1, DxHeader, DxPixels, true},
};

}  // namespace

absl::Span<const DemoSeries> DemoSeriesTable() { return kSeries; }

absl::StatusOr<std::string> DemoFile(const DemoSeries& series, int index) {
  VITRINE_ASSIGN_OR_RETURN(std::string bytes, series.header(index).Write());
  // Pixel Data is the last attribute of the explicit little endian data set, so that its value need not pass through
  // the builder: tag, VR, two reserved bytes, length.
  bytes.append({'\xE0', '\x7F', '\x10', '\x00', 'O', series.words ? 'W' : 'B', '\0', '\0'});
  const size_t length_at = bytes.size();
  bytes.append(4, '\0');
  series.append_pixels(index, bytes);
  const size_t length = bytes.size() - length_at - 4;
  for (int i = 0; i < 4; ++i) bytes[length_at + i] = static_cast<char>(length >> (8 * i) & 255);
  return bytes;
}

std::string DemoUid(absl::string_view name) {
  // FNV-1a over the name from two starting points: the two halves of a UUID.
  uint64_t halves[2] = {0xCBF29CE484222325u, 0x84222325CBF29CE4u};
  for (uint64_t& half : halves) {
    for (const char c : absl::StrCat("vitrine demo/", name)) {
      half = (half ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
      half ^= half >> 29;
    }
  }
  std::string digits;
  for (absl::uint128 value = absl::MakeUint128(halves[0], halves[1]); value != 0; value /= 10) {
    digits.push_back(static_cast<char>('0' + static_cast<int>(value % 10)));
  }
  return absl::StrCat("2.25.", std::string(digits.rbegin(), digits.rend()));
}

}  // namespace vitrine::fetch
