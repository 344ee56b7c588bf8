#include "service/dicomweb/stored_media.h"

#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace vitrine::service {
namespace {

constexpr absl::string_view kNative = "1.2.840.10008.1.2.1";
constexpr absl::string_view kJpegLs = "1.2.840.10008.1.2.4.80";

std::vector<MediaRange> Accept(const std::string& header, const std::string& query = "") {
  http::Request request;
  request.headers = {{"accept", header}};
  if (!query.empty()) request.params = {{"accept", query}};
  return StoredAccept(request);
}

struct Case {
  const char* accept;
  absl::string_view syntax;
  const char* content_type;  // "": 406.
  bool multipart;
};

class Frames : public ::testing::TestWithParam<Case> {};

TEST_P(Frames, AreHandedOutAsAsked) {
  const Case& c = GetParam();
  const auto media = MediaOfFrames(Accept(c.accept), c.syntax);
  if (*c.content_type == '\0') {
    EXPECT_EQ(CategoryOf(media.status()), ErrorCategory::kNotAcceptable);
    return;
  }
  ASSERT_TRUE(media.ok()) << media.status();
  EXPECT_EQ(media->content_type, c.content_type);
  EXPECT_EQ(media->multipart, c.multipart);
}

// The first three are what OHIF sends: unquoted, quoted, and for microscopy.
INSTANTIATE_TEST_SUITE_P(
    All, Frames,
    ::testing::Values(
        Case{"multipart/related; type=application/octet-stream; transfer-syntax=*", kNative,
             "application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1", true},
        Case{R"(multipart/related; type="application/octet-stream"; transfer-syntax="*")", kJpegLs,
             "application/octet-stream; transfer-syntax=1.2.840.10008.1.2.4.80", true},
        Case{
            R"(multipart/related; type="image/jls"; transfer-syntax=1.2.840.10008.1.2.4.80, multipart/related; type="image/jp2"; transfer-syntax=1.2.840.10008.1.2.4.90)",
            kJpegLs, "image/jls; transfer-syntax=1.2.840.10008.1.2.4.80", true},
        Case{"*/*", kJpegLs, "image/jls; transfer-syntax=1.2.840.10008.1.2.4.80", true},
        Case{"*/*", kNative, "application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1", true},
        Case{"application/octet-stream", kNative, "application/octet-stream; transfer-syntax=1.2.840.10008.1.2.1",
             false},
        Case{"application/octet-stream; transfer-syntax=*", kJpegLs,
             "application/octet-stream; transfer-syntax=1.2.840.10008.1.2.4.80", false},
        Case{"image/jls", kJpegLs, "image/jls; transfer-syntax=1.2.840.10008.1.2.4.80", false},
        Case{"multipart/related; type=\"application/octet-stream\"", kJpegLs, "", true},
        Case{"multipart/related; type=\"application/octet-stream\"; transfer-syntax=1.2.840.10008.1.2.4.90", kJpegLs,
             "", true},
        Case{"image/jpeg", kJpegLs, "", true}, Case{"text/html", kNative, "", true},
        Case{"image/jls;q=0, application/dicom", kJpegLs, "", true}));

TEST(StoredAccept, TheQueryWinsAndTheMostWantedComesFirst) {
  const auto ranges = Accept("text/html", "image/jls;q=0.2, application/octet-stream;q=0.7, image/jp2;q=0");
  ASSERT_EQ(ranges.size(), 2);
  EXPECT_EQ(ranges[0].type, "application/octet-stream");
  EXPECT_EQ(ranges[1].type, "image/jls");
  EXPECT_EQ(StoredAccept(http::Request()).size(), 1);
}

TEST(StoredAccept, IsWrittenForArchives) {
  const auto text = [](const char* accept) { return MultipartAccept(Accept(accept).front(), "application/dicom"); };
  EXPECT_EQ(text("application/dicom"), "multipart/related; type=\"application/dicom\"");
  EXPECT_EQ(text("multipart/related; type=application/dicom; transfer-syntax=\"*\""),
            "multipart/related; type=\"application/dicom\"; transfer-syntax=*");
  EXPECT_EQ(text("*/*"), "multipart/related; type=\"application/dicom\"; transfer-syntax=*");
}

}  // namespace
}  // namespace vitrine::service
