#include "dicom/codec/jpeg_dcmtk.h"

#include <cstdlib>
#include <thread>
#include <vector>

#include "base/status_macros.h"
#include "base/status_matchers.h"
#include "dicom/codec/testing/encoders.h"
#include "gtest/gtest.h"

namespace vitrine::dicom {
namespace {

using testing::Jpeg12Process;
using testing::MakePicture;
using testing::Picture;
using ::vitrine::testing::StatusIs;

absl::StatusOr<RawFrame> Decode(absl::Span<const uint8_t> bytes, const PixelFormat& format) {
  VITRINE_ASSIGN_OR_RETURN(const JpegHeader header, ReadJpegHeader(bytes));
  return DecodeJpegDcmtk({bytes, 0, format, Limits(), Operation()}, header);
}

TEST(JpegDcmtkTest, RestoresLosslessPicturesOfEverySelectionValue) {
  for (const int components : {1, 3}) {
    for (const int precision : {8, 12, 16}) {
      for (int selection_value = 1; selection_value <= 7; ++selection_value) {
        const Picture picture = MakePicture(23, 31, components, precision);
        ASSERT_OK_AND_ASSIGN(const RawFrame frame,
                             Decode(testing::EncodeJpegLossless(picture, selection_value), picture.Format()));
        EXPECT_EQ(frame.samples, picture.Bytes()) << components << " " << precision << " " << selection_value;
        EXPECT_EQ(frame.bits_stored, precision);
      }
    }
  }
}

TEST(JpegDcmtkTest, RestoresTwosComplement) {
  const Picture picture = MakePicture(23, 31, 1, 16, true);
  ASSERT_OK_AND_ASSIGN(const RawFrame frame, Decode(testing::EncodeJpegLossless(picture, 1), picture.Format()));
  EXPECT_EQ(frame.samples, picture.Bytes());
}

TEST(JpegDcmtkTest, KeepsTheSignificantBitsOfTheDataSetInACodedContainer) {
  const Picture picture = MakePicture(8, 8, 1, 16);
  PixelFormat format = picture.Format();
  format.BitsStored = 12;
  format.HighBit = 13;
  ASSERT_OK_AND_ASSIGN(const RawFrame frame, Decode(testing::EncodeJpegLossless(picture, 1), format));
  EXPECT_EQ(frame.bits_stored, 12);
  EXPECT_EQ(frame.high_bit, 13);
}

TEST(JpegDcmtkTest, KeepsTheColorModelOfLosslessSamples) {
  const Picture picture = MakePicture(8, 8, 3, 8);
  PixelFormat format = picture.Format();
  for (const auto& [declared, expected] :
       {std::pair("RGB", "RGB"), {"YBR_FULL", "YBR_FULL"}, {"YBR_FULL_422", "YBR_FULL"}}) {
    format.PhotometricInterpretation = declared;
    ASSERT_OK_AND_ASSIGN(const RawFrame frame, Decode(testing::EncodeJpegLossless(picture, 1), format));
    EXPECT_EQ(frame.photometric_interpretation, expected);
    EXPECT_EQ(frame.samples, picture.Bytes());
  }
}

// DCMTK gets the codestream in pieces of 256 KiB.
TEST(JpegDcmtkTest, DecodesCodestreamsOfManyPieces) {
  const Picture picture = MakePicture(1200, 1100, 1, 16);
  const std::vector<uint8_t> bytes = testing::EncodeJpegLossless(picture, 1);
  ASSERT_GT(bytes.size(), 4u << 18);
  ASSERT_OK_AND_ASSIGN(const RawFrame frame, Decode(bytes, picture.Format()));
  EXPECT_EQ(frame.samples, picture.Bytes());
  const Picture lossy = MakePicture(1200, 1100, 1, 12);
  for (const auto process : {testing::Jpeg12Process::kExtended, testing::Jpeg12Process::kProgressive}) {
    const std::vector<uint8_t> lossy_bytes = testing::EncodeJpeg12(lossy, process);
    ASSERT_GT(lossy_bytes.size(), 2u << 18);
    EXPECT_TRUE(Decode(lossy_bytes, lossy.Format()).ok());
  }
}

TEST(JpegDcmtkTest, DecodesTwelveBits) {
  const Picture picture = MakePicture(33, 47, 1, 12);
  for (const Jpeg12Process process :
       {Jpeg12Process::kExtended, Jpeg12Process::kSpectralSelection, Jpeg12Process::kProgressive}) {
    ASSERT_OK_AND_ASSIGN(const RawFrame frame, Decode(testing::EncodeJpeg12(picture, process), picture.Format()));
    ASSERT_EQ(frame.bytes_per_sample, 2);
    EXPECT_EQ(frame.bits_stored, 12);
    for (size_t i = 0; i < picture.samples.size(); ++i) {
      const int sample = frame.samples[2 * i] | frame.samples[2 * i + 1] << 8;
      ASSERT_NEAR(sample, picture.samples[i], 4) << i;
    }
  }
}

TEST(JpegDcmtkTest, DecodesOnManyThreads) {
  const Picture picture = MakePicture(64, 64, 1, 16);
  const std::vector<uint8_t> bytes = testing::EncodeJpegLossless(picture, 1);
  std::vector<std::thread> threads;
  std::vector<int> matches(4);
  for (int& count : matches) {
    threads.emplace_back([&] {
      for (int i = 0; i < 20; ++i) {
        const absl::StatusOr<RawFrame> frame = Decode(bytes, picture.Format());
        count += frame.ok() && frame->samples == picture.Bytes();
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  for (const int count : matches) EXPECT_EQ(count, 20);
}

TEST(JpegDcmtkTest, AcceptsAMissingEndOfImageOnlyWhereNothingElseCanBeMissing) {
  const Picture picture = MakePicture(33, 47, 1, 12);
  const auto decodes_without_end = [&](std::vector<uint8_t> bytes) {
    while (bytes.back() != 0xD9) bytes.pop_back();
    bytes.resize(bytes.size() - 2);
    return Decode(bytes, picture.Format()).ok();
  };
  EXPECT_TRUE(decodes_without_end(testing::EncodeJpegLossless(picture, 1)));
  EXPECT_TRUE(decodes_without_end(testing::EncodeJpeg12(picture, Jpeg12Process::kExtended)));
  EXPECT_FALSE(decodes_without_end(testing::EncodeJpeg12(picture, Jpeg12Process::kProgressive)));
}

TEST(JpegDcmtkTest, RefusesAScanThatStops) {
  const Picture picture = MakePicture(33, 47, 1, 12);
  for (std::vector<uint8_t> bytes :
       {testing::EncodeJpegLossless(picture, 1), testing::EncodeJpeg12(picture, Jpeg12Process::kExtended)}) {
    bytes.resize(bytes.size() / 2);
    EXPECT_THAT(Decode(bytes, picture.Format()), StatusIs(absl::StatusCode::kDataLoss));
    bytes.insert(bytes.end(), {0xFF, 0xD9});
    EXPECT_THAT(Decode(bytes, picture.Format()), StatusIs(absl::StatusCode::kDataLoss));
  }
}

}  // namespace
}  // namespace vitrine::dicom
