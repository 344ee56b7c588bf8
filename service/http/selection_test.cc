#include "service/http/selection.h"

#include "gtest/gtest.h"

namespace vitrine::http {
namespace {

Request With(const std::string& name, const std::string& value) {
  Request request;
  request.headers.emplace_back(name, value);
  return request;
}

TEST(Selection, TagsCompareWeaklyAndWhole) {
  const auto matches = [](const std::string& header) {
    return MatchesEntityTag(With("if-none-match", header), "\"abc\"");
  };
  EXPECT_TRUE(matches("\"abc\""));
  EXPECT_TRUE(matches("W/\"abc\""));
  EXPECT_TRUE(matches("\"x\", \"abc\""));
  EXPECT_TRUE(matches("*"));
  EXPECT_FALSE(matches("\"abcd\""));
  EXPECT_FALSE(matches("abc"));
  EXPECT_FALSE(matches(""));
  EXPECT_FALSE(MatchesEntityTag(Request(), "\"abc\""));
}

TEST(Selection, CodingsAreNamedAndNotRefused) {
  const auto takes = [](const std::string& header) { return AcceptsCoding(With("accept-encoding", header), "gzip"); };
  EXPECT_TRUE(takes("gzip"));
  EXPECT_TRUE(takes("br, GZIP"));
  EXPECT_TRUE(takes("br;q=1, gzip;q=0.5"));
  EXPECT_FALSE(takes("gzip;q=0"));
  EXPECT_FALSE(takes("br, gzip; q=0.000"));
  EXPECT_FALSE(takes("x-gzip"));
  EXPECT_FALSE(takes(""));
  EXPECT_FALSE(AcceptsCoding(Request(), "gzip"));
}

}  // namespace
}  // namespace vitrine::http
