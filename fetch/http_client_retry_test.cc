// How long and how often HttpClient tries.

#include <atomic>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "fetch/http_client.h"
#include "fetch/test_http_client.h"
#include "fetch/test_server.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vitrine::fetch {
namespace {

using Connection = TestServer::Connection;

TEST(HttpClientRetryTest, RetriesBusyAnswers) {
  std::atomic<int> calls = 0;
  TestServer server([&](const std::string&, Connection& connection) {
    return connection.Send(++calls < 3 ? TestServer::Answer("503 Service Unavailable", "Retry-After: 0\r\n", "")
                                       : TestServer::Answer("200 OK", "", "at last"));
  });
  HttpClientOptions options = FastOptions();
  std::vector<int> codes;
  options.on_exchange = [&](const HttpExchange& exchange) { codes.push_back(exchange.code); };
  ASSERT_OK_AND_ASSIGN(const HttpResponse response, MakeClient(options)->Get(Request(server.url()), {}));
  EXPECT_EQ(response.body, "at last");
  EXPECT_THAT(codes, ::testing::ElementsAre(503, 503, 200));
}

TEST(HttpClientRetryTest, GivesUpRetryingInTheEnd) {
  TestServer server([](const std::string&, Connection& connection) {
    return connection.Send(TestServer::Answer("502 Bad Gateway", "", ""));
  });
  ASSERT_OK_AND_ASSIGN(const HttpResponse response, MakeClient()->Get(Request(server.url()), {}));
  EXPECT_EQ(response.status, 502);
  EXPECT_EQ(server.heads().size(), 3u);
}

TEST(HttpClientRetryTest, DoesNotWaitForALongRetryAfter) {
  TestServer server([](const std::string&, Connection& connection) {
    return connection.Send(TestServer::Answer("503 Service Unavailable", "Retry-After: 3600\r\n", ""));
  });
  ASSERT_OK_AND_ASSIGN(const HttpResponse response, MakeClient()->Get(Request(server.url()), {}));
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(server.heads().size(), 1u);
}

TEST(HttpClientRetryTest, DoesNotRetryOtherErrors) {
  TestServer server([](const std::string&, Connection& connection) {
    return connection.Send(TestServer::Answer("500 Oops", "", ""));
  });
  ASSERT_OK_AND_ASSIGN(const HttpResponse response, MakeClient()->Get(Request(server.url()), {}));
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(server.heads().size(), 1u);
}

TEST(HttpClientRetryTest, NobodyListens) {
  std::string url;
  {
    TestServer server([](const std::string&, Connection&) { return false; });
    url = server.url();
  }
  ExpectError(MakeClient()->Get(Request(url), {}), ErrorCategory::kArchiveUnreachable);
}

TEST(HttpClientRetryTest, ARefusedConnectionIsTriedAgain) {
  const auto answer = [](const std::string&, Connection& connection) {
    return connection.Send(TestServer::Answer("200 OK", "", "at last"));
  };
  const int port = TestServer(answer).port();
  std::optional<TestServer> server;  // Begins to listen after the first try.
  HttpClientOptions options = FastOptions();
  std::vector<int> codes;
  options.on_exchange = [&](const HttpExchange& exchange) {
    codes.push_back(exchange.code);
    if (!server.has_value()) server.emplace(answer, port);
  };
  const std::string url = absl::StrCat("http://127.0.0.1:", port);
  ASSERT_OK_AND_ASSIGN(const HttpResponse response, MakeClient(options)->Get(Request(url), {}));
  EXPECT_EQ(response.body, "at last");
  EXPECT_THAT(codes, ::testing::ElementsAre(0, 200));
}

TEST(HttpClientRetryTest, AConnectTimeoutIsTriedAgain) {
  // Takes TCP connections and never begins with TLS.
  TestServer server([](const std::string&, Connection&) { return false; });
  HttpClientOptions options = FastOptions();
  options.connect_timeout = absl::Milliseconds(200);
  const std::string url = absl::StrCat("https://127.0.0.1:", server.port());
  ExpectError(MakeClient(options)->Get(Request(url), {}), ErrorCategory::kArchiveTimeout);
  EXPECT_EQ(server.connections(), 3);
}

TEST(HttpClientRetryTest, ASilentServerIsLeftAfterTheStallTimeout) {
  TestServer server([](const std::string&, Connection& connection) {
    connection.AwaitClose(absl::Seconds(20));
    return false;
  });
  HttpClientOptions options = FastOptions();
  options.stall_timeout = absl::Seconds(1);
  const absl::Time start = absl::Now();
  ExpectError(MakeClient(options)->Get(Request(server.url()), {}), ErrorCategory::kArchiveTimeout);
  EXPECT_LT(absl::Now() - start, absl::Seconds(8));
}

// One byte in a while: never silent, never done.
bool Drip(const std::string&, Connection& connection) {
  connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
  while (connection.Send("x") && !connection.AwaitClose(absl::Milliseconds(100))) {
  }
  return false;
}

TEST(HttpClientRetryTest, TheDeadlineEndsASlowAnswer) {
  TestServer server(Drip);
  Operation operation;
  operation.deadline = absl::Now() + absl::Milliseconds(300);
  const absl::Time start = absl::Now();
  ExpectError(MakeClient()->Get(Request(server.url()), operation), ErrorCategory::kDeadline);
  EXPECT_LT(absl::Now() - start, absl::Seconds(5));
}

TEST(HttpClientRetryTest, TheRequestTimeoutEndsASlowAnswer) {
  TestServer server(Drip);
  HttpClientOptions options = FastOptions();
  options.request_timeout = absl::Milliseconds(300);
  Operation operation;
  operation.deadline = absl::Now() + absl::Seconds(30);
  const absl::Time start = absl::Now();
  ExpectError(MakeClient(options)->Get(Request(server.url()), operation), ErrorCategory::kArchiveTimeout);
  EXPECT_LT(absl::Now() - start, absl::Seconds(5));
}

TEST(HttpClientRetryTest, TheDeadlineEndsAConnectionThatIsNotMade) {
  TestServer server([](const std::string&, Connection&) { return false; });
  Operation operation;
  operation.deadline = absl::Now() + absl::Milliseconds(200);
  const std::string url = absl::StrCat("https://127.0.0.1:", server.port());
  ExpectError(MakeClient()->Get(Request(url), operation), ErrorCategory::kDeadline);
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpClientRetryTest, AnExpiredOperationSendsNothing) {
  TestServer server([](const std::string&, Connection&) { return false; });
  Operation operation;
  operation.deadline = absl::Now() - absl::Seconds(1);
  ExpectError(MakeClient()->Get(Request(server.url()), operation), ErrorCategory::kDeadline);
  EXPECT_EQ(server.connections(), 0);
}

TEST(HttpClientRetryTest, CancellingEndsTheTransferAtOnce) {
  std::atomic<bool> closed = false;
  std::atomic<bool> asked = false;
  const auto client = MakeClient();
  {
    TestServer server([&](const std::string&, Connection& connection) {
      asked = true;
      closed = connection.AwaitClose(absl::Seconds(20));
      return false;
    });
    Operation operation;
    std::thread canceller([&] {
      while (!asked) absl::SleepFor(absl::Milliseconds(5));
      operation.cancellation->Cancel();
    });
    const absl::Time start = absl::Now();
    ExpectError(client->Get(Request(server.url()), operation), ErrorCategory::kCancelled);
    EXPECT_LT(absl::Now() - start, absl::Seconds(5));
    canceller.join();
    for (int i = 0; i < 1000 && !closed; ++i) absl::SleepFor(absl::Milliseconds(5));
  }
  EXPECT_TRUE(closed);  // The server saw the connection close before it was itself shut down.
}

TEST(HttpClientRetryTest, CancellingEndsTheWaitBeforeARetry) {
  TestServer server([](const std::string&, Connection& connection) {
    return connection.Send(TestServer::Answer("503 Service Unavailable", "Retry-After: 4\r\n", ""));
  });
  Operation operation;
  std::thread canceller([&] {
    while (server.heads().empty()) absl::SleepFor(absl::Milliseconds(5));
    absl::SleepFor(absl::Milliseconds(50));
    operation.cancellation->Cancel();
  });
  const absl::Time start = absl::Now();
  ExpectError(MakeClient()->Get(Request(server.url()), operation), ErrorCategory::kCancelled);
  EXPECT_LT(absl::Now() - start, absl::Seconds(3));
  canceller.join();
}

}  // namespace
}  // namespace vitrine::fetch
