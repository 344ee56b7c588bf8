#include "dicom/instance.h"

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "dicom/testing/part10_writer.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vitrine::dicom {
namespace {

using image::SampleType;
using testing::DatasetWriter;
using ::testing::ElementsAre;
using testing::GreyImage;
using ::testing::HasSubstr;
using testing::Part10File;
using vitrine::testing::IsOk;

constexpr uint32_t kPixelData = 0x7FE00010;
constexpr uint32_t kFrames = 0x00280008;

using Parsed = absl::StatusOr<std::shared_ptr<const Instance>>;

Parsed Parse(const std::string& file, const Limits& limits = {}) {
  return Instance::Parse(std::make_shared<const std::string>(file), limits);
}

Parsed ParseExplicit(const DatasetWriter& writer) { return Parse(Part10File(testing::kExplicit, writer.bytes())); }

template <typename Sample>
std::vector<Sample> SamplesOf(const image::Frame& frame) {
  std::vector<Sample> samples(frame.samples.size() / sizeof(Sample));
  std::memcpy(samples.data(), frame.samples.data(), frame.samples.size());
  return samples;
}

std::string Words(const std::vector<uint16_t>& words) {
  return std::string(reinterpret_cast<const char*>(words.data()), words.size() * 2);
}

DatasetWriter ColorImage(uint16_t rows, uint16_t columns, absl::string_view model) {
  DatasetWriter image;
  image.Us(0x00280002, {3}).Text(0x00280004, "CS", model).Us(0x00280006, {0}).Us(0x00280010, {rows});
  image.Us(0x00280011, {columns}).Us(0x00280100, {8}).Us(0x00280101, {8}).Us(0x00280102, {7});
  return image.Us(0x00280103, {0});
}

TEST(InstanceTest, NativeGreyFromFileToCurve) {
  DatasetWriter image = GreyImage(1, 3, 12, true);
  image.Text(0x00281050, "DS", "40").Text(0x00281051, "DS", "400").Text(0x00281052, "DS", "-1024");
  image.Text(0x00281053, "DS", "1").Bytes(kPixelData, "OW", Words({0x0FFF, 0x07FF, 0xF001}));
  ASSERT_OK_AND_ASSIGN(const auto instance, ParseExplicit(image));
  EXPECT_EQ(instance->info().Columns, 3);
  EXPECT_EQ(instance->info().SOPInstanceUID, "1.2.3");
  EXPECT_EQ(instance->info().NumberOfFrames, 1);
  ASSERT_EQ(instance->info().windows.size(), 1u);
  ASSERT_OK_AND_ASSIGN(const DecodedFrame decoded, instance->DecodeFrame(1, Operation()));
  EXPECT_THAT(SamplesOf<int16_t>(decoded.frame), ElementsAre(-1, 2047, 1));
  // PS3.3 C.11.2.1.2.1: x = 1023 is above the window 40/400, x = -1025 below.
  EXPECT_EQ(image::Evaluate(decoded.tone, 2047), 1);
  EXPECT_EQ(image::Evaluate(decoded.tone, -1), 0);
}

TEST(InstanceTest, FramesAreCountedFromOne) {
  DatasetWriter image = GreyImage(1, 1).Text(kFrames, "IS", "2").Bytes(kPixelData, "OW", Words({7, 9}));
  ASSERT_OK_AND_ASSIGN(const auto instance, ParseExplicit(image));
  EXPECT_THAT(SamplesOf<uint16_t>(instance->DecodeFrame(2, Operation())->frame), ElementsAre(9));
  for (const int number : {0, -1, 3, 2147483647}) {
    EXPECT_EQ(CategoryOf(instance->DecodeFrame(number, Operation()).status()), ErrorCategory::kNotFound);
  }
}

TEST(InstanceTest, BigEndian) {
  DatasetWriter image = GreyImage(1, 2, 16, false, DatasetWriter::kExplicitBig);
  image.Numbers<uint16_t>(kPixelData, "OW", {0x1234, 5});
  ASSERT_OK_AND_ASSIGN(const auto instance, Parse(Part10File(testing::kBigEndian, image.bytes())));
  EXPECT_THAT(SamplesOf<uint16_t>(instance->DecodeFrame(1, Operation())->frame), ElementsAre(0x1234, 5));
}

// Frames of 3 bytes in words whose bytes are swapped: the second one begins in the middle of a word.
TEST(InstanceTest, BigEndianBytesInWords) {
  DatasetWriter image(DatasetWriter::kExplicitBig);
  image.Us(0x00280002, {1}).Text(0x00280004, "CS", "MONOCHROME2").Text(kFrames, "IS", "2").Us(0x00280010, {1});
  image.Us(0x00280011, {3}).Us(0x00280100, {8}).Us(0x00280101, {8}).Us(0x00280102, {7}).Us(0x00280103, {0});
  const std::string file =
      Part10File(testing::kBigEndian, DatasetWriter(image).Bytes(kPixelData, "OW", "\2\1\4\3\6\5").bytes());
  ASSERT_OK_AND_ASSIGN(const auto words, Parse(file));
  EXPECT_THAT(SamplesOf<uint8_t>(words->DecodeFrame(1, Operation())->frame), ElementsAre(1, 2, 3));
  EXPECT_THAT(SamplesOf<uint8_t>(words->DecodeFrame(2, Operation())->frame), ElementsAre(4, 5, 6));
  ASSERT_OK_AND_ASSIGN(const auto bytes,
                       Parse(Part10File(testing::kBigEndian, image.Bytes(kPixelData, "OB", "\1\2\3\4\5\6").bytes())));
  EXPECT_THAT(SamplesOf<uint8_t>(bytes->DecodeFrame(2, Operation())->frame), ElementsAre(4, 5, 6));
}

TEST(InstanceTest, SingleBitFramesStartInsideABytes) {
  DatasetWriter image;
  image.Us(0x00280002, {1}).Text(0x00280004, "CS", "MONOCHROME2").Text(kFrames, "IS", "3").Us(0x00280010, {1});
  image.Us(0x00280011, {3}).Us(0x00280100, {1}).Us(0x00280101, {1}).Us(0x00280102, {0}).Us(0x00280103, {0});
  // Frames 101, 010, 011 with the first pixel in the lowest bit: 1 101 0101 and 0.
  image.Bytes(kPixelData, "OB", absl::string_view("\x95\x01", 2));
  ASSERT_OK_AND_ASSIGN(const auto instance, ParseExplicit(image));
  EXPECT_THAT(SamplesOf<uint8_t>(instance->DecodeFrame(1, Operation())->frame), ElementsAre(1, 0, 1));
  EXPECT_THAT(SamplesOf<uint8_t>(instance->DecodeFrame(2, Operation())->frame), ElementsAre(0, 1, 0));
  EXPECT_THAT(SamplesOf<uint8_t>(instance->DecodeFrame(3, Operation())->frame), ElementsAre(0, 1, 1));
}

TEST(InstanceTest, ColourIsConvertedAndHasNoWindow) {
  DatasetWriter image = ColorImage(1, 2, "YBR_FULL_422").Text(0x00281050, "DS", "1").Text(0x00281051, "DS", "2");
  image.Bytes(kPixelData, "OB", absl::string_view("\x64\xC8\x80\x80", 4));
  ASSERT_OK_AND_ASSIGN(const auto instance, ParseExplicit(image));
  EXPECT_TRUE(instance->info().windows.empty());
  ASSERT_OK_AND_ASSIGN(const DecodedFrame decoded, instance->DecodeFrame(1, Operation()));
  EXPECT_THAT(SamplesOf<uint8_t>(decoded.frame), ElementsAre(100, 100, 100, 200, 200, 200));
}

// The picture counts, not only the samples: a palette makes 3 or 6 bytes of one, a sign 2.
TEST(InstanceTest, ThePictureIsLimitedLikeTheSamples) {
  const auto category = [](const DatasetWriter& image, uint64_t max_frame_bytes) {
    Limits limits;
    limits.max_frame_bytes = max_frame_bytes;
    return CategoryOf(Parse(Part10File(testing::kExplicit, image.bytes()), limits).status());
  };
  const auto palette = [](uint16_t bits, const std::vector<uint16_t>& entries) {
    DatasetWriter image;
    image.Us(0x00280002, {1}).Text(0x00280004, "CS", "PALETTE COLOR").Us(0x00280010, {10}).Us(0x00280011, {10});
    image.Us(0x00280100, {8}).Us(0x00280101, {8}).Us(0x00280102, {7}).Us(0x00280103, {0});
    for (const uint32_t tag : {0x00281101, 0x00281102, 0x00281103}) image.Us(tag, {2, 0, bits});
    for (const uint32_t tag : {0x00281201, 0x00281202, 0x00281203}) image.Bytes(tag, "OW", Words(entries));
    return image.Bytes(kPixelData, "OB", std::string(100, '\1'));
  };
  EXPECT_EQ(category(palette(8, {1, 2}), 299), ErrorCategory::kTooLarge);
  EXPECT_EQ(category(palette(8, {1, 2}), 300), ErrorCategory::kNone);
  EXPECT_EQ(category(palette(16, {1, 60000}), 599), ErrorCategory::kTooLarge);
  EXPECT_EQ(category(palette(16, {1, 60000}), 600), ErrorCategory::kNone);
  DatasetWriter is_signed;
  is_signed.Us(0x00280010, {10}).Us(0x00280011, {10}).Us(0x00280100, {8}).Us(0x00280103, {1});
  is_signed.Bytes(kPixelData, "OB", std::string(100, '\1'));
  EXPECT_EQ(category(is_signed, 199), ErrorCategory::kTooLarge);
  EXPECT_EQ(category(is_signed, 200), ErrorCategory::kNone);
}

TEST(InstanceTest, FloatPixelData) {
  DatasetWriter image = GreyImage(1, 2).Numbers<float>(0x7FE00008, "OF", {0.5f, -2.0f});
  ASSERT_OK_AND_ASSIGN(const auto single, ParseExplicit(image));
  EXPECT_THAT(SamplesOf<float>(single->DecodeFrame(1, Operation())->frame), ElementsAre(0.5f, -2.0f));
  DatasetWriter precise = GreyImage(1, 2).Numbers<double>(0x7FE00009, "OD", {0.5, -2.0});
  ASSERT_OK_AND_ASSIGN(const auto twice, ParseExplicit(precise));
  EXPECT_THAT(SamplesOf<float>(twice->DecodeFrame(1, Operation())->frame), ElementsAre(0.5f, -2.0f));
}

TEST(InstanceTest, EncapsulatedFrames) {
  // RLE (PS3.5 G): a header of 64 bytes (2 segments at 64 and 66), then high and low bytes as literal runs.
  const auto rle = [](uint16_t value) {
    DatasetWriter frame;
    frame.Number<uint32_t>(2).Number<uint32_t>(64).Number<uint32_t>(66).Raw(std::string(52, '\0'));
    return frame.Number<uint8_t>(0)
        .Number<uint8_t>(value >> 8)
        .Number<uint8_t>(0)
        .Number<uint8_t>(value & 0xFF)
        .bytes();
  };
  DatasetWriter image = GreyImage(1, 1).Text(kFrames, "IS", "2").Fragments({rle(0x1234), rle(0x5678)});
  ASSERT_OK_AND_ASSIGN(const auto instance, Parse(Part10File(testing::kRle, image.bytes())));
  EXPECT_THAT(SamplesOf<uint16_t>(instance->DecodeFrame(1, Operation())->frame), ElementsAre(0x1234));
  EXPECT_THAT(SamplesOf<uint16_t>(instance->DecodeFrame(2, Operation())->frame), ElementsAre(0x5678));
}

TEST(InstanceTest, SayWhatCannotBeShown) {
  DatasetWriter report = DatasetWriter().Text(0x00080016, "UI", "1.2.840.10008.5.1.4.1.1.88.11");
  const absl::Status no_image = ParseExplicit(report).status();
  EXPECT_EQ(CategoryOf(no_image), ErrorCategory::kUnsupported);
  EXPECT_THAT(std::string(no_image.message()), HasSubstr("BasicTextSRStorage"));
  const std::string video = GreyImage(1, 1).Fragments({"video"}).bytes();
  const absl::Status syntax = Parse(Part10File("1.2.840.10008.1.2.4.102", video)).status();
  EXPECT_EQ(CategoryOf(syntax), ErrorCategory::kUnsupported);
  EXPECT_EQ(CategoryOf(Parse(Part10File(testing::kExplicit, video)).status()), ErrorCategory::kBadInstance);
}

TEST(InstanceTest, PixelDataThatAreTooShortOrTooFewFrames) {
  EXPECT_EQ(CategoryOf(ParseExplicit(GreyImage(2, 3).Bytes(kPixelData, "OW", "12345678")).status()),
            ErrorCategory::kBadInstance);
  EXPECT_EQ(CategoryOf(ParseExplicit(GreyImage(65535, 65535).Bytes(kPixelData, "OW", "1234")).status()),
            ErrorCategory::kTooLarge);
  DatasetWriter frames = GreyImage(1, 1).Text(kFrames, "IS", "999999").Bytes(kPixelData, "OW", "12");
  EXPECT_EQ(CategoryOf(ParseExplicit(frames).status()), ErrorCategory::kBadInstance);
  DatasetWriter fragments = GreyImage(1, 1).Text(kFrames, "IS", "3").Fragments({"ab", "cd"});
  EXPECT_EQ(CategoryOf(Parse(Part10File(testing::kRle, fragments.bytes())).status()), ErrorCategory::kBadInstance);
}

// A file cut off anywhere is an error, but where only the last delimiter is gone.
TEST(InstanceTest, TruncatedAnywhere) {
  DatasetWriter image = GreyImage(2, 2, 12);
  image.Text(0x00281050, "DS", "40").Text(0x00281051, "DS", "400");
  image.Sequence(0x00283010, {DatasetWriter().Us(0x00283002, {2, 0, 16}).Us(0x00283006, {0, 65535})});
  const DatasetWriter group = DatasetWriter().Sequence(0x00289145, {DatasetWriter().Text(0x00281053, "DS", "2")});
  image.Sequence(0x52009229, {group}, false);

  const std::string native = DatasetWriter(image).Bytes(kPixelData, "OW", Words({1, 2, 3, 4})).bytes();
  const std::string native_file = Part10File(testing::kExplicit, native);
  EXPECT_THAT(Parse(native_file), IsOk());
  for (size_t size = 0; size < native_file.size(); ++size)
    EXPECT_FALSE(Parse(native_file.substr(0, size)).ok()) << size;

  const std::string compressed_file = Part10File(testing::kRle, DatasetWriter(image).Fragments({"abcd"}).bytes());
  EXPECT_THAT(Parse(compressed_file), IsOk());
  for (size_t size = 0; size < compressed_file.size(); ++size) {
    EXPECT_EQ(Parse(compressed_file.substr(0, size)).ok(), size == compressed_file.size() - 8) << size;
  }
}

// Every byte of a small file replaced by hostile values: any answer will do, as long as there is one.
TEST(InstanceTest, SurvivesDamageAnywhere) {
  DatasetWriter image = GreyImage(2, 2, 12).Text(kFrames, "IS", "2");
  image.Text(0x00281050, "DS", "40").Text(0x00281051, "DS", "400");
  image.Sequence(0x00283000, {DatasetWriter().Us(0x00283002, {2, 0, 16}).Us(0x00283006, {0, 65535})});
  image.Sequence(0x52009230, {DatasetWriter(), DatasetWriter()}, false);
  image.Bytes(kPixelData, "OW", Words({1, 2, 3, 4, 5, 6, 7, 8}));
  const std::string file = Part10File(testing::kExplicit, image.bytes());
  int shown = 0;
  for (size_t at = 128; at < file.size(); ++at) {
    for (const char value : {'\x00', '\x01', '\x7F', '\x80', '\xFF'}) {
      std::string damaged = file;
      damaged[at] = value;
      const Parsed instance = Parse(damaged);
      if (!instance.ok()) continue;
      if ((*instance)->DecodeFrame((*instance)->info().NumberOfFrames, Operation()).ok()) ++shown;
    }
  }
  EXPECT_GT(shown, 0);
}

TEST(InstanceTest, ManyThreadsDecodeOneInstance) {
  std::vector<uint16_t> pixels(64);
  for (size_t i = 0; i < pixels.size(); ++i) pixels[i] = i;
  DatasetWriter image = GreyImage(1, 1).Text(kFrames, "IS", "64").Bytes(kPixelData, "OW", Words(pixels));
  ASSERT_OK_AND_ASSIGN(const auto instance, ParseExplicit(image));
  std::vector<std::thread> threads;
  std::vector<int> right(4, 0);
  for (int& count : right) {
    threads.emplace_back([&instance, &count] {
      for (int number = 1; number <= 64; ++number) {
        const auto decoded = instance->DecodeFrame(number, Operation());
        if (decoded.ok() && SamplesOf<uint16_t>(decoded->frame)[0] == number - 1) ++count;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(right, ElementsAre(64, 64, 64, 64));
}

TEST(InstanceTest, InfoForDescriptions) {
  DatasetWriter image = GreyImage(1, 1).Text(0x00180040, "IS", "25").Text(0x00200032, "DS", "1\\2\\3");
  image.Text(0x00280030, "DS", "0.5\\0.25").Bytes(kPixelData, "OW", Words({1}));
  ASSERT_OK_AND_ASSIGN(const auto instance, ParseExplicit(image));
  const InstanceInfo& info = instance->info();
  EXPECT_EQ(info.FrameTime, 40);
  EXPECT_TRUE(info.FrameTimeVector.empty());
  EXPECT_EQ((*info.PixelSpacing)[0], 0.5);
  EXPECT_EQ((*info.PixelSpacing)[1], 0.25);
  EXPECT_EQ((*info.ImagePositionPatient)[2], 3);
  EXPECT_FALSE(info.ImageOrientationPatient);
  EXPECT_GT(instance->memory_bytes(), image.bytes().size());
}

// Objects without an image among the real files.
bool HasNoImage(const absl::Status& status) {
  return CategoryOf(status) == ErrorCategory::kUnsupported && absl::StrContains(status.message(), "holds no image");
}

TEST(InstanceTest, RealFiles) {
  const char* const folder = std::getenv("VITRINE_TEST_DATA");
  if (folder == nullptr) GTEST_SKIP() << "VITRINE_TEST_DATA is not set";
  int decoded_frames = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file() || entry.path().extension() == ".md") continue;
    std::ifstream stream(entry.path(), std::ios::binary);
    const std::string file((std::istreambuf_iterator<char>(stream)), std::istreambuf_iterator<char>());
    const Parsed instance = Parse(file);
    if (!instance.ok() && HasNoImage(instance.status())) continue;
    ASSERT_THAT(instance, IsOk()) << entry.path();
    const InstanceInfo& info = (*instance)->info();
    for (int number = 1; number <= info.NumberOfFrames; ++number) {
      const auto decoded = (*instance)->DecodeFrame(number, Operation());
      ASSERT_THAT(decoded, IsOk()) << entry.path() << " frame " << number;
      EXPECT_EQ(decoded->frame.size_bytes(), decoded->frame.row_bytes() * info.Rows) << entry.path();
      ++decoded_frames;
    }
  }
  EXPECT_GT(decoded_frames, 0);
}

}  // namespace
}  // namespace vitrine::dicom
