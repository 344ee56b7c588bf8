#include "service/dicomweb/accept.h"

#include <optional>
#include <string>

#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace vitrine::service {
namespace {

constexpr auto kJpeg = v1::Output::JPEG;
constexpr auto kPng = v1::Output::PNG;
constexpr auto kGif = v1::Output::GIF;
constexpr auto kOne = Offer::kPicture;
constexpr auto kSeveral = Offer::kPictures;

constexpr auto kMp4 = v1::Output::MP4;

absl::Status Available() { return absl::OkStatus(); }
absl::Status Unavailable() { return MakeError(ErrorCategory::kUnsupported, "there is no encoder"); }

struct Case {
  const char* accept;
  const char* query;  // The accept parameter, or null.
  Offer offer;
  std::optional<v1::Output::Format> format;  // Nothing: 406.
  bool multipart;
};

class Accept : public ::testing::TestWithParam<Case> {};

TEST_P(Accept, Negotiates) {
  const Case& c = GetParam();
  http::Request request;
  request.headers = {{"accept", c.accept}};
  if (c.query != nullptr) request.params = {{"accept", c.query}};
  const auto representation = Negotiate(request, c.offer, Available);
  if (!c.format) {
    EXPECT_EQ(CategoryOf(representation.status()), ErrorCategory::kNotAcceptable);
    return;
  }
  ASSERT_TRUE(representation.ok()) << representation.status();
  EXPECT_EQ(representation->format, *c.format);
  EXPECT_EQ(representation->multipart, c.multipart);
}

// PS3.18 8.7.5 to 8.7.8, and what browsers, curl and OHIF send.
INSTANTIATE_TEST_SUITE_P(
    All, Accept,
    ::testing::Values(
        Case{"image/jpeg", nullptr, kOne, kJpeg, false}, Case{"image/png", nullptr, kOne, kPng, false},
        Case{"*/*", nullptr, kOne, kJpeg, false}, Case{"image/*", nullptr, kOne, kJpeg, false},
        Case{"IMAGE/PNG", nullptr, kOne, kPng, false},
        Case{"image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", nullptr, kOne, kJpeg, false},
        Case{"image/jpeg;q=0.5, image/png;q=0.9", nullptr, kOne, kPng, false},
        Case{"image/png;q=0, */*", nullptr, kOne, kJpeg, false},
        Case{"image/jpeg;q=0, */*", nullptr, kOne, kPng, false},
        Case{"multipart/related; type=\"image/jpeg\"", nullptr, kOne, kJpeg, true},
        Case{"multipart/related; type=image/png", nullptr, kOne, kPng, true},
        Case{"multipart/related;type=\"image/png\";q=0.2, image/jpeg", nullptr, kOne, kJpeg, false},
        Case{"image/gif", nullptr, kOne, kGif, false}, Case{"image/webp", nullptr, kOne, std::nullopt, false},
        Case{"garbage", nullptr, kOne, std::nullopt, false}, Case{"garbage, image/png", nullptr, kOne, kPng, false},
        Case{"image/png;q=7, image/jpeg", nullptr, kOne, kJpeg, false}, Case{"*/*", "image/png", kOne, kPng, false},
        Case{"image/jpeg", "image/png", kOne, kPng, false},
        Case{"multipart/related; type=\"application/octet-stream\"", "image/jpeg", kOne, kJpeg, false},
        Case{"image/jpeg", "text/plain", kOne, std::nullopt, false},
        Case{"image/jpeg", nullptr, kSeveral, std::nullopt, false}, Case{"*/*", nullptr, kSeveral, kJpeg, true},
        Case{"multipart/related; type=\"image/png\"", nullptr, kSeveral, kPng, true}));

// PS3.18 Table 8.7.4-1: an animation is of the multi-frame category, which has no still types.
INSTANTIATE_TEST_SUITE_P(
    Animations, Accept,
    ::testing::Values(Case{"*/*", nullptr, Offer::kAnimation, kGif, false},
                      Case{"image/*", nullptr, Offer::kAnimation, kGif, false},
                      Case{"image/gif", nullptr, Offer::kAnimation, kGif, false},
                      Case{"image/jpeg", nullptr, Offer::kAnimation, std::nullopt, false},
                      Case{"multipart/related; type=\"image/png\"", nullptr, Offer::kAnimation, kPng, true},
                      Case{"video/mp4", nullptr, Offer::kAnimation, kMp4, false},
                      Case{"video/*", nullptr, Offer::kAnimation, kMp4, false},
                      Case{"video/mpeg", nullptr, Offer::kAnimation, std::nullopt, false},
                      Case{"image/*, video/*", nullptr, Offer::kAnimation, kGif, false},
                      Case{"image/gif;q=0.5, video/mp4", nullptr, Offer::kAnimation, kMp4, false},
                      Case{"image/gif, video/mp4;q=0.9", nullptr, Offer::kAnimation, kGif, false},
                      Case{"image/gif;q=0, */*", nullptr, Offer::kAnimation, kJpeg, true},
                      Case{"*/*", "video/mp4", Offer::kAnimation, kMp4, false},
                      Case{"image/gif", "video/mp4", Offer::kAnimation, kMp4, false},
                      Case{"multipart/related; type=\"video/mp4\"", nullptr, Offer::kAnimation, std::nullopt, false},
                      Case{"video/mp4", nullptr, Offer::kPictureOrAnimation, kMp4, false},
                      Case{"video/mp4", nullptr, Offer::kPicture, std::nullopt, false},
                      Case{"video/mp4", nullptr, Offer::kPictures, std::nullopt, false},
                      Case{"*/*", nullptr, Offer::kPictureOrAnimation, kJpeg, false},
                      Case{"image/gif", nullptr, Offer::kPictureOrAnimation, kGif, false},
                      Case{"multipart/related", nullptr, Offer::kPictureOrAnimation, kJpeg, true}));

http::Request Accepting(absl::string_view accept) {
  http::Request request;
  request.headers = {{"accept", std::string(accept)}};
  return request;
}

TEST(AcceptVideo, GivesWayWhereThereIsNone) {
  const auto gif = Negotiate(Accepting("video/mp4, image/gif;q=0.1"), Offer::kAnimation, Unavailable);
  ASSERT_TRUE(gif.ok()) << gif.status();
  EXPECT_EQ(gif->format, kGif);
  const absl::Status none = Negotiate(Accepting("video/mp4"), Offer::kAnimation, Unavailable).status();
  EXPECT_EQ(CategoryOf(none), ErrorCategory::kNotAcceptable);
  EXPECT_EQ(none.message(), "there is no encoder");
}

TEST(AcceptVideo, IsAskedForOnlyWhereItWouldBeChosen) {
  int asked = 0;
  const auto count = [&] {
    ++asked;
    return absl::OkStatus();
  };
  for (const absl::string_view accept : {"*/*", "image/gif, video/mp4", "image/*", "multipart/related"}) {
    EXPECT_TRUE(Negotiate(Accepting(accept), Offer::kAnimation, count).ok()) << accept;
  }
  EXPECT_EQ(asked, 0);
  EXPECT_TRUE(Negotiate(Accepting("video/mp4"), Offer::kAnimation, count).ok());
  EXPECT_EQ(asked, 1);
}

TEST(AcceptErrors, NoAcceptHeaderIsNotAcceptable) {
  EXPECT_EQ(CategoryOf(Negotiate(http::Request(), kOne, Available).status()), ErrorCategory::kNotAcceptable);
}

TEST(AcceptErrors, TheQueryParameterStandsInForAMissingHeader) {
  http::Request request;
  request.params = {{"accept", "image/png"}};
  ASSERT_OK_AND_ASSIGN(const Representation representation, Negotiate(request, kOne));
  EXPECT_EQ(representation.format, kPng);
}

TEST(AcceptSingle, KnowsTypesAndWildcards) {
  const auto accepts = [](const std::string& header) {
    http::Request request;
    request.headers = {{"accept", header}};
    return Accepts(request, "application/pdf");
  };
  // The second is what Chromium sends for <object>.
  for (const char* header :
       {"application/pdf", "text/html,application/xhtml+xml,image/avif,*/*;q=0.8", "application/*"}) {
    EXPECT_TRUE(accepts(header)) << header;
  }
  for (const char* header : {"image/jpeg", "application/pdf;q=0", "multipart/related; type=\"application/pdf\"", ""}) {
    EXPECT_FALSE(accepts(header)) << header;
  }
}

TEST(AcceptErrors, DicomAndRenderedTypesMustNotBeMixed) {
  http::Request request;
  request.headers = {{"accept", "image/jpeg, application/dicom"}};
  EXPECT_EQ(CategoryOf(Negotiate(request, kOne, Available).status()), ErrorCategory::kInvalidRequest);
  EXPECT_EQ(CategoryOf(Negotiate(Accepting("video/mp4, application/dicom"), kOne, Available).status()),
            ErrorCategory::kInvalidRequest);
}

TEST(AcceptJson, IsReadAsMediaTypes) {
  const auto accepts = [](absl::string_view header, absl::string_view query) {
    http::Request request;
    if (!header.empty()) request.headers = {{"accept", std::string(header)}};
    if (!query.empty()) request.params = {{"accept", std::string(query)}};
    return CheckAcceptsJson(request).ok();
  };
  for (const absl::string_view header :
       {"", "*/*", "Application/DICOM+JSON", "application/json;q=0.2", "text/html, */*;q=0.1"}) {
    EXPECT_TRUE(accepts(header, "")) << header;
  }
  for (const absl::string_view header : {"text/html", "application/dicom+json;q=0, text/html", "garbage",
                                         "multipart/related; type=\"application/dicom+xml\""}) {
    EXPECT_FALSE(accepts(header, "")) << header;
  }
  EXPECT_TRUE(accepts("*/*", "application/dicom+json"));
  EXPECT_FALSE(accepts("*/*", "application/dicom+xml"));
}

}  // namespace
}  // namespace vitrine::service
