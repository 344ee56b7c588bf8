#include "dicom/fragments.h"

#include <string>
#include <vector>

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

Part10 Scan(const std::vector<std::string>& fragments, const std::vector<uint32_t>& offsets = {},
            const std::vector<uint64_t>& extended_offsets = {}) {
  DatasetWriter image = GreyImage(1, 2);
  if (!extended_offsets.empty()) image.Numbers<uint64_t>(0x7FE00001, "OV", extended_offsets);
  image.Fragments(fragments, offsets);
  return *ScanPart10(std::make_shared<const std::string>(Part10File(testing::kRle, image.bytes())), {});
}

// The frames' bytes, or the error.
absl::StatusOr<std::vector<std::string>> Frames(const Part10& part10, int count) {
  const absl::StatusOr<std::vector<uint32_t>> first = FirstFragments(*part10.data, part10.pixel_data, count);
  if (!first.ok()) return first.status();
  EXPECT_EQ(first->size(), count + 1u);
  std::vector<std::string> frames;
  for (int i = 0; i < count; ++i) {
    std::string joined;
    const auto fragments = absl::MakeConstSpan(part10.pixel_data.fragments);
    const auto bytes =
        JoinFragments(*part10.data, fragments.subspan((*first)[i], (*first)[i + 1] - (*first)[i]), &joined);
    frames.emplace_back(bytes.begin(), bytes.end());
  }
  return frames;
}

TEST(FragmentsTest, ASingleFrameHasAllFragments) {
  EXPECT_THAT(*Frames(Scan({"ab", "cd", "ef"}), 1), ElementsAre("abcdef"));
  EXPECT_THAT(*Frames(Scan({"ab", "cd"}, {0, 99}), 1), ElementsAre("abcd"));
}

TEST(FragmentsTest, OneFragmentAFrame) {
  EXPECT_THAT(*Frames(Scan({"ab", "cdef", "gh"}), 3), ElementsAre("ab", "cdef", "gh"));
  EXPECT_THAT(*Frames(Scan({"ab", "cdef", ""}), 2), ElementsAre("ab", "cdef"));
}

TEST(FragmentsTest, BasicOffsetTable) {
  // Each item header has 8 bytes.
  EXPECT_THAT(*Frames(Scan({"ab", "cd", "ef"}, {0, 20}), 2), ElementsAre("abcd", "ef"));
  EXPECT_THAT(*Frames(Scan({"ab", "cd", "ef"}, {0, 10}), 2), ElementsAre("ab", "cdef"));
}

TEST(FragmentsTest, ExtendedOffsetTable) {
  EXPECT_THAT(*Frames(Scan({"ab", "cd", "ef"}, {}, {0, 20}), 2), ElementsAre("abcd", "ef"));
  EXPECT_THAT(*Frames(Scan({"ab", "cd", "ef"}, {0, 10}, {0, uint64_t{1} << 40}), 2), ElementsAre("ab", "cdef"));
}

TEST(FragmentsTest, WrongTablesAreNotBelieved) {
  const std::vector<std::vector<uint32_t>> wrong = {{0, 11},          {8, 20}, {0, 0},     {20, 0},
                                                    {0, 4000000000u}, {0},     {0, 10, 20}};
  for (const std::vector<uint32_t>& offsets : wrong) {
    EXPECT_THAT(*Frames(Scan({"ab", "cd"}, offsets), 2), ElementsAre("ab", "cd"));
    EXPECT_EQ(CategoryOf(Frames(Scan({"ab", "cd", "ef", "gh"}, offsets), 2).status()), ErrorCategory::kBadInstance);
  }
}

TEST(FragmentsTest, DividesAtTheEndsOfCodestreams) {
  const std::string jpeg = "\xFF\xD8\xFF\xE0";
  const std::string jpeg_end = "\xFF\xD9";
  EXPECT_THAT(*Frames(Scan({jpeg + "a", "b" + jpeg_end, jpeg + "c" + jpeg_end}), 2),
              ElementsAre(jpeg + "a" + std::string(1, '\0') + "b" + jpeg_end + std::string(1, '\0'),
                          jpeg + "c" + jpeg_end + std::string(1, '\0')));
  const std::string j2k = "\xFF\x4F\xFF\x51";
  EXPECT_THAT(*Frames(Scan({j2k + "ab", "cd", "ef" + jpeg_end, j2k + "ij" + jpeg_end}), 2),
              ElementsAre(j2k + "abcdef" + jpeg_end, j2k + "ij" + jpeg_end));
  // A thumbnail inside a codestream also begins like one.
  EXPECT_THAT(*Frames(Scan({jpeg + "ab", jpeg + "cd" + jpeg_end, jpeg + jpeg_end}), 2),
              ElementsAre(jpeg + "ab" + jpeg + "cd" + jpeg_end, jpeg + jpeg_end));
}

TEST(FragmentsTest, RefusesWhatCannotBeDivided) {
  EXPECT_EQ(CategoryOf(Frames(Scan({"ab", "cd", "ef"}), 2).status()), ErrorCategory::kBadInstance);
  EXPECT_EQ(CategoryOf(Frames(Scan({"ab"}), 2).status()), ErrorCategory::kBadInstance);
  EXPECT_EQ(CategoryOf(Frames(Scan({}), 1).status()), ErrorCategory::kBadInstance);
}

}  // namespace
}  // namespace vitrine::dicom
