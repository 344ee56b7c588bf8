#include "service/http/cors.h"

#include <string>

#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace vitrine::http {
namespace {

using ::testing::HasSubstr;

Request From(const std::string& method, Fields headers) {
  Request request;
  request.method = method;
  request.headers = std::move(headers);
  return request;
}

std::string Header(const Response& response, absl::string_view name) {
  std::string joined;
  for (const auto& [key, value] : response.headers) {
    if (key == name) joined += (joined.empty() ? "" : ", ") + value;
  }
  return joined;
}

TEST(CrossOrigin, TellsListedOriginsAlone) {
  ASSERT_OK_AND_ASSIGN(const CrossOrigin policy, CrossOrigin::Parse("https://a.example, http://127.0.0.1:3000"));
  for (const char* origin : {"https://a.example", "http://127.0.0.1:3000"}) {
    Response response;
    policy.Decorate(From("GET", {{"origin", origin}}), response);
    EXPECT_EQ(Header(response, "Access-Control-Allow-Origin"), origin);
    EXPECT_EQ(Header(response, "Vary"), "Origin");
    EXPECT_EQ(Header(response, "Cross-Origin-Resource-Policy"), "cross-origin");
  }
  for (const char* origin : {"https://b.example", "http://a.example", "https://a.example.evil", "null", ""}) {
    Response response;
    policy.Decorate(From("GET", {{"origin", origin}}), response);
    EXPECT_EQ(Header(response, "Access-Control-Allow-Origin"), "") << origin;
    EXPECT_EQ(Header(response, "Vary"), "Origin");
  }
}

TEST(CrossOrigin, AddsToTheVaryThatIsThere) {
  ASSERT_OK_AND_ASSIGN(const CrossOrigin policy, CrossOrigin::Parse("https://a.example"));
  Response response;
  response.Set("Vary", "Accept");
  policy.Decorate(From("GET", {}), response);
  EXPECT_EQ(Header(response, "Vary"), "Accept, Origin");
}

TEST(CrossOrigin, AStarIsForEverybodyAndStandsAlone) {
  ASSERT_OK_AND_ASSIGN(const CrossOrigin policy, CrossOrigin::Parse("*"));
  Response response;
  policy.Decorate(From("GET", {{"origin", "https://x"}}), response);
  EXPECT_EQ(Header(response, "Access-Control-Allow-Origin"), "*");
  EXPECT_FALSE(CrossOrigin::Parse("*,https://a.example").ok());
}

TEST(CrossOrigin, NobodyWithoutAList) {
  const CrossOrigin policy;
  Response response;
  policy.Decorate(From("GET", {{"origin", "https://x"}}), response);
  EXPECT_EQ(Header(response, "Access-Control-Allow-Origin"), "");
  EXPECT_EQ(Header(response, "Cross-Origin-Resource-Policy"), "same-origin");
}

TEST(CrossOrigin, AnswersPreflights) {
  ASSERT_OK_AND_ASSIGN(const CrossOrigin policy, CrossOrigin::Parse("https://a.example"));
  const Fields asking = {{"origin", "https://a.example"},
                         {"access-control-request-method", "GET"},
                         {"access-control-request-headers", "accept,authorization"}};
  const auto answer = policy.Preflight(From("OPTIONS", asking));
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(answer->status, 204);
  EXPECT_THAT(Header(*answer, "Access-Control-Allow-Headers"), HasSubstr("Authorization"));
  EXPECT_THAT(Header(*answer, "Access-Control-Allow-Methods"), HasSubstr("GET"));
  const auto stranger =
      policy.Preflight(From("OPTIONS", {{"origin", "https://b.example"}, {"access-control-request-method", "GET"}}));
  ASSERT_TRUE(stranger.has_value());
  EXPECT_EQ(Header(*stranger, "Access-Control-Allow-Headers"), "");
  EXPECT_FALSE(policy.Preflight(From("OPTIONS", {})).has_value());
  EXPECT_FALSE(policy.Preflight(From("GET", asking)).has_value());
}

TEST(CrossOrigin, RefusesWhatIsNoOrigin) {
  for (const char* text : {"a.example", "https://", "https://a.example/", "https://a.example/path", "ftp://a",
                           "https://A", "https://user@a"}) {
    EXPECT_FALSE(CrossOrigin::Parse(text).ok()) << text;
  }
}

}  // namespace
}  // namespace vitrine::http
