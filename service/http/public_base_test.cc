#include "service/http/public_base.h"

#include "gtest/gtest.h"

namespace vitrine::http {
namespace {

std::string Base(Fields headers, absl::string_view configured = "") {
  Request request;
  request.headers = std::move(headers);
  return PublicBase(request, configured);
}

TEST(PublicBase, IsTheHostThatTheClientNamed) {
  EXPECT_EQ(Base({{"host", "127.0.0.1:8080"}}), "http://127.0.0.1:8080");
  EXPECT_EQ(Base({{"host", "[::1]:8080"}}), "http://[::1]:8080");
}

TEST(PublicBase, IsWhatTheProxySays) {
  EXPECT_EQ(Base({{"host", "worker:80"}, {"x-forwarded-host", "pacs.example, inner"}, {"x-forwarded-proto", "https"}}),
            "https://pacs.example");
  EXPECT_EQ(Base({{"host", "pacs.example"}, {"x-forwarded-prefix", "/images/"}}), "http://pacs.example/images");
}

TEST(PublicBase, TheConfiguredOneWins) {
  EXPECT_EQ(Base({{"host", "a"}, {"x-forwarded-host", "b"}}, "https://c/d/"), "https://c/d");
}

TEST(PublicBase, NothingThatCouldEndAString) {
  EXPECT_EQ(Base({{"host", "a\",\"x"}}), "");
  EXPECT_EQ(Base({{"host", "a/b"}}), "");
  EXPECT_EQ(Base({{"host", "a"}, {"x-forwarded-prefix", "//evil\\"}}), "");
  EXPECT_EQ(Base({{"host", "a"}, {"x-forwarded-prefix", "evil"}}), "");
  EXPECT_EQ(Base({}), "");
}

}  // namespace
}  // namespace vitrine::http
