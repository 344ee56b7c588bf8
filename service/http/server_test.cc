#include "service/http/server.h"

#include <algorithm>
#include <atomic>
#include <deque>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "service/http/server_fixture.h"
#include "service/http/test_client.h"

namespace vitrine::http {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

TEST_P(ServerTest, KeepsTheConnectionForFurtherRequests) {
  Start();
  Client client(server_->address());
  client.Send("GET /one HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.ReceiveUntil("GET one"), StartsWith("HTTP/1.1 200 OK\r\n"));
  client.Send("GET /two HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string last = client.ReceiveAll();
  EXPECT_THAT(last, HasSubstr("GET two"));
  EXPECT_THAT(last, HasSubstr("Connection: close"));
}

TEST_P(ServerTest, AnswersPipelinedRequestsInOrder) {
  Start();
  Client client(server_->address());
  client.Send("GET /a HTTP/1.1\r\nHost: x\r\n\r\nGET /b HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string received = client.ReceiveAll();
  EXPECT_LT(received.find("GET a"), received.find("GET b"));
  EXPECT_NE(received.find("GET b"), std::string::npos);
}

TEST_P(ServerTest, HeadHasTheLengthButNoBody) {
  Start();
  Client client(server_->address());
  client.Send("HEAD /x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string received = client.ReceiveAll();
  EXPECT_THAT(received, HasSubstr("Content-Length: 6\r\n"));
  EXPECT_THAT(received, ::testing::EndsWith("\r\n\r\n"));
}

TEST_P(ServerTest, DecodesPathAndQuery) {
  handler_ = [](const Request& request, const Operation&) {
    std::string text;
    for (const std::string& segment : request.segments) absl::StrAppend(&text, "[", segment, "]");
    for (const auto& [name, value] : request.params) absl::StrAppend(&text, "{", name, "=", value, "}");
    return MakeResponse(200, "text/plain", text + request.query);
  };
  Start();
  Client client(server_->address());
  client.Send("GET /a%2Fb/c?w=+4%2C5&x HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.ReceiveAll(), HasSubstr("[a/b][c]{w=+4,5}{x=}w=+4%2C5&x"));
}

TEST_P(ServerTest, RefusesWhatItCannotRead) {
  ServerOptions options;
  options.max_header_bytes = 1024;
  options.max_body_bytes = 16;
  Start(options);
  const std::pair<std::string, const char*> cases[] = {
      {"NONSENSE\r\n\r\n", "HTTP/1.1 400"},
      {"GET http://[ HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 400"},
      {"GET /%zz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", "HTTP/1.1 400"},
      {"GET / HTTP/1.1\r\nX: " + std::string(2000, 'x') + "\r\n\r\n", "HTTP/1.1 431"},
      {"POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 17\r\n\r\n", "HTTP/1.1 413"},
      {"GET / HTTP/1.1\r\nContent-Length: -1\r\n\r\n", "HTTP/1.1 400"},
  };
  for (const auto& [request, status] : cases) {
    Client client(server_->address());
    client.Send(request);
    EXPECT_THAT(client.ReceiveAll(), StartsWith(status)) << request.substr(0, 40);
  }
}

TEST_P(ServerTest, SlowAndSilentConnectionsAreClosed) {
  ServerOptions options;
  options.header_timeout = absl::Milliseconds(100);
  options.idle_timeout = absl::Milliseconds(100);
  Start(options);
  Client slow(server_->address());
  slow.Send("GET / HT");
  const absl::Time start = absl::Now();
  EXPECT_EQ(slow.ReceiveAll(), "");
  EXPECT_LT(absl::Now() - start, absl::Seconds(4));
  Client silent(server_->address());
  EXPECT_EQ(silent.ReceiveAll(), "");
  EXPECT_LT(absl::Now() - start, absl::Seconds(4));
}

TEST_P(ServerTest, ClientThatLeavesCancelsItsWork) {
  absl::Notification started;
  absl::Notification cancelled;
  handler_ = [&](const Request&, const Operation& operation) {
    started.Notify();
    while (!operation.cancellation->cancelled()) absl::SleepFor(absl::Milliseconds(1));
    cancelled.Notify();
    return MakeResponse(200, "text/plain", "");
  };
  Start();
  {
    Client client(server_->address());
    client.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    started.WaitForNotification();
  }
  EXPECT_TRUE(cancelled.WaitForNotificationWithTimeout(absl::Seconds(5)));
}

TEST_P(ServerTest, FullPoolAnswers429) {
  absl::Notification release;
  std::atomic<int> running = 0;
  handler_ = [&](const Request&, const Operation&) {
    ++running;
    release.WaitForNotification();
    return MakeResponse(200, "text/plain", "late");
  };
  constexpr int kThreads = 3;
  constexpr int kQueue = 3;
  Start({}, kThreads, kQueue);
  std::deque<Client> waiting;
  std::string refused;
  while (refused.empty() && waiting.size() <= kThreads + kQueue) {
    Client& client = waiting.emplace_back(server_->address());
    client.Send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    client.SetTimeout(absl::Milliseconds(200));
    refused = client.ReceiveAll();
    client.SetTimeout(absl::Seconds(5));
  }
  EXPECT_THAT(refused, StartsWith("HTTP/1.1 429"));
  EXPECT_THAT(refused, HasSubstr("Retry-After: 1\r\n"));
  EXPECT_EQ(running, kThreads);
  EXPECT_GT(waiting.size(), kThreads + 1);  // Somebody waits without being refused.
  waiting.pop_back();
  release.Notify();
  for (Client& client : waiting) EXPECT_THAT(client.ReceiveAll(), HasSubstr("late"));
}

TEST_P(ServerTest, DrainFinishesRunningRequestsAndTakesNoNewOnes) {
  absl::Notification started;
  absl::Notification release;
  handler_ = [&](const Request&, const Operation&) {
    started.Notify();
    release.WaitForNotification();
    return MakeResponse(200, "text/plain", "done");
  };
  Start();
  Client idle(server_->address());
  Client client(server_->address());
  client.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  started.WaitForNotification();
  const std::string address = server_->address();
  std::thread drain([&] { server_->Drain(absl::Now() + absl::Seconds(10)); });
  EXPECT_EQ(idle.ReceiveAll(), "");
  EXPECT_FALSE(Client(address).connected());
  release.Notify();
  const std::string received = client.ReceiveAll();
  EXPECT_THAT(received, HasSubstr("done"));
  EXPECT_THAT(received, HasSubstr("Connection: close"));
  drain.join();
}

TEST_P(ServerTest, DestructionCancelsWhatRuns) {
  absl::Notification started;
  handler_ = [&](const Request&, const Operation& operation) {
    started.Notify();
    while (!operation.cancellation->cancelled()) absl::SleepFor(absl::Milliseconds(1));
    return MakeResponse(200, "text/plain", "");
  };
  Start();
  Client client(server_->address());
  client.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  started.WaitForNotification();
  server_.reset();
  EXPECT_EQ(client.ReceiveAll(), "");
}

INSTANTIATE_TEST_SUITE_P(Paths, ServerTest, ::testing::Values(0, 2));

TEST(ServerStart, TakenPortIsAnError) {
  ThreadPool pool("test", 1, 1);
  const Handler handler = [](const Request&, const Operation&) { return Response(); };
  ServerOptions options;
  options.listen = "127.0.0.1:0";
  auto first = Server::Start(options, pool, handler);
  ASSERT_TRUE(first.ok());
  options.listen = (*first)->address();
  EXPECT_FALSE(Server::Start(options, pool, handler).ok());
}

TEST(Address, ParsesAndFormats) {
  for (const char* text : {"127.0.0.1:8080", "[::1]:0", "0.0.0.0:65535"}) {
    const auto address = ParseHostPort(text);
    ASSERT_TRUE(address.ok()) << text;
    EXPECT_EQ(FormatHostPort(*address), text);
  }
  for (const char* text : {"", "8080", "127.0.0.1", "127.0.0.1:", "127.0.0.1:70000", "::1:80", "[::1:80", "a:b"}) {
    EXPECT_FALSE(ParseHostPort(text).ok()) << text;
  }
}

// A handler that ends when its operation is cancelled, after it has told that it began.
class ServerDisconnectTest : public ServerTest {
 protected:
  ServerDisconnectTest() {
    handler_ = [this](const Request&, const Operation& operation) {
      began_.Notify();
      while (operation.Check().ok()) absl::SleepFor(absl::Milliseconds(1));
      cancelled_.Notify();
      return MakeResponse(200, "text/plain", "too late");
    };
  }

  absl::Notification began_;
  absl::Notification cancelled_;
};

INSTANTIATE_TEST_SUITE_P(Paths, ServerDisconnectTest, ::testing::Values(0, 2));

TEST_P(ServerDisconnectTest, AResetCancelsTheWork) {
  Start();
  {
    Client client(server_->address());
    client.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    began_.WaitForNotification();
    client.ResetOnClose();
  }
  EXPECT_TRUE(cancelled_.WaitForNotificationWithTimeout(absl::Seconds(5)));
}

TEST_P(ServerDisconnectTest, SoDoesALeaveAfterAPipelinedRequest) {
  Start();
  {
    Client client(server_->address());
    client.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
    began_.WaitForNotification();
    client.Send("GET /next HTTP/1.1\r\nHost: x\r\n\r\n");
    absl::SleepFor(absl::Milliseconds(50));
  }
  EXPECT_TRUE(cancelled_.WaitForNotificationWithTimeout(absl::Seconds(5)));
}

TEST_P(ServerTest, ARefusalReachesAClientThatStillSends) {
  ServerOptions options;
  options.max_body_bytes = 1000;
  std::atomic<int> refused = 0;
  options.on_refused = [&](int status) { refused = status; };
  Start(options);
  Client client(server_->address());
  client.Send("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 500000\r\n\r\n");
  for (int i = 0; i < 50; ++i) client.Send(std::string(10000, 'x'));
  EXPECT_THAT(client.ReceiveAll(), StartsWith("HTTP/1.1 413 "));
  EXPECT_EQ(refused, 413);
}

TEST_P(ServerTest, ConfirmsKeepAliveToOldClients) {
  Start();
  Client client(server_->address());
  client.Send("GET /one HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  EXPECT_THAT(client.ReceiveUntil("GET one"), HasSubstr("Connection: keep-alive\r\n"));
  client.Send("GET /two HTTP/1.0\r\n\r\n");
  EXPECT_THAT(client.ReceiveAll(), HasSubstr("Connection: close\r\n"));
}

TEST_P(ServerTest, WantsOneHost) {
  Start();
  for (const absl::string_view hosts : {"", "Host: x\r\nHost: y\r\n"}) {
    Client client(server_->address());
    client.Send(absl::StrCat("GET / HTTP/1.1\r\n", hosts, "Connection: close\r\n\r\n"));
    EXPECT_THAT(client.ReceiveAll(), StartsWith("HTTP/1.1 400 "));
  }
}

TEST_P(ServerTest, TakesTheAbsoluteForm) {
  Start();
  Client client(server_->address());
  client.Send("GET http://x/a/b?c=d HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.ReceiveAll(), HasSubstr("GET b"));
}

TEST_P(ServerTest, AsksForABodyThatIsAnnounced) {
  Start();
  Client client(server_->address());
  client.Send("POST /x HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.ReceiveUntil("\r\n\r\n"), StartsWith("HTTP/1.1 100 Continue\r\n"));
  client.Send("ab");
  EXPECT_THAT(client.ReceiveAll(), HasSubstr("POST x"));
}

}  // namespace
}  // namespace vitrine::http
