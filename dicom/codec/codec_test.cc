#include "dicom/codec/codec.h"

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "base/error.h"
#include "base/operation.h"
#include "base/status_matchers.h"
#include "dicom/codec/testing/encoders.h"
#include "gtest/gtest.h"

namespace vitrine::dicom {
namespace {

using testing::Codestream;
using testing::MakePicture;
using testing::Picture;

std::string Uid(const std::string& suffix) { return "1.2.840.10008.1.2" + suffix; }

// One picture in one transfer syntax.
struct Sample {
  std::string uid;
  Picture picture;
  Codestream bytes;
};

// Every codec, small enough to try each length and each byte.
std::vector<Sample> Samples() {
  const Picture grey8 = MakePicture(9, 11, 1, 8);
  const Picture grey12 = MakePicture(9, 11, 1, 12);
  const Picture grey16 = MakePicture(9, 11, 1, 16);
  const Picture color = MakePicture(9, 11, 3, 8);
  return {
      {Uid(""), grey16, grey16.Bytes()},
      {Uid(".1"), color, color.Bytes()},
      {Uid(".1.98"), grey16, grey16.Bytes()},
      {Uid(".1.99"), grey16, grey16.Bytes()},
      {Uid(".4.50"), color, testing::EncodeJpeg(color, {})},
      {Uid(".4.50"), color, testing::EncodeJpeg(color, {.subsample = true})},
      {Uid(".4.51"), grey12, testing::EncodeJpeg12(grey12, testing::Jpeg12Process::kExtended)},
      {Uid(".4.53"), grey12, testing::EncodeJpeg12(grey12, testing::Jpeg12Process::kSpectralSelection)},
      {Uid(".4.55"), grey12, testing::EncodeJpeg12(grey12, testing::Jpeg12Process::kProgressive)},
      {Uid(".4.55"), grey8, testing::EncodeJpeg(grey8, {.progressive = true})},
      {Uid(".4.57"), grey12, testing::EncodeJpegLossless(grey12, 4)},
      {Uid(".4.70"), grey16, testing::EncodeJpegLossless(grey16, 1)},
      {Uid(".4.70"), color, testing::EncodeJpegLossless(color, 1)},
      {Uid(".4.80"), grey16, testing::EncodeJpegLs(grey16, 0, 0)},
      {Uid(".4.80"), color, testing::EncodeJpegLs(color, 0, 0)},
      {Uid(".4.81"), color, testing::EncodeJpegLs(color, 2, 2)},
      {Uid(".4.90"), grey16, testing::EncodeJpeg2000(grey16, {})},
      {Uid(".4.91"), color, testing::EncodeJpeg2000(color, {.jp2 = true, .component_transformation = true})},
      {Uid(".5"), color, testing::EncodeRle(testing::RleSegments(color))},
      {Uid(".8.1"), color, testing::Deflate(color.Bytes())},
  };
}

absl::StatusOr<RawFrame> Decode(const Sample& sample, absl::Span<const uint8_t> bytes) {
  return DecodeFrame(sample.uid, {bytes, 0, sample.picture.Format(), Limits(), Operation()});
}

// What holds for hostile data: an error of the instance, or a whole frame of the size that the data set states.
void ExpectErrorOrWholeFrame(const absl::StatusOr<RawFrame>& frame, const Sample& sample) {
  if (!frame.ok()) {
    const ErrorCategory category = CategoryOf(frame.status());
    EXPECT_TRUE(category == ErrorCategory::kBadInstance || category == ErrorCategory::kUnsupported)
        << sample.uid << " " << frame.status();
    return;
  }
  EXPECT_EQ(frame->rows, sample.picture.rows);
  EXPECT_EQ(frame->columns, sample.picture.columns);
  EXPECT_EQ(frame->samples_per_pixel, sample.picture.components);
  EXPECT_EQ(frame->samples.size(), sample.picture.samples.size() * frame->bytes_per_sample) << sample.uid;
}

TEST(CodecTest, KnowsItsTransferSyntaxes) {
  for (const char* const suffix : {"",      ".1",    ".1.98",  ".1.99",  ".2",     ".4.50", ".4.51", ".4.52", ".4.53",
                                   ".4.54", ".4.55", ".4.56",  ".4.57",  ".4.70",  ".4.80", ".4.81", ".4.90", ".4.91",
                                   ".4.92", ".4.93", ".4.201", ".4.202", ".4.203", ".5",    ".8.1"}) {
    EXPECT_TRUE(IsSupported(Uid(suffix))) << suffix;
  }
  for (const char* const suffix : {".4.94", ".4.100", ".4.102", ".4.110", ".", ".11"}) {
    EXPECT_FALSE(IsSupported(Uid(suffix))) << suffix;
    const absl::StatusOr<RawFrame> frame =
        DecodeFrame(Uid(suffix), {std::vector<uint8_t>(4), 0, MakePicture(2, 2, 1, 8).Format(), Limits(), Operation()});
    EXPECT_EQ(CategoryOf(frame.status()), ErrorCategory::kUnsupported) << suffix;
  }
}

TEST(CodecTest, DecodesEverySample) {
  for (const Sample& sample : Samples()) {
    const absl::StatusOr<RawFrame> frame = Decode(sample, sample.bytes);
    ASSERT_TRUE(frame.ok()) << sample.uid << " " << frame.status();
    ExpectErrorOrWholeFrame(frame, sample);
  }
}

TEST(CodecTest, TrustsTheFrameHeaderNotTheTransferSyntax) {
  for (const Sample& sample : Samples()) {
    const absl::StatusOr<RawFrame> right = Decode(sample, sample.bytes);
    if (sample.bytes[0] != 0xFF || sample.bytes[1] != 0xD8) continue;
    for (const char* const wrong : {".4.50", ".4.51", ".4.57", ".4.70", ".4.80"}) {
      const absl::StatusOr<RawFrame> frame =
          DecodeFrame(Uid(wrong), {sample.bytes, 0, sample.picture.Format(), Limits(), Operation()});
      ASSERT_TRUE(frame.ok()) << sample.uid << " as " << wrong << " " << frame.status();
      EXPECT_EQ(frame->samples, right->samples);
    }
  }
}

TEST(CodecTest, RefusesTruncatedData) {
  for (const Sample& sample : Samples()) {
    const absl::StatusOr<RawFrame> whole = Decode(sample, sample.bytes);
    ASSERT_TRUE(whole.ok());
    for (size_t size = 0; size < sample.bytes.size(); ++size) {
      const Codestream truncated(sample.bytes.begin(), sample.bytes.begin() + size);
      const absl::StatusOr<RawFrame> frame = Decode(sample, truncated);
      ExpectErrorOrWholeFrame(frame, sample);
      if (!frame.ok()) continue;
      // Only what carries no samples may be missing.
      EXPECT_EQ(frame->samples, whole->samples) << sample.uid << " " << size << " of " << sample.bytes.size();
      EXPECT_GE(size + 4, sample.bytes.size()) << sample.uid;
    }
  }
}

TEST(CodecTest, SurvivesCorruptData) {
  for (const Sample& sample : Samples()) {
    for (size_t i = 0; i < sample.bytes.size(); ++i) {
      for (const int flip : {0x01, 0x80, 0xFF}) {
        Codestream corrupt = sample.bytes;
        corrupt[i] ^= flip;
        ExpectErrorOrWholeFrame(Decode(sample, corrupt), sample);
      }
    }
  }
}

TEST(CodecTest, SurvivesRandomDataBehindAValidStart) {
  std::mt19937 random(11);
  for (const Sample& sample : Samples()) {
    for (int i = 0; i < 200; ++i) {
      Codestream bytes = sample.bytes;
      const size_t start = i == 0 ? 0 : random() % bytes.size();
      for (size_t position = start; position < bytes.size(); ++position) bytes[position] = random();
      ExpectErrorOrWholeFrame(Decode(sample, bytes), sample);
    }
  }
}

TEST(CodecTest, ChecksLimitsFirst) {
  PixelFormat format = MakePicture(1, 1, 3, 16).Format();
  format.Rows = format.Columns = 65535;
  for (const Sample& sample : Samples()) {
    const absl::StatusOr<RawFrame> frame = DecodeFrame(sample.uid, {sample.bytes, 0, format, Limits(), Operation()});
    EXPECT_EQ(CategoryOf(frame.status()), ErrorCategory::kTooLarge) << sample.uid;
  }
  const Picture picture = MakePicture(10, 10, 1, 8);
  Limits limits;
  limits.max_rows = 9;
  EXPECT_EQ(CategoryOf(DecodeFrame(Uid(""), {picture.Bytes(), 0, picture.Format(), limits, Operation()}).status()),
            ErrorCategory::kTooLarge);
  limits = Limits();
  limits.max_frame_bytes = 199;
  EXPECT_TRUE(DecodeFrame(Uid(""), {picture.Bytes(), 0, picture.Format(), limits, Operation()}).ok());
  // The codestream's samples take two bytes where the data set states one.
  const Codestream wide = testing::EncodeJpeg2000(MakePicture(10, 10, 1, 12), {});
  EXPECT_EQ(CategoryOf(DecodeFrame(Uid(".4.90"), {wide, 0, picture.Format(), limits, Operation()}).status()),
            ErrorCategory::kTooLarge);
}

// Whatever a decoder does beside the frame is bounded like the frame.
TEST(CodecTest, ChecksTheMemoryThatDecodersWorkIn) {
  const Picture picture = MakePicture(128, 128, 1, 8);
  const auto category = [&](const char* suffix, const Codestream& bytes, uint64_t max_frame_bytes) {
    Limits limits;
    limits.max_frame_bytes = max_frame_bytes;
    return CategoryOf(DecodeFrame(Uid(suffix), {bytes, 0, picture.Format(), limits, Operation()}).status());
  };
  constexpr uint64_t kPixels = 128 * 128;
  const Codestream progressive = testing::EncodeJpeg(picture, {.progressive = true});
  EXPECT_EQ(category(".4.50", progressive, 2 * kPixels - 1), ErrorCategory::kTooLarge);
  EXPECT_EQ(category(".4.50", progressive, 2 * kPixels), ErrorCategory::kNone);
  const Codestream sequential = testing::EncodeJpeg(picture, {});
  EXPECT_EQ(category(".4.50", sequential, kPixels), ErrorCategory::kNone);
  const Codestream wavelets = testing::EncodeJpeg2000(picture, {});
  EXPECT_EQ(category(".4.90", wavelets, 4 * kPixels - 1), ErrorCategory::kTooLarge);
  EXPECT_EQ(category(".4.90", wavelets, 4 * kPixels), ErrorCategory::kNone);
  const Codestream tiles = testing::EncodeJpeg2000(picture, {.tile_size = 64});
  EXPECT_EQ(category(".4.90", tiles, 5 * kPixels - 1), ErrorCategory::kTooLarge);
  EXPECT_EQ(category(".4.90", tiles, 5 * kPixels), ErrorCategory::kNone);
}

// DecodeFrame() leaves it to the decoders to ask.
TEST(CodecTest, EveryDecoderStopsWhenTheOperationIsOver) {
  Operation cancelled;
  cancelled.cancellation->Cancel();
  Operation late;
  late.deadline = absl::InfinitePast();
  std::vector<Sample> samples = Samples();
  const Picture grey1 = MakePicture(9, 11, 1, 16);
  samples.push_back({Uid(".2"), grey1, grey1.Bytes()});
  const Picture color = MakePicture(9, 11, 3, 8);
  samples.push_back({Uid(".4.91"), color, testing::EncodeJpeg2000(color, {.tile_size = 8})});
  for (const Sample& sample : samples) {
    const PixelFormat format = sample.picture.Format();
    EXPECT_EQ(CategoryOf(DecodeFrame(sample.uid, {sample.bytes, 0, format, Limits(), cancelled}).status()),
              ErrorCategory::kCancelled)
        << sample.uid;
    EXPECT_EQ(CategoryOf(DecodeFrame(sample.uid, {sample.bytes, 0, format, Limits(), late}).status()),
              ErrorCategory::kDeadline)
        << sample.uid;
  }
}

TEST(CodecTest, RefusesPixelFormatsThatDescribeNoPicture) {
  const Picture picture = MakePicture(2, 2, 1, 8);
  const auto category = [&](auto change) {
    PixelFormat format = picture.Format();
    change(format);
    return CategoryOf(DecodeFrame(Uid(""), {std::vector<uint8_t>(1000), 0, format, Limits(), Operation()}).status());
  };
  EXPECT_EQ(category([](PixelFormat&) {}), ErrorCategory::kNone);
  EXPECT_EQ(category([](PixelFormat& format) { format.Rows = 0; }), ErrorCategory::kBadInstance);
  EXPECT_EQ(category([](PixelFormat& format) { format.Columns = -1; }), ErrorCategory::kBadInstance);
  EXPECT_EQ(category([](PixelFormat& format) { format.SamplesPerPixel = 0; }), ErrorCategory::kBadInstance);
  EXPECT_EQ(category([](PixelFormat& format) { format.SamplesPerPixel = 5; }), ErrorCategory::kBadInstance);
  EXPECT_EQ(category([](PixelFormat& format) { format.BitsAllocated = 12; }), ErrorCategory::kUnsupported);
  EXPECT_EQ(category([](PixelFormat& format) { format.BitsStored = 9; }), ErrorCategory::kBadInstance);
  EXPECT_EQ(category([](PixelFormat& format) { format.BitsStored = 0; }), ErrorCategory::kBadInstance);
  EXPECT_EQ(category([](PixelFormat& format) { format.HighBit = 8; }), ErrorCategory::kBadInstance);
  EXPECT_EQ(category([](PixelFormat& format) { format.HighBit = 6; }), ErrorCategory::kBadInstance);
}

TEST(CodecTest, RefusesFloatsInAnIntegerCodestream) {
  const Picture picture = MakePicture(9, 11, 1, 8);
  PixelFormat format = picture.Format();
  format.is_float = true;
  format.BitsAllocated = 32;
  const absl::StatusOr<RawFrame> frame =
      DecodeFrame(Uid(".4.90"), {testing::EncodeJpeg2000(picture, {}), 0, format, Limits(), Operation()});
  EXPECT_EQ(CategoryOf(frame.status()), ErrorCategory::kBadInstance);
}

// With the last scan of a progressive picture `times` times more.
Codestream WithMoreScans(const Picture& picture, int times) {
  Codestream bytes = testing::EncodeJpeg(picture, {.progressive = true});
  const auto last_scan = bytes.end() - 2;
  Codestream scan;
  for (auto position = last_scan; scan.empty(); --position) {
    if (position[0] == 0xFF && position[1] == 0xDA) scan.assign(position, last_scan);
  }
  for (int i = 0; i < times; ++i) bytes.insert(bytes.end() - 2, scan.begin(), scan.end());
  return bytes;
}

TEST(CodecTest, RefusesEndlessScans) {
  const Picture picture = MakePicture(9, 11, 1, 8);
  const Codestream bytes = WithMoreScans(picture, 300);
  const absl::StatusOr<RawFrame> frame = DecodeFrame(Uid(".4.50"), {bytes, 0, picture.Format(), Limits(), Operation()});
  EXPECT_EQ(CategoryOf(frame.status()), ErrorCategory::kBadInstance);
  EXPECT_EQ(DetailOf(frame.status()), "too many scans");
}

TEST(CodecTest, RefusesProgressivePicturesWithoutRows) {
  const Picture picture = MakePicture(9, 11, 1, 8);
  Codestream bytes = testing::EncodeJpeg(picture, {.progressive = true});
  const Codestream sof = {0xFF, 0xC2};
  const auto header = std::search(bytes.begin(), bytes.end(), sof.begin(), sof.end());
  ASSERT_NE(header, bytes.end());
  header[5] = header[6] = 0;
  const absl::StatusOr<RawFrame> frame = DecodeFrame(Uid(".4.50"), {bytes, 0, picture.Format(), Limits(), Operation()});
  EXPECT_EQ(CategoryOf(frame.status()), ErrorCategory::kBadInstance);
}

TEST(CodecTest, LargePicturesMayHaveFewerScans) {
  const Picture picture = MakePicture(6000, 6000, 1, 8);  // 2^30 / (6016 * 6016) = 29.
  for (const auto& [times, accepted] : {std::pair(10, true), {40, false}}) {
    // Nothing is decoded after the scans are counted.
    Operation over;
    over.cancellation->Cancel();
    const Codestream bytes = WithMoreScans(picture, times);
    const absl::StatusOr<RawFrame> frame = DecodeFrame(Uid(".4.50"), {bytes, 0, picture.Format(), Limits(), over});
    EXPECT_EQ(CategoryOf(frame.status()), accepted ? ErrorCategory::kCancelled : ErrorCategory::kBadInstance);
  }
}

}  // namespace
}  // namespace vitrine::dicom
