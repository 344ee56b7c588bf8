#include "dicom/instance_with_frames.h"

#include <array>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/operation.h"
#include "base/status_matchers.h"
#include "dicom/builder.h"
#include "dicom/dicom_json.h"
#include "dicom/instance.h"
#include "dicom/limits.h"
#include "dicom/volume_frames.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "image/geometry.h"

namespace vitrine::dicom {
namespace {

using image::Vector3;
using ::testing::ElementsAre;

absl::StatusOr<InstanceWithFrames> Parse(std::string file) {
  return ParseInstanceWithFrames(std::make_shared<const std::string>(std::move(file)), Limits());
}

// What a reader of the archive's metadata sees of the file.
std::vector<VolumeFrame> FramesOfMetadata(const std::string& file) {
  const auto header = ReadJsonHeader(file, /*complete=*/true, Limits());
  EXPECT_THAT(header, testing::IsOk());
  auto frames = ReadVolumeFrames(absl::StrCat("[", JsonObject((*header)->attributes), "]"));
  EXPECT_THAT(frames, testing::IsOk());
  return *std::move(frames);
}

void ExpectSame(const VolumeFrame& a, const VolumeFrame& b) {
  EXPECT_EQ(a.instance->SOPInstanceUID, b.instance->SOPInstanceUID);
  EXPECT_EQ(a.instance->SOPClassUID, b.instance->SOPClassUID);
  EXPECT_EQ(a.instance->InstanceNumber, b.instance->InstanceNumber);
  EXPECT_EQ(a.instance->Rows, b.instance->Rows);
  EXPECT_EQ(a.instance->BitsStored, b.instance->BitsStored);
  EXPECT_EQ(a.instance->is_signed, b.instance->is_signed);
  EXPECT_EQ(a.number, b.number);
  EXPECT_EQ(a.position, b.position);
  EXPECT_EQ(a.row_direction, b.row_direction);
  EXPECT_EQ(a.column_direction, b.column_direction);
  EXPECT_EQ(a.PixelSpacing, b.PixelSpacing);
  EXPECT_EQ(a.ImageType, b.ImageType);
  EXPECT_EQ(a.volume_key, b.volume_key);
  EXPECT_EQ(a.phase_keys, b.phase_keys);
  EXPECT_EQ(a.windows, b.windows);
  ASSERT_EQ(a.rescale.has_value(), b.rescale.has_value());
  if (a.rescale) {
    EXPECT_EQ(a.rescale->slope, b.rescale->slope);
    EXPECT_EQ(a.rescale->intercept, b.rescale->intercept);
  }
}

DatasetBuilder Image(int frames) {
  DatasetBuilder b;
  b.Set("SpecificCharacterSet", "ISO_IR 100").Set("SOPInstanceUID", "1.2.3").Set("PatientName", "M\xFCller");
  b.Set("SOPClassUID", "1.2.840.10008.5.1.4.1.1.2").Set("SeriesInstanceUID", "1.2").Set("ImageType", "ORIGINAL\\AXIAL");
  b.Set("InstanceNumber", "7")
      .Set("PhotometricInterpretation", "MONOCHROME2")
      .Set("NumberOfFrames", absl::StrCat(frames));
  b.SetUint16("SamplesPerPixel", 1).SetUint16("Rows", 2).SetUint16("Columns", 3).SetUint16("BitsAllocated", 16);
  b.SetUint16("BitsStored", 12).SetUint16("HighBit", 11).SetUint16("PixelRepresentation", 1);
  b.SetPixelData(std::vector<uint16_t>(6 * frames, 5));
  return b;
}

TEST(InstanceWithFramesTest, OfASingleFrame) {
  DatasetBuilder b = Image(1);
  b.Set("ImagePositionPatient", "-10.5\\-20\\1e1").Set("ImageOrientationPatient", "1\\0\\0\\0\\0.8\\0.6");
  b.Set("PixelSpacing", "0.5\\0.25").Set("RescaleSlope", "2").Set("RescaleIntercept", "-1024");
  b.Set("WindowCenter", "40\\400").Set("WindowWidth", "400\\1500").Set("StackID", "caf\xE9").Set("EchoTime", "5.10");
  const std::string file = *b.Write();
  ASSERT_OK_AND_ASSIGN(const InstanceWithFrames parsed, Parse(file));
  EXPECT_EQ(parsed.instance->info().SOPInstanceUID, "1.2.3");
  ASSERT_OK_AND_ASSIGN(const DecodedFrame decoded, parsed.instance->DecodeFrame(1, Operation()));
  EXPECT_EQ(decoded.frame.columns, 3);
  ASSERT_EQ(parsed.frames.size(), 1u);
  const VolumeFrame& frame = parsed.frames[0];
  EXPECT_EQ(frame.position, (Vector3{-10.5, -20, 10}));
  EXPECT_EQ(frame.column_direction, (Vector3{0, 0.8, 0.6}));
  EXPECT_EQ(frame.instance->InstanceNumber, 7);
  EXPECT_THAT(frame.ImageType, ElementsAre("ORIGINAL", "AXIAL"));
  EXPECT_EQ(frame.rescale->intercept, -1024);
  const std::vector<VolumeFrame> expected = FramesOfMetadata(file);
  ASSERT_EQ(expected.size(), 1u);
  ExpectSame(frame, expected[0]);
}

TEST(InstanceWithFramesTest, OfSeveralFrames) {
  DatasetBuilder b = Image(3);
  DatasetBuilder shared;
  DatasetBuilder orientation;
  orientation.Set("ImageOrientationPatient", "1\\0\\0\\0\\1\\0");
  shared.AddItem("PlaneOrientationSequence", std::move(orientation));
  b.AddItem("SharedFunctionalGroupsSequence", std::move(shared));
  for (int i = 0; i < 3; ++i) {
    DatasetBuilder position;
    position.Set("ImagePositionPatient", absl::StrCat("1\\2\\", 3 * i));
    DatasetBuilder frame;
    frame.AddItem("PlanePositionSequence", std::move(position));
    b.AddItem("PerFrameFunctionalGroupsSequence", std::move(frame));
  }
  const std::string file = *b.Write();
  ASSERT_OK_AND_ASSIGN(const InstanceWithFrames parsed, Parse(file));
  EXPECT_EQ(parsed.instance->info().NumberOfFrames, 3);
  const std::vector<VolumeFrame> expected = FramesOfMetadata(file);
  ASSERT_EQ(parsed.frames.size(), 3u);
  ASSERT_EQ(expected.size(), 3u);
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(parsed.frames[i].position, (Vector3{1, 2, 3.0 * i}));
    ExpectSame(parsed.frames[i], expected[i]);
  }
}

// As of the image that a frame was derived from.
TEST(InstanceWithFramesTest, OtherSequencesSayNothingOfTheFrame) {
  DatasetBuilder position;
  position.Set("ImagePositionPatient", "1\\2\\3");
  DatasetBuilder source;
  source.Set("ImagePositionPatient", "9\\9\\9").Set("PixelSpacing", "4\\4");
  DatasetBuilder derivation;
  derivation.AddItem("SourceImageSequence", std::move(source));
  derivation.Set("ImagePositionPatient", "9\\9\\9").Set("EchoTime", "77").Set("ImageType", "LOCALIZER");
  DatasetBuilder frame;
  frame.AddItem("DerivationImageSequence", std::move(derivation));
  frame.AddItem("PlanePositionSequence", std::move(position));
  DatasetBuilder b = Image(1);
  b.Set("PixelSpacing", "1\\1").Set("EchoTime", "5");
  b.AddItem("PerFrameFunctionalGroupsSequence", std::move(frame));
  const std::string file = *b.Write();
  ASSERT_OK_AND_ASSIGN(const InstanceWithFrames parsed, Parse(file));
  ASSERT_EQ(parsed.frames.size(), 1u);
  EXPECT_EQ(parsed.frames[0].position, (Vector3{1, 2, 3}));
  EXPECT_EQ(parsed.frames[0].PixelSpacing, (std::array<double, 2>{1, 1}));
  EXPECT_THAT(parsed.frames[0].ImageType, ElementsAre("ORIGINAL", "AXIAL"));
  const std::vector<VolumeFrame> expected = FramesOfMetadata(file);
  ASSERT_EQ(expected.size(), 1u);
  ExpectSame(parsed.frames[0], expected[0]);
}

TEST(InstanceWithFramesTest, RefusesWhatIsNoImage) {
  EXPECT_EQ(CategoryOf(Parse("nonsense").status()), ErrorCategory::kBadInstance);
  DatasetBuilder report;
  report.Set("SOPClassUID", "1.2.840.10008.5.1.4.1.1.88.11").Set("SOPInstanceUID", "1.2.3");
  EXPECT_EQ(CategoryOf(Parse(*report.Write()).status()), ErrorCategory::kUnsupported);
}

}  // namespace
}  // namespace vitrine::dicom
