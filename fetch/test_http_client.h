#ifndef VITRINE_FETCH_TEST_HTTP_CLIENT_H_
#define VITRINE_FETCH_TEST_HTTP_CLIENT_H_

// What the tests of HttpClient share. Tests only.

#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "fetch/http_client.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vitrine::fetch {

// Retries after no more than a few milliseconds.
inline HttpClientOptions FastOptions() {
  HttpClientOptions options;
  options.retry_delay = absl::Milliseconds(5);
  return options;
}

inline std::unique_ptr<HttpClient> MakeClient(HttpClientOptions options = FastOptions()) {
  auto client = HttpClient::Create(std::move(options));
  EXPECT_THAT(client, testing::IsOk());
  return *std::move(client);
}

inline HttpRequest Request(const std::string& url, uint64_t max_bytes = 1 << 20) {
  HttpRequest request;
  request.url = url;
  request.accept = "text/x-test";
  request.max_response_bytes = max_bytes;
  return request;
}

inline void ExpectError(const absl::StatusOr<HttpResponse>& response, ErrorCategory category) {
  ASSERT_FALSE(response.ok()) << "HTTP " << response->status;
  EXPECT_EQ(ErrorCategoryName(CategoryOf(response.status())), ErrorCategoryName(category)) << response.status();
  EXPECT_THAT(std::string(response.status().message()), ::testing::Not(::testing::HasSubstr("127.0.0.1")));
}

}  // namespace vitrine::fetch

#endif  // VITRINE_FETCH_TEST_HTTP_CLIENT_H_
