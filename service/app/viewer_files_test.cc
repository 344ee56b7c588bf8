#include "service/app/viewer_files.h"

#include <algorithm>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vitrine::service {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

http::Request Get(std::string segment, http::Fields headers = {}) {
  http::Request request;
  request.method = "GET";
  request.segments = {std::move(segment)};
  request.headers = std::move(headers);
  return request;
}

std::string Header(const http::Response& response, absl::string_view name) {
  const auto found = std::find_if(response.headers.begin(), response.headers.end(),
                                  [&](const auto& field) { return field.first == name; });
  return found == response.headers.end() ? "" : found->second;
}

TEST(ViewerFile, ServesThePageAtTheRoot) {
  const auto response = ViewerFile(Get(""));
  ASSERT_TRUE(response);
  EXPECT_EQ(response->status, 200);
  EXPECT_THAT(*response->body, StartsWith("<!doctype html>"));
  EXPECT_THAT(Header(*response, "Content-Type"), StartsWith("text/html"));
  EXPECT_THAT(Header(*response, "Content-Security-Policy"), HasSubstr("script-src 'self';"));
  EXPECT_EQ(Header(*response, "Content-Encoding"), "");
}

TEST(ViewerFile, CompressesWhereTheClientAccepts) {
  const auto compressed = ViewerFile(Get("embed.js", {{"accept-encoding", "br, gzip"}}));
  ASSERT_TRUE(compressed);
  EXPECT_EQ(Header(*compressed, "Content-Encoding"), "gzip");
  EXPECT_THAT(*compressed->body, StartsWith("\x1f\x8b"));
  EXPECT_LE(compressed->body->size(), 60'000);
  const auto refused = ViewerFile(Get("embed.js", {{"accept-encoding", "gzip;q=0"}}));
  ASSERT_TRUE(refused);
  EXPECT_EQ(Header(*refused, "Content-Encoding"), "");
  EXPECT_NE(Header(*refused, "ETag"), Header(*compressed, "ETag"));
}

TEST(ViewerFile, AnswersNotModified) {
  const auto first = ViewerFile(Get("app.js"));
  ASSERT_TRUE(first);
  const auto second = ViewerFile(Get("app.js", {{"if-none-match", Header(*first, "ETag")}}));
  ASSERT_TRUE(second);
  EXPECT_EQ(second->status, 304);
  EXPECT_EQ(second->body, nullptr);
}

TEST(ViewerFile, KnowsOnlyItsOwn) {
  EXPECT_FALSE(ViewerFile(Get("dicom-web")));
  http::Request below = Get("embed.js");
  below.segments.push_back("more");
  EXPECT_FALSE(ViewerFile(below));
}

}  // namespace
}  // namespace vitrine::service
