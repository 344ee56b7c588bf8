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

struct Case {
  const char* accept;
  const char* query;  // The accept parameter, or null.
  bool several;
  std::optional<v1::Output::Format> format;  // Nothing: 406.
  bool multipart;
};

class Accept : public ::testing::TestWithParam<Case> {};

TEST_P(Accept, Negotiates) {
  const Case& c = GetParam();
  http::Request request;
  request.headers = {{"accept", c.accept}};
  if (c.query != nullptr) request.params = {{"accept", c.query}};
  const auto representation = Negotiate(request, c.several);
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
        Case{"image/jpeg", nullptr, false, kJpeg, false}, Case{"image/png", nullptr, false, kPng, false},
        Case{"*/*", nullptr, false, kJpeg, false}, Case{"image/*", nullptr, false, kJpeg, false},
        Case{"IMAGE/PNG", nullptr, false, kPng, false},
        Case{"image/avif,image/webp,image/apng,image/svg+xml,image/*,*/*;q=0.8", nullptr, false, kJpeg, false},
        Case{"image/jpeg;q=0.5, image/png;q=0.9", nullptr, false, kPng, false},
        Case{"image/png;q=0, */*", nullptr, false, kJpeg, false},
        Case{"image/jpeg;q=0, */*", nullptr, false, kPng, false},
        Case{"multipart/related; type=\"image/jpeg\"", nullptr, false, kJpeg, true},
        Case{"multipart/related; type=image/png", nullptr, false, kPng, true},
        Case{"multipart/related;type=\"image/png\";q=0.2, image/jpeg", nullptr, false, kJpeg, false},
        Case{"image/gif", nullptr, false, std::nullopt, false}, Case{"garbage", nullptr, false, std::nullopt, false},
        Case{"garbage, image/png", nullptr, false, kPng, false},
        Case{"image/png;q=7, image/jpeg", nullptr, false, kJpeg, false}, Case{"*/*", "image/png", false, kPng, false},
        Case{"image/jpeg", "image/png", false, std::nullopt, false},
        Case{"image/jpeg", nullptr, true, std::nullopt, false}, Case{"*/*", nullptr, true, kJpeg, true},
        Case{"multipart/related; type=\"image/png\"", nullptr, true, kPng, true}));

TEST(AcceptErrors, NoAcceptHeaderIsNotAcceptable) {
  EXPECT_EQ(CategoryOf(Negotiate(http::Request(), false).status()), ErrorCategory::kNotAcceptable);
}

TEST(AcceptErrors, DicomAndRenderedTypesMustNotBeMixed) {
  http::Request request;
  request.headers = {{"accept", "image/jpeg, application/dicom"}};
  EXPECT_EQ(CategoryOf(Negotiate(request, false).status()), ErrorCategory::kInvalidRequest);
}

}  // namespace
}  // namespace vitrine::service
