#include "fetch/multipart_reader.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vitrine::fetch {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr uint64_t kLimit = 1000;

struct Result {
  std::vector<std::string> parts;
  absl::Status status;
  bool ended = false;
};

// All parts of a body that arrives in pieces of `size` bytes.
Result Read(absl::string_view body, size_t size) {
  MultipartReader reader("abc", kLimit);
  Result result;
  for (size_t at = 0; at < body.size(); at += size) {
    std::string piece(body.substr(at, size));
    reader.Append(piece);
    EXPECT_EQ(piece, "");
    while (true) {
      absl::StatusOr<std::optional<std::string>> part = reader.Next();
      if (!part.ok()) {
        result.status = part.status();
        return result;
      }
      if (!part->has_value()) break;
      result.parts.push_back(**std::move(part));
    }
  }
  result.ended = reader.ended();
  return result;
}

struct Case {
  std::string name;
  std::string body;
  std::vector<std::string> parts;
};

class MultipartReaderTest : public ::testing::TestWithParam<Case> {};

TEST_P(MultipartReaderTest, GivesThePartsHoweverTheyArrive) {
  for (size_t size = 1; size <= GetParam().body.size(); ++size) {
    const Result result = Read(GetParam().body, size);
    ASSERT_TRUE(result.status.ok()) << result.status << " in pieces of " << size;
    EXPECT_EQ(result.parts, GetParam().parts) << "in pieces of " << size;
    EXPECT_TRUE(result.ended) << "in pieces of " << size;
  }
}

INSTANTIATE_TEST_SUITE_P(
    Bodies, MultipartReaderTest,
    ::testing::Values(
        Case{"Plain", "--abc\r\nA: b\r\n\r\nfirst\r\n--abc\r\n\r\nsecond\r\n--abc--\r\n", {"first", "second"}},
        Case{"Counted",
             "--abc\r\nContent-Length: 5\r\n\r\nfirst\r\n--abc\r\ncontent-length:6\r\nA: b\r\n\r\nsecond\r\n--abc--",
             {"first", "second"}},
        Case{"CountedPayloadWithADelimiterInIt",
             "--abc\r\nContent-Length: 14\r\n\r\n\r\n--abc\r\n\r\nxyz\r\n--abc--\r\n",
             {"\r\n--abc\r\n\r\nxyz"}},
        Case{"AlmostDelimiters",
             "--abc\r\n\r\n\r\n--abcd\r\n--ab\n--abc-\r\n--abc x\r\n\r\n--abc--\r\n",
             {"\r\n--abcd\r\n--ab\n--abc-\r\n--abc x\r\n"}},
        Case{"LineFeedsAlone", "--abc\nContent-Length: 1\n\nx\n--abc\n\ny\n--abc--\n", {"x", "y"}},
        Case{
            "PreambleAndWhiteSpace", "Hello\r\n--abcd\r\n--abc \t\r\n\r\nx\r\n--abc  \r\n\r\ny\r\n--abc--", {"x", "y"}},
        Case{"EmptyCountedPayload", "--abc\r\nContent-Length: 0\r\n\r\n\r\n--abc--\r\n", {""}},
        Case{"NoParts", "--abc--\r\n", {}}, Case{"Epilogue", "--abc\r\n\r\nx\r\n--abc--\r\n--abc\r\n\r\ny", {"x"}}),
    [](const auto& info) { return info.param.name; });

TEST(MultipartReaderErrorTest, ABodyThatBreaksOffDoesNotEnd) {
  const std::string body = "--abc\r\nContent-Length: 5\r\n\r\nfirst\r\n--abc\r\n\r\nsecond\r\n--abc--";
  for (size_t length = 0; length < body.size(); ++length) {
    const Result result = Read(body.substr(0, length), 7);
    EXPECT_TRUE(result.status.ok()) << result.status;
    EXPECT_FALSE(result.ended) << "after " << length << " bytes";
  }
}

ErrorCategory Error(const std::string& body) {
  const ErrorCategory category = CategoryOf(Read(body, body.size()).status);
  EXPECT_EQ(CategoryOf(Read(body, 1).status), category) << body.substr(0, 100);
  return category;
}

TEST(MultipartReaderErrorTest, AWrongLengthIsAnError) {
  EXPECT_EQ(Error("--abc\r\nContent-Length: 4\r\n\r\nfirst\r\n--abc--\r\n"), ErrorCategory::kArchiveProtocol);
  EXPECT_EQ(Error("--abc\r\nContent-Length: 7\r\n\r\nfirst\r\n--abc--\r\n"), ErrorCategory::kArchiveProtocol);
}

TEST(MultipartReaderErrorTest, WhatIsTooLargeIsNotAwaited) {
  EXPECT_EQ(Error(absl::StrCat("--abc\r\nContent-Length: ", kLimit + 1, "\r\n\r\n")), ErrorCategory::kTooLarge);
  EXPECT_EQ(Error("--abc\r\n\r\n" + std::string(kLimit + 20, 'x')), ErrorCategory::kTooLarge);
  EXPECT_EQ(Error("--abc\r\n" + std::string(40'000, 'x')), ErrorCategory::kArchiveProtocol);
  EXPECT_EQ(Error(std::string(40'000, 'x')), ErrorCategory::kArchiveProtocol);
}

}  // namespace
}  // namespace vitrine::fetch
