#include "fetch/http_client.h"

#include <atomic>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "base/status_matchers.h"
#include "fetch/test_http_client.h"
#include "fetch/test_server.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vitrine::fetch {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using ::testing::Not;
using Connection = TestServer::Connection;

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

TEST(HttpClientTest, AProxyFromTheEnvironmentIsNotUsed) {
  TestServer proxy([](const std::string&, Connection& connection) {
    return connection.Send(TestServer::Answer("200 OK", "", "from the proxy"));
  });
  TestServer server([](const std::string&, Connection& connection) {
    return connection.Send(TestServer::Answer("200 OK", "", "direct"));
  });
  const char* const variables[] = {"http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"};
  for (const char* variable : variables) setenv(variable, proxy.url().c_str(), 1);
  setenv("no_proxy", "", 1);
  setenv("NO_PROXY", "", 1);
  HttpRequest request = Request(server.url());
  request.user = "user";
  request.password = "secret";
  const auto response = MakeClient()->Get(request, {});
  for (const char* variable : variables) unsetenv(variable);
  ASSERT_THAT(response, IsOk());
  EXPECT_EQ(response->body, "direct");
  EXPECT_EQ(proxy.connections(), 0);
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

TEST(HttpClientTest, RefusesOtherSchemes) {
  for (const char* url : {"file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "nonsense"}) {
    const auto response = MakeClient()->Get(Request(url), {});
    EXPECT_FALSE(response.ok()) << url;
  }
}

// The whole body of a stream.
absl::StatusOr<std::string> ReadAll(HttpStream& stream, const Operation& operation) {
  std::string body;
  std::string piece;
  while (true) {
    if (const absl::Status status = stream.Next(operation, piece); !status.ok()) return status;
    if (piece.empty()) return body;
    body += piece;
  }
}

// The next piece, or the error as text.
std::string Piece(HttpStream& stream, const Operation& operation = {}) {
  std::string piece;
  const absl::Status status = stream.Next(operation, piece);
  return status.ok() ? piece : status.ToString();
}

TEST(HttpStreamTest, GivesTheBodyWhileItArrives) {
  absl::Notification read;
  TestServer server([&](const std::string&, Connection& connection) {
    connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\nX-Thing: a\r\n\r\nfirst");
    read.WaitForNotificationWithTimeout(absl::Seconds(10));
    return connection.Send("later");
  });
  const auto client = MakeClient();
  ASSERT_OK_AND_ASSIGN(const auto stream, client->Open(Request(server.url()), {}));
  EXPECT_EQ(stream->response().status, 200);
  EXPECT_EQ(stream->response().Header("x-thing"), "a");
  EXPECT_EQ(Piece(*stream), "first");
  read.Notify();
  ASSERT_OK_AND_ASSIGN(const std::string rest, ReadAll(*stream, {}));
  EXPECT_EQ(rest, "later");
  EXPECT_EQ(Piece(*stream), "");
}

TEST(HttpStreamTest, MakesTheServerWaitForASlowReader) {
  constexpr size_t kPiece = 1 << 20;
  constexpr int kPieces = 64;
  std::atomic<int> sent = 0;
  TestServer server([&](const std::string&, Connection& connection) {
    connection.Send(absl::StrCat("HTTP/1.1 200 OK\r\nContent-Length: ", kPiece * kPieces, "\r\n\r\n"));
    for (int i = 0; i < kPieces; ++i, ++sent) {
      if (!connection.Send(std::string(kPiece, static_cast<char>('a' + i % 26)))) return false;
    }
    return true;
  });
  const auto client = MakeClient();
  ASSERT_OK_AND_ASSIGN(const auto stream, client->Open(Request(server.url(), kPiece * kPieces), {}));
  // What the sockets of both ends hold beside the stream's own megabytes differs from system to system.
  int before = -1;
  while (before != sent) {
    before = sent;
    absl::SleepFor(absl::Milliseconds(200));
  }
  EXPECT_LT(sent, kPieces / 2);
  ASSERT_OK_AND_ASSIGN(const std::string body, ReadAll(*stream, {}));
  ASSERT_EQ(body.size(), kPiece * kPieces);
  for (int i = 0; i < kPieces; ++i) EXPECT_EQ(body[kPiece * i + kPiece / 2], 'a' + i % 26);
}

TEST(HttpStreamTest, ABodyThatBreaksOffIsAnError) {
  TestServer server([](const std::string&, Connection& connection) {
    connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst");
    return false;
  });
  const auto client = MakeClient();
  ASSERT_OK_AND_ASSIGN(const auto stream, client->Open(Request(server.url()), {}));
  EXPECT_FALSE(ReadAll(*stream, {}).ok());
}

TEST(HttpStreamTest, ABodyOverTheLimitIsAnError) {
  TestServer server([](const std::string&, Connection& connection) {
    connection.Send("HTTP/1.1 200 OK\r\n\r\n0123456789");
    return false;
  });
  const auto client = MakeClient();
  auto stream = client->Open(Request(server.url(), 8), {});
  const absl::Status status = stream.ok() ? ReadAll(**stream, {}).status() : stream.status();
  EXPECT_EQ(CategoryOf(status), ErrorCategory::kTooLarge);
}

TEST(HttpStreamTest, ReadingStopsWhenTheOperationIsCancelled) {
  TestServer server([](const std::string&, Connection& connection) {
    connection.Send("HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nfirst");
    connection.AwaitClose(absl::Seconds(10));
    return false;
  });
  const auto client = MakeClient();
  const Operation operation;
  ASSERT_OK_AND_ASSIGN(const auto stream, client->Open(Request(server.url()), operation));
  EXPECT_EQ(Piece(*stream, operation), "first");
  std::thread canceller([&] {
    absl::SleepFor(absl::Milliseconds(50));
    operation.cancellation->Cancel();
  });
  std::string piece = "what there was";
  EXPECT_EQ(CategoryOf(stream->Next(operation, piece)), ErrorCategory::kCancelled);
  EXPECT_EQ(piece, "");
  canceller.join();
}

}  // namespace
}  // namespace vitrine::fetch
