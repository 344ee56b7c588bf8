#include "dicom/volume_frames.h"

#include <string>

#include "base/error.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vitrine::dicom {
namespace {

using image::Vector3;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<VolumeFrame> Read(const std::string& metadata) {
  auto frames = ReadVolumeFrames(metadata);
  EXPECT_THAT(frames, testing::IsOk());
  return frames.ok() ? *std::move(frames) : std::vector<VolumeFrame>();
}

constexpr char kCt[] = R"([{
  "00080008": {"vr": "CS", "Value": ["ORIGINAL", "PRIMARY", "AXIAL"]},
  "00080016": {"vr": "UI", "Value": ["1.2.840.10008.5.1.4.1.1.2"]},
  "00080018": {"vr": "UI", "Value": ["1.2.3"]},
  "00181060": {"vr": "DS", "Value": [30]},
  "0020000E": {"vr": "UI", "Value": ["1.2"]},
  "00200012": {"vr": "IS", "Value": ["4"]},
  "00200013": {"vr": "IS", "Value": [7]},
  "00200032": {"vr": "DS", "Value": ["-10.5", -20, "1e1"]},
  "00200037": {"vr": "DS", "Value": [1, 0, 0, 0, 0.8, 0.6]},
  "00200052": {"vr": "UI", "Value": ["1.9"]},
  "00280002": {"vr": "US", "Value": [1]},
  "00280004": {"vr": "CS", "Value": ["MONOCHROME2"]},
  "00280010": {"vr": "US", "Value": [4]},
  "00280011": {"vr": "US", "Value": [6]},
  "00280030": {"vr": "DS", "Value": ["0.5 ", 0.25]},
  "00280100": {"vr": "US", "Value": [16]},
  "00280101": {"vr": "US", "Value": [12]},
  "00280103": {"vr": "US", "Value": [1]},
  "00281050": {"vr": "DS", "Value": ["40", "400"]},
  "00281052": {"vr": "DS", "Value": ["-1024"]},
  "00281053": {"vr": "DS", "Value": [2]}
}])";

TEST(VolumeFramesTest, ReadsASingleFrame) {
  const std::vector<VolumeFrame> frames = Read(kCt);
  ASSERT_EQ(frames.size(), 1u);
  const VolumeFrame& frame = frames[0];
  const VolumeInstance& instance = *frame.instance;
  EXPECT_EQ(instance.SeriesInstanceUID, "1.2");
  EXPECT_EQ(instance.SOPClassUID, "1.2.840.10008.5.1.4.1.1.2");
  EXPECT_EQ(instance.SOPInstanceUID, "1.2.3");
  EXPECT_EQ(instance.FrameOfReferenceUID, "1.9");
  EXPECT_EQ(instance.InstanceNumber, 7);
  EXPECT_EQ(instance.NumberOfFrames, 1);
  EXPECT_EQ(instance.Rows, 4);
  EXPECT_EQ(instance.Columns, 6);
  EXPECT_EQ(instance.PhotometricInterpretation, "MONOCHROME2");
  EXPECT_EQ(instance.BitsAllocated, 16);
  EXPECT_EQ(instance.BitsStored, 12);
  EXPECT_EQ(instance.HighBit, 11);
  EXPECT_TRUE(instance.is_signed);
  EXPECT_FALSE(instance.is_float);
  EXPECT_EQ(frame.number, 1);
  EXPECT_EQ(*frame.position, (Vector3{-10.5, -20, 10}));
  EXPECT_EQ(*frame.row_direction, (Vector3{1, 0, 0}));
  EXPECT_EQ(*frame.column_direction, (Vector3{0, 0.8, 0.6}));
  EXPECT_EQ((*frame.PixelSpacing)[0], 0.5);
  EXPECT_EQ((*frame.PixelSpacing)[1], 0.25);
  EXPECT_THAT(frame.ImageType, ElementsAre("ORIGINAL", "PRIMARY", "AXIAL"));
  EXPECT_THAT(frame.phase_keys, ElementsAre("30", "", "", "4"));
  EXPECT_EQ(frame.rescale->slope, 2);
  EXPECT_EQ(frame.rescale->intercept, -1024);
}

TEST(VolumeFramesTest, NumbersWrittenDifferentlyAreTheSameKey) {
  const std::string text = R"([{"00189087": {"vr": "FD", "Value": [1000]}},
                               {"00189087": {"vr": "FD", "Value": ["1000.0"]}},
                               {"00189087": {"vr": "FD", "Value": [0]}}])";
  const std::vector<VolumeFrame> frames = Read(text);
  ASSERT_EQ(frames.size(), 3u);
  EXPECT_EQ(frames[0].volume_key, frames[1].volume_key);
  EXPECT_NE(frames[0].volume_key, frames[2].volume_key);
}

TEST(VolumeFramesTest, EveryAcquisitionAttributeChangesTheVolumeKey) {
  const std::string plain = Read("[{}]")[0].volume_key;
  for (const char* tag :
       {"00209056", "00200100", "00209128", "00180081", "00180086", "00189082", "00189087", "0062000B"}) {
    EXPECT_NE(Read(std::string("[{\"") + tag + R"(": {"vr": "LO", "Value": ["2"]}}])")[0].volume_key, plain) << tag;
  }
}

// PS3.3 C.7.6.16.2.7.
TEST(VolumeFramesTest, TheDelayAfterTheRWaveIsAPhase) {
  const std::vector<VolumeFrame> frames = Read(R"([{"52009230": {"vr": "SQ", "Value": [
      {"00189118": {"vr": "SQ", "Value": [{"00209153": {"vr": "FD", "Value": [250]}}]}}]}}])");
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames[0].phase_keys[0], "250");
}

constexpr char kEnhanced[] = R"([{
  "00080008": {"vr": "CS", "Value": ["ORIGINAL", "PRIMARY"]},
  "00080018": {"vr": "UI", "Value": ["1.2.3"]},
  "00280008": {"vr": "IS", "Value": ["3"]},
  "00200032": {"vr": "DS", "Value": [9, 9, 9]},
  "52009229": {"vr": "SQ", "Value": [{
    "00280030": {"vr": "DS", "Value": [7, 7]},
    "00209116": {"vr": "SQ", "Value": [{"00200037": {"vr": "DS", "Value": [0, 1, 0, 0, 0, -1]}}]},
    "00289110": {"vr": "SQ", "Value": [{"00280030": {"vr": "DS", "Value": [2, 3]}}]},
    "00289145": {"vr": "SQ", "Value": [{"00281053": {"vr": "DS", "Value": [4]}, "00281052": {"vr": "DS", "Value": [5]}}]}
  }]},
  "52009230": {"vr": "SQ", "Value": [
    {"00209113": {"vr": "SQ", "Value": [{"00200032": {"vr": "DS", "Value": [1, 2, 3]}}]},
     "00209111": {"vr": "SQ", "Value": [{"00209056": {"vr": "SH", "Value": ["1"]}, "00209128": {"vr": "UL", "Value": [1]}}]},
     "00189117": {"vr": "SQ", "Value": [{"00189087": {"vr": "FD", "Value": [500]},
       "00189076": {"vr": "SQ", "Value": [{"00189089": {"vr": "FD", "Value": [0, 0, 1]}}]}}]}},
    {"00209113": {"vr": "SQ", "Value": [{"00200032": {"vr": "DS", "Value": [2, 2, 3]}}]},
     "00289145": {"vr": "SQ", "Value": [{"00281053": {"vr": "DS", "Value": [8]}, "00281052": {"vr": "DS", "Value": [5]}}]},
     "00209111": {"vr": "SQ", "Value": [{"00209056": {"vr": "SH", "Value": ["2"]}}]}},
    {}
  ]}
}])";

TEST(VolumeFramesTest, ReadsFunctionalGroupsOfTheFrameBeforeSharedOnesBeforeTheDataset) {
  const std::vector<VolumeFrame> frames = Read(kEnhanced);
  ASSERT_EQ(frames.size(), 3u);
  EXPECT_EQ(frames[0].instance, frames[2].instance);
  EXPECT_EQ(frames[0].instance->NumberOfFrames, 3);
  EXPECT_EQ(frames[1].number, 2);
  EXPECT_EQ(*frames[0].position, (Vector3{1, 2, 3}));
  EXPECT_EQ(*frames[1].position, (Vector3{2, 2, 3}));
  // The data set's own position is not that of each frame.
  EXPECT_FALSE(frames[2].position.has_value());
  for (const VolumeFrame& frame : frames) {
    EXPECT_EQ(*frame.row_direction, (Vector3{0, 1, 0}));
    EXPECT_EQ(*frame.column_direction, (Vector3{0, 0, -1}));
    EXPECT_EQ((*frame.PixelSpacing)[0], 2);
    EXPECT_EQ((*frame.PixelSpacing)[1], 3);
  }
  EXPECT_EQ(frames[0].rescale->slope, 4);
  EXPECT_EQ(frames[1].rescale->slope, 8);
  EXPECT_NE(frames[0].volume_key, frames[1].volume_key);
  EXPECT_EQ(frames[0].phase_keys[1], "0\\0\\1");
}

TEST(VolumeFramesTest, AMultiFrameInstanceWithoutFunctionalGroupsHasNoPositions) {
  const std::vector<VolumeFrame> frames =
      Read(R"([{"00280008": {"vr": "IS", "Value": [2000000000]}, "00200032": {"vr": "DS", "Value": [1, 2, 3]}}])");
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_FALSE(frames[0].position.has_value());
}

TEST(VolumeFramesTest, PixelDataMayBeFloatingPoint) {
  EXPECT_TRUE(Read(R"([{"00280100": {"vr": "US", "Value": [32]}}])")[0].instance->is_float);
  EXPECT_TRUE(Read(R"([{"00280100": {"vr": "US", "Value": [32]}, "00280101": {"vr": "US", "Value": [32]},
                        "7FE00008": {"vr": "OF", "BulkDataURI": "x"}}])")[0]
                  .instance->is_float);
  EXPECT_FALSE(Read(R"([{"00280100": {"vr": "US", "Value": [32]}, "00280101": {"vr": "US", "Value": [32]}}])")[0]
                   .instance->is_float);
}

TEST(VolumeFramesTest, AModalityLutIsNoRescale) {
  EXPECT_FALSE(Read(R"([{"00283000": {"vr": "SQ", "Value": [{}]}}])")[0].rescale.has_value());
}

TEST(VolumeFramesTest, WhatMakesNoSenseIsMissing) {
  for (const char* value : {R"(["a", 2, 3])", "[1, 2]", "[1, 2, 3, 4]", "[null, 2, 3]", R"(["nan", 2, 3])", "[]",
                            "[1e300, 0, 0]", R"([{"x": 1}, 2, 3])"}) {
    EXPECT_FALSE(Read(std::string(R"([{"00200032": {"vr": "DS", "Value": )") + value + "}}]")[0].position.has_value())
        << value;
  }
  for (const char* value : {"[0, 1]", "[-1, 1]", "[1]", R"(["inf", 1])", "[1e-300, 1]"}) {
    EXPECT_FALSE(
        Read(std::string(R"([{"00280030": {"vr": "DS", "Value": )") + value + "}}]")[0].PixelSpacing.has_value())
        << value;
  }
  EXPECT_EQ(Read(R"([{"00280010": {"vr": "US", "Value": [-4]}, "00280011": 7}])")[0].instance->Rows, 0);
  for (const char* value : {"65536", "2000000000", "1e300", "0", "-1"}) {
    EXPECT_EQ(Read(std::string(R"([{"00280010": {"vr": "US", "Value": [)") + value + "]}}]")[0].instance->Rows, 0);
  }
  EXPECT_EQ(Read(R"([{"52009229": {"vr": "SQ", "Value": [7]}, "52009230": {"vr": "SQ", "Value": ["x"]}}])").size(), 1u);
  EXPECT_THAT(Read("[]"), IsEmpty());
}

TEST(VolumeFramesTest, MetadataThatAreNoArrayAreTheArchivesFault) {
  for (const char* text : {"", "{}", "[", "7", "[7]"}) {
    EXPECT_EQ(CategoryOf(ReadVolumeFrames(text).status()), ErrorCategory::kArchiveProtocol) << text;
  }
}

TEST(VolumeFramesTest, KeepsWhatTheFilterKeeps) {
  const auto keep = [](const FrameAttributes& attributes) {
    return attributes.Values(0x00209056) == std::vector<std::string>{"2"} &&
           attributes.Values(0x00080018) == std::vector<std::string>{"1.2.3"} &&
           attributes.Values(0x00281053) == std::vector<std::string>{"8"} && attributes.Values(0x00100010).empty();
  };
  ASSERT_OK_AND_ASSIGN(const std::vector<VolumeFrame> frames, ReadVolumeFrames(kEnhanced, {{0x00100010}, keep}));
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames[0].number, 2);
}

TEST(VolumeFramesTest, NamesTheAttributesOfTheDataSet) {
  for (const uint32_t tag :
       {0x00080018u, 0x00180086u, 0x0020000Eu, 0x00200032u, 0x00280010u, 0x52009229u, 0x52009230u}) {
    EXPECT_TRUE(VolumeFrameTags().contains(tag)) << tag;
  }
  EXPECT_FALSE(VolumeFrameTags().contains(0x00100010));
}

TEST(VolumeFramesTest, TheFilterSeesItsOwnAttributes) {
  const std::string text = R"([{"00081090": {"vr": "LO", "Value": ["Model"]}, "52009229": {"vr": "SQ", "Value": [
      {"00189118": {"vr": "SQ", "Value": [{"00189070": {"vr": "FD", "Value": [800]}}]}}]},
      "00100010": {"vr": "PN", "Value": [{"Alphabetic": "A^B"}]}}])";
  const auto keep = [](const FrameAttributes& attributes) {
    EXPECT_EQ(attributes.Values(0x00081090), std::vector<std::string>{"Model"});
    EXPECT_EQ(attributes.Values(0x00189070), std::vector<std::string>{"800"});
    EXPECT_EQ(attributes.Values(0x00100010), std::vector<std::string>{"A^B"});
    return true;
  };
  EXPECT_THAT(ReadVolumeFrames(text, {{0x00081090, 0x00189070, 0x00100010}, keep}), testing::IsOk());
}

}  // namespace
}  // namespace vitrine::dicom
