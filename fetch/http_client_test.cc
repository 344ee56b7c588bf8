#include "fetch/http_client.h"

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "fetch/test_server.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vitrine::fetch {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;
using Connection = TestServer::Connection;

HttpClientOptions FastOptions() {
  HttpClientOptions options;
  options.retry_delay = absl::Milliseconds(5);
  return options;
}

std::unique_ptr<HttpClient> MakeClient(HttpClientOptions options = FastOptions()) {
  auto client = HttpClient::Create(std::move(options));
  EXPECT_THAT(client, IsOk());
  return *std::move(client);
}

HttpRequest Request(const std::string& url, uint64_t max_bytes = 1 << 20) {
  HttpRequest request;
  request.url = url;
  request.accept = "text/x-test";
  request.max_response_bytes = max_bytes;
  return request;
}

void ExpectError(const absl::StatusOr<HttpResponse>& response, ErrorCategory category) {
  ASSERT_FALSE(response.ok()) << "HTTP " << response->status;
  EXPECT_EQ(ErrorCategoryName(CategoryOf(response.status())), ErrorCategoryName(category)) << response.status();
  EXPECT_THAT(std::string(response.status().message()), Not(HasSubstr("127.0.0.1")));
}

TEST(HttpClientTest, GetsAnAnswerWithItsHeaders) {
  TestServer server([](const std::string&, Connection& connection) {
    return connection.Send(TestServer::Answer("200 OK", "X-Thing:  a b \r\n", "hello"));
  });
  Operation operation;
  operation.request_id = "id-1";
  operation.traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
  HttpRequest request = Request(server.url() + "/x?y=z");
  request.user = "user";
  request.password = "p:w";
  ASSERT_OK_AND_ASSIGN(const HttpResponse response, MakeClient()->Get(request, operation));
  EXPECT_EQ(response.status, 200);
  EXPECT_EQ(response.body, "hello");
  EXPECT_EQ(response.Header("x-thing"), "a b");
  const std::string head = server.heads().front();
  EXPECT_THAT(head, HasSubstr("GET /x?y=z HTTP/1.1\r\n"));
  EXPECT_THAT(head, HasSubstr("Accept: text/x-test\r\n"));
  EXPECT_THAT(head, HasSubstr("X-Request-Id: id-1\r\n"));
  EXPECT_THAT(head, HasSubstr(absl::StrCat("traceparent: ", operation.traceparent, "\r\n")));
  EXPECT_THAT(head, HasSubstr("Authorization: Basic dXNlcjpwOnc=\r\n"));  // base64 of user:p:w
  EXPECT_THAT(head, Not(HasSubstr("Accept-Encoding")));
}

TEST(HttpClientTest, RequestIdCannotAddHeaders) {
  TestServer server(
      [](const std::string&, Connection& connection) { return connection.Send(TestServer::Answer("200 OK", "", "")); });
  Operation operation;
  operation.request_id = "a\r\nEvil: 1";
  ASSERT_THAT(MakeClient()->Get(Request(server.url()), operation), IsOk());
  EXPECT_THAT(server.heads().front(), Not(HasSubstr("Evil")));
}

TEST(HttpClientTest, KeepsTheConnection) {
  TestServer server([](const std::string&, Connection& connection) {
    return connection.Send(TestServer::Answer("200 OK", "", "x"));
  });
  const auto client = MakeClient();
  for (int i = 0; i < 5; ++i) ASSERT_THAT(client->Get(Request(server.url()), {}), IsOk());
  EXPECT_EQ(server.connections(), 1);
}

TEST(HttpClientTest, ServesManyThreadsAtOnce) {
  TestServer server([](const std::string& head, Connection& connection) {
    return connection.Send(TestServer::Answer("200 OK", "", head.substr(0, head.find(" HTTP"))));
  });
  const auto client = MakeClient();
  std::atomic<int> right = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 8; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 20; ++i) {
        const std::string path = absl::StrCat("/", t, "/", i);
        const auto response = client->Get(Request(server.url() + path), {});
        if (response.ok() && response->body == "GET " + path) ++right;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(right, 160);
}

TEST(HttpClientTest, RetriesBusyAnswers) {
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

TEST(HttpClientTest, GivesUpRetryingInTheEnd) {
  TestServer server([](const std::string&, Connection& connection) {
    return connection.Send(TestServer::Answer("502 Bad Gateway", "", ""));
  });
  ASSERT_OK_AND_ASSIGN(const HttpResponse response, MakeClient()->Get(Request(server.url()), {}));
  EXPECT_EQ(response.status, 502);
  EXPECT_EQ(server.heads().size(), 3u);
}

TEST(HttpClientTest, DoesNotWaitForALongRetryAfter) {
  TestServer server([](const std::string&, Connection& connection) {
    return connection.Send(TestServer::Answer("503 Service Unavailable", "Retry-After: 3600\r\n", ""));
  });
  ASSERT_OK_AND_ASSIGN(const HttpResponse response, MakeClient()->Get(Request(server.url()), {}));
  EXPECT_EQ(response.status, 503);
  EXPECT_EQ(server.heads().size(), 1u);
}

TEST(HttpClientTest, DoesNotRetryOtherErrors) {
  TestServer server([](const std::string&, Connection& connection) {
    return connection.Send(TestServer::Answer("500 Oops", "", ""));
  });
  ASSERT_OK_AND_ASSIGN(const HttpResponse response, MakeClient()->Get(Request(server.url()), {}));
  EXPECT_EQ(response.status, 500);
  EXPECT_EQ(server.heads().size(), 1u);
}

TEST(HttpClientTest, NobodyListens) {
  std::string url;
  {
    TestServer server([](const std::string&, Connection&) { return false; });
    url = server.url();
  }
  ExpectError(MakeClient()->Get(Request(url), {}), ErrorCategory::kArchiveUnreachable);
}

TEST(HttpClientTest, FollowsARedirectOnTheSameServer) {
  TestServer server([](const std::string& head, Connection& connection) {
    if (absl::StartsWith(head, "GET /old ")) {
      return connection.Send(TestServer::Answer("301 Moved", "Location: /new?a=b\r\n", ""));
    }
    return connection.Send(TestServer::Answer("200 OK", "", head.substr(0, head.find(" HTTP"))));
  });
  ASSERT_OK_AND_ASSIGN(const HttpResponse response, MakeClient()->Get(Request(server.url() + "/old"), {}));
  EXPECT_EQ(response.body, "GET /new?a=b");
}

TEST(HttpClientTest, EndsARedirectLoop) {
  TestServer server([](const std::string&, Connection& connection) {
    return connection.Send(TestServer::Answer("302 Found", "Location: /\r\n", ""));
  });
  ExpectError(MakeClient()->Get(Request(server.url()), {}), ErrorCategory::kArchiveProtocol);
  EXPECT_EQ(server.heads().size(), 4u);
}

TEST(HttpClientTest, NeverLeavesTheServer) {
  TestServer other([](const std::string&, Connection& connection) {
    return connection.Send(TestServer::Answer("200 OK", "", "secret"));
  });
  for (const std::string& location :
       {other.url() + "/", std::string("//localhost/"), std::string("https://127.0.0.1/"),
        std::string("file:///etc/hosts"), std::string("http://user@169.254.169.254/latest"), std::string("")}) {
    TestServer server([&](const std::string&, Connection& connection) {
      return connection.Send(TestServer::Answer("302 Found", absl::StrCat("Location: ", location, "\r\n"), ""));
    });
    ExpectError(MakeClient()->Get(Request(server.url()), {}), ErrorCategory::kArchiveProtocol);
  }
  EXPECT_EQ(other.connections(), 0);
}

TEST(HttpClientTest, ABodyThatBreaksOff) {
  TestServer server([](const std::string&, Connection& connection) {
    connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this");
    return false;
  });
  ExpectError(MakeClient()->Get(Request(server.url()), {}), ErrorCategory::kArchiveUnreachable);
}

TEST(HttpClientTest, AConnectionThatIsReset) {
  TestServer server([](const std::string&, Connection& connection) {
    connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this");
    connection.Reset();
    return false;
  });
  ExpectError(MakeClient()->Get(Request(server.url()), {}), ErrorCategory::kArchiveUnreachable);
}

TEST(HttpClientTest, ABodyLongerThanItsLengthIsCutThere) {
  TestServer server([](const std::string&, Connection& connection) {
    connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n1234and more that nobody announced");
    return false;
  });
  ASSERT_OK_AND_ASSIGN(const HttpResponse response, MakeClient()->Get(Request(server.url()), {}));
  EXPECT_EQ(response.body, "1234");
}

TEST(HttpClientTest, AnAnnouncedLengthOverTheLimitIsRefusedAtOnce) {
  TestServer server([](const std::string&, Connection& connection) {
    connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 1001\r\n\r\n");
    EXPECT_TRUE(connection.AwaitClose(absl::Seconds(10)));
    return false;
  });
  ExpectError(MakeClient()->Get(Request(server.url(), 1000), {}), ErrorCategory::kTooLarge);
}

TEST(HttpClientTest, AnEndlessBodyIsCutAtTheLimit) {
  TestServer server([](const std::string&, Connection& connection) {
    connection.Send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    const std::string chunk = "10000\r\n" + std::string(65536, 'x') + "\r\n";
    while (connection.Send(chunk)) {
    }
    return false;
  });
  ExpectError(MakeClient()->Get(Request(server.url(), 1'000'000), {}), ErrorCategory::kTooLarge);
}

TEST(HttpClientTest, EndlessHeadersAreCutAtTheLimit) {
  for (const std::string& line : {std::string("X-More: abcdefghijklmnopqrstuvwxyz\r\n"), std::string("noendofline")}) {
    TestServer server([&](const std::string&, Connection& connection) {
      connection.Send("HTTP/1.1 200 OK\r\n");
      while (connection.Send(line)) {
      }
      return false;
    });
    ExpectError(MakeClient()->Get(Request(server.url()), {}), ErrorCategory::kArchiveProtocol);
  }
}

TEST(HttpClientTest, AnAnswerThatIsNotHttp) {
  TestServer server([](const std::string&, Connection& connection) {
    connection.Send("SSH-2.0-OpenSSH_9.2\r\n\r\n");
    return false;
  });
  ExpectError(MakeClient()->Get(Request(server.url()), {}), ErrorCategory::kArchiveProtocol);
}

TEST(HttpClientTest, ASilentServerIsLeftAfterTheStallTimeout) {
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

TEST(HttpClientTest, TheDeadlineEndsASlowAnswer) {
  TestServer server([](const std::string&, Connection& connection) {
    connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
    while (connection.Send("x") && !connection.AwaitClose(absl::Milliseconds(100))) {
    }
    return false;
  });
  Operation operation;
  operation.deadline = absl::Now() + absl::Milliseconds(300);
  const absl::Time start = absl::Now();
  ExpectError(MakeClient()->Get(Request(server.url()), operation), ErrorCategory::kArchiveTimeout);
  EXPECT_LT(absl::Now() - start, absl::Seconds(5));
}

TEST(HttpClientTest, AnExpiredOperationSendsNothing) {
  TestServer server([](const std::string&, Connection&) { return false; });
  Operation operation;
  operation.deadline = absl::Now() - absl::Seconds(1);
  ExpectError(MakeClient()->Get(Request(server.url()), operation), ErrorCategory::kDeadline);
  EXPECT_EQ(server.connections(), 0);
}

TEST(HttpClientTest, CancellingEndsTheTransferAtOnce) {
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

TEST(HttpClientTest, CancellingEndsTheWaitBeforeARetry) {
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

TEST(HttpClientTest, RefusesOtherSchemes) {
  for (const char* url : {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "nonsense"}) {
    const auto response = MakeClient()->Get(Request(url), {});
    EXPECT_FALSE(response.ok()) << url;
  }
}

}  // namespace
}  // namespace vitrine::fetch
