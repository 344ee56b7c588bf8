// Many connections, long requests, large answers, and a pool that is full.

#include <algorithm>
#include <atomic>
#include <deque>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "service/http/server_fixture.h"
#include "service/http/test_client.h"

namespace vitrine::http {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

INSTANTIATE_TEST_SUITE_P(Paths, ServerTest, ::testing::Values(0, 2));

TEST_P(ServerTest, SendsALargeAnswerToAClientThatReadsLate) {
  const std::string large(20 << 20, '#');
  handler_ = [&](const Request& request, const Operation&) {
    return MakeResponse(200, "text/plain", request.segments.back() == "large" ? large : "small");
  };
  Start();
  Client client(server_->address());
  client.Send("GET /large HTTP/1.1\r\nHost: x\r\n\r\n");
  absl::SleepFor(absl::Milliseconds(50));
  client.Send("GET /small HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string received = client.ReceiveAll();
  EXPECT_EQ(std::count(received.begin(), received.end(), '#'), large.size());
  EXPECT_THAT(received, ::testing::EndsWith("small"));
}

TEST_P(ServerTest, ServesManyConnectionsAtOnce) {
  Start({}, /*threads=*/4, /*queue=*/50);
  std::deque<Client> clients;
  for (int i = 0; i < 50; ++i) clients.emplace_back(server_->address());
  for (int round = 0; round < 5; ++round) {
    for (Client& client : clients) client.Send(absl::StrCat("GET /", round, " HTTP/1.1\r\nHost: x\r\n\r\n"));
    for (Client& client : clients) {
      EXPECT_THAT(client.ReceiveUntil(absl::StrCat("GET ", round)), StartsWith("HTTP/1.1 200 OK\r\n"));
    }
  }
}

TEST_P(ServerTest, ARequestInPiecesIsServedAndSoIsTheNext) {
  Start();
  Client client(server_->address());
  for (const absl::string_view piece : {"GET /o", "ne HTTP/1.1\r\nHo", "st: x\r\n\r"}) {
    client.Send(piece);
    absl::SleepFor(absl::Milliseconds(20));
  }
  client.Send("\nGET /two HT");
  EXPECT_THAT(client.ReceiveUntil("GET one"), StartsWith("HTTP/1.1 200 OK\r\n"));
  client.Send("TP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.ReceiveUntil("GET two"), StartsWith("HTTP/1.1 200 OK\r\n"));
  client.Send("GET /three HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.ReceiveAll(), HasSubstr("GET three"));
}

TEST_P(ServerTest, ServesAgainAfterOthersHaveHadAllThreads) {
  Start({}, /*threads=*/4, /*queue=*/2);
  absl::SleepFor(absl::Milliseconds(800));  // Nothing goes on any more.
  absl::Notification release;
  int others = 0;
  std::atomic<int> ended = 0;
  for (int i = 0; i < 4; ++i) {
    while (pool_->TrySchedule([&] {
      release.WaitForNotification();
      ++ended;
    })) {
      ++others;
    }
    Client(server_->address()).Send("GET /in-pieces");
    absl::SleepFor(absl::Milliseconds(20));
  }
  release.Notify();
  while (ended < others) absl::SleepFor(absl::Milliseconds(1));
  Client client(server_->address());
  client.Send("GET /one HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.ReceiveAll(), HasSubstr("GET one"));
}

TEST_P(ServerTest, WorkIsNoIdleTime) {
  ServerOptions options;
  options.idle_timeout = absl::Milliseconds(100);
  const std::string large(20 << 20, '#');
  handler_ = [&](const Request&, const Operation&) {
    absl::SleepFor(absl::Milliseconds(300));
    return MakeResponse(200, "text/plain", large);
  };
  Start(options);
  Client client(server_->address());
  client.Send("GET /one HTTP/1.1\r\nHost: x\r\n\r\nGET /two HTTP/1.1\r\nHost: x\r\n\r\n");
  absl::SleepFor(absl::Milliseconds(600));
  const std::string received = client.ReceiveAll();
  EXPECT_EQ(std::count(received.begin(), received.end(), '#'), 2 * large.size());
}

TEST_P(ServerTest, LongRequestsDoNotHoldUpShortOnes) {
  absl::Notification release;
  handler_ = [&](const Request& request, const Operation&) {
    if (request.segments.back() == "long") release.WaitForNotification();
    return MakeResponse(200, "text/plain", request.segments.back());
  };
  Start();
  std::deque<Client> clients;
  for (int i = 0; i < 3; ++i) {
    clients.emplace_back(server_->address()).Send("GET /long HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  }
  Client client(server_->address());
  client.Send("GET /short HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.ReceiveAll(), ::testing::EndsWith("short"));
  release.Notify();
  for (Client& long_client : clients) EXPECT_THAT(long_client.ReceiveAll(), ::testing::EndsWith("long"));
}

}  // namespace
}  // namespace vitrine::http
