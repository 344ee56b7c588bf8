#include "fetch/multipart.h"

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "fetch/media_type.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vitrine::fetch {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::IsOk;

std::vector<std::string> Bodies(absl::string_view content_type, absl::string_view body) {
  const auto parts = ParseMultipart(ParseMediaType(content_type), body);
  EXPECT_THAT(parts, IsOk());
  std::vector<std::string> bodies;
  if (parts.ok()) {
    for (const MultipartPart& part : *parts) bodies.emplace_back(part.body);
  }
  return bodies;
}

constexpr char kType[] = "multipart/related; type=\"application/dicom\"; boundary=abc";

TEST(MediaTypeTest, ReadsTypeAndParameters) {
  const MediaType type = ParseMediaType("Multipart/Related; Type=\"application/dicom\" ;BOUNDARY=\"a;b=\\\"c\"; x");
  EXPECT_EQ(type.type, "multipart/related");
  EXPECT_EQ(type.Parameter("type"), "application/dicom");
  EXPECT_EQ(type.Parameter("boundary"), "a;b=\"c");
  EXPECT_EQ(type.Parameter("x"), "");
}

TEST(MediaTypeTest, SurvivesNonsense) {
  EXPECT_EQ(ParseMediaType("").type, "");
  EXPECT_EQ(ParseMediaType(";;;=;a=;b=\"").Parameter("a"), "");
  EXPECT_EQ(ParseMediaType("a/b; c=\"unclosed").Parameter("c"), "unclosed");
  EXPECT_EQ(ParseMediaType("a/b; c=\"x\" junk; d=e").Parameter("d"), "e");
}

TEST(MultipartTest, ReadsPartsAsTheStandardHasThem) {
  const std::string body =
      "--abc\r\nContent-Type: application/dicom\r\n\r\nfirst\r\n--abc\r\nContent-Type: application/dicom\r\n\r\nsecond"
      "\r\n--abc--\r\n";
  const auto parts = ParseMultipart(ParseMediaType(kType), body);
  ASSERT_THAT(parts, IsOk());
  ASSERT_EQ(parts->size(), 2u);
  EXPECT_EQ((*parts)[0].Header("content-TYPE"), "application/dicom");
  EXPECT_EQ((*parts)[0].body, "first");
  EXPECT_EQ((*parts)[1].body, "second");
  EXPECT_EQ((*parts)[1].body.data(), body.data() + body.find("second"));  // No copy.
}

struct QuirkCase {
  const char* name;
  std::string content_type;
  std::string body;
  std::vector<std::string> expected;
};

class MultipartQuirkTest : public ::testing::TestWithParam<QuirkCase> {};

TEST_P(MultipartQuirkTest, IsUnderstood) {
  EXPECT_EQ(Bodies(GetParam().content_type, GetParam().body), GetParam().expected);
}

std::vector<QuirkCase> QuirkCases() {
  using std::string;
  return {
      {"quoted_boundary", "multipart/related; boundary=\"a b\"", "--a b\r\n\r\nx\r\n--a b--", {"x"}},
      {"unquoted_type", "multipart/related; type=application/dicom; boundary=abc", "--abc\r\n\r\nx\r\n--abc--", {"x"}},
      {"preamble", kType, "This is a message.\r\n--abc\r\n\r\nx\r\n--abc--", {"x"}},
      {"leading_line_break", kType, "\r\n--abc\r\n\r\nx\r\n--abc--", {"x"}},
      {"epilogue", kType, "--abc\r\n\r\nx\r\n--abc--\r\nbye\r\n--abc\r\n\r\ny", {"x"}},
      {"no_final_delimiter", kType, "--abc\r\n\r\nx", {"x"}},
      {"no_final_delimiter_but_length", kType, "--abc\r\nContent-Length: 1\r\n\r\nx\r\n", {"x"}},
      {"final_delimiter_without_dashes", kType, "--abc\r\n\r\nx\r\n--abc", {"x"}},
      {"lf_only", kType, "--abc\nContent-Type: a/b\n\nx\n--abc\n\ny\n--abc--\n", {"x", "y"}},
      {"lf_headers_crlf_delimiters", kType, "--abc\r\nA: b\n\nx\r\n--abc--\r\n", {"x"}},
      {"repeated_headers", kType, "--abc\r\nMIME-Version: 1.0\r\nMIME-Version: 1.0\r\n\r\nx\r\n--abc--", {"x"}},
      {"length_too_small", kType, "--abc\r\nContent-Length: 1\r\n\r\nxyz\r\n--abc--", {"xyz"}},
      {"length_too_large", kType, "--abc\r\nContent-Length: 99999999\r\n\r\nxyz\r\n--abc--", {"xyz"}},
      {"length_is_no_number", kType, "--abc\r\nContent-Length: -1\r\n\r\nxyz\r\n--abc--", {"xyz"}},
      {"white_space_after_boundary", kType, "--abc \t\r\n\r\nx\r\n--abc--", {"x"}},
      {"empty_part", kType, "--abc\r\n\r\n\r\n--abc--", {""}},
      {"empty_part_without_line_break", kType, "--abc\r\n\r\n--abc--", {""}},
      {"folded_header", kType, "--abc\r\nA: b\r\n c\r\n\r\nx\r\n--abc--", {"x"}},
      {"no_boundary_bare_part", "multipart/related; type=\"application/octet-stream\"", "x\r\ny", {"x\r\ny"}},
      {"no_boundary_but_first_line", "multipart/related", "--q\r\n\r\nx\r\n--q--\r\n", {"x"}},
      {"wrong_boundary_but_first_line", kType, "--q\r\n\r\nx\r\n--q--\r\n", {"x"}},
      {"boundary_with_dashes", "multipart/related; boundary=----W", "------W\r\n\r\nx\r\n------W--", {"x"}},
      {"payload_ends_in_cr", kType, "--abc\n\nx\r\r\n--abc--", {"x\r"}},
      {"binary_zeroes", kType, string("--abc\r\n\r\n\0\0\r\n\0\r\n--abc--", 24), {string("\0\0\r\n\0", 5)}},
      // Bytes that look like a delimiter but are none.
      {"boundary_without_line_break", kType, "--abc\r\n\r\nx--abc--y\r\n--abc--", {"x--abc--y"}},
      {"longer_boundary", kType, "--abc\r\n\r\nx\r\n--abcd\r\ny\r\n--abc--", {"x\r\n--abcd\r\ny"}},
      {"boundary_case", kType, "--abc\r\n\r\nx\r\n--ABC\r\ny\r\n--abc--", {"x\r\n--ABC\r\ny"}},
      {"boundary_with_one_dash", kType, "--abc\r\n\r\nx\r\n-abc\r\ny\r\n--abc--", {"x\r\n-abc\r\ny"}},
      {"whole_delimiter_inside_length",
       kType,
       "--abc\r\nContent-Length: 13\r\n\r\nx\r\n--abc\r\n\r\ny\r\n--abc--",
       {"x\r\n--abc\r\n\r\ny"}},
  };
}

INSTANTIATE_TEST_SUITE_P(Wild, MultipartQuirkTest, ::testing::ValuesIn(QuirkCases()),
                         [](const auto& info) { return std::string(info.param.name); });

TEST(MultipartTest, RefusesWhatHasNoMeaning) {
  for (const std::string& body : {std::string(), std::string("--abc\r\nheader without end"), std::string("--abc\r\n"),
                                  absl::StrCat("--abc\r\nA: ", std::string(100'000, 'x'), "\r\n\r\nx\r\n--abc--")}) {
    const auto parts = ParseMultipart(ParseMediaType(kType), body);
    ASSERT_FALSE(parts.ok()) << body.substr(0, 30);
    EXPECT_EQ(CategoryOf(parts.status()), ErrorCategory::kArchiveProtocol);
  }
}

TEST(MultipartTest, OnlyAFinalDelimiterMeansNoParts) { EXPECT_THAT(Bodies(kType, "--abc--\r\n"), IsEmpty()); }

TEST(MultipartTest, BoundsTheNumberOfParts) {
  std::string body;
  for (int i = 0; i < 100'001; ++i) body += "--abc\r\n\r\nx\r\n";
  EXPECT_FALSE(ParseMultipart(ParseMediaType(kType), body + "--abc--").ok());
}

// Every prefix of an answer and every answer with one byte changed gives parts inside the body, or an error.
TEST(MultipartTest, HostileVariantsStayInsideTheBody) {
  const std::string good = "pre\r\n--abc\r\nContent-Length: 3\r\nB: c\r\n\r\nx\ny\r\n--abc\n\nz\r\n--abc--\r\n";
  std::vector<std::string> variants;
  for (size_t i = 0; i <= good.size(); ++i) variants.push_back(good.substr(0, i));
  for (size_t i = 0; i < good.size(); ++i) {
    for (const char c : {'\0', '\r', '\n', '-', 'a', ':', '9', '\xFF'}) {
      variants.push_back(good);
      variants.back()[i] = c;
    }
  }
  for (const std::string& variant : variants) {
    const auto parts = ParseMultipart(ParseMediaType(kType), variant);
    if (!parts.ok()) continue;
    for (const MultipartPart& part : *parts) {
      EXPECT_GE(part.body.data(), variant.data());
      EXPECT_LE(part.body.data() + part.body.size(), variant.data() + variant.size());
    }
  }
}

}  // namespace
}  // namespace vitrine::fetch
