#include "service/http/streamed_body.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>

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

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;

// Gives "piece0", "piece1" ... and then ends or fails.
class Pieces : public BodySource {
 public:
  Pieces(int count, absl::Status end) : count_(count), end_(std::move(end)) {}
  absl::StatusOr<std::string> Next(const Operation& operation) override {
    if (absl::Status status = operation.Check(); !status.ok()) return status;
    if (given_ < count_) return absl::StrCat("piece", given_++);
    if (!end_.ok()) return end_;
    return std::string();
  }

 private:
  const int count_;
  const absl::Status end_;
  int given_ = 0;
};

Handler Streaming(int count, absl::Status end, std::optional<uint64_t> length) {
  return [=](const Request&, const Operation&) {
    Response response;
    response.source = std::make_shared<Pieces>(count, end);
    response.source_length = length;
    return response;
  };
}

// Of connections that come from threads that serve directly, and of others.
using StreamedBodyTest = ServerTest;

INSTANTIATE_TEST_SUITE_P(Paths, StreamedBodyTest, ::testing::Values(0, 1));

TEST_P(StreamedBodyTest, SendsABodyOfUnknownLengthInChunks) {
  handler_ = Streaming(2, absl::OkStatus(), std::nullopt);
  Start({}, /*threads=*/2);
  Client client(server_->address());
  client.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  const std::string answer = client.ReceiveUntil("\r\n0\r\n\r\n");
  EXPECT_THAT(answer, HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_THAT(answer, Not(HasSubstr("Content-Length")));
  EXPECT_THAT(answer, EndsWith("\r\n\r\n6\r\npiece0\r\n6\r\npiece1\r\n0\r\n\r\n"));
  client.Send("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(client.ReceiveAll(), EndsWith("piece1\r\n0\r\n\r\n"));
}

TEST_P(StreamedBodyTest, EndsTheConnectionAfterABodyOfUnknownLengthForOldClients) {
  handler_ = Streaming(2, absl::OkStatus(), std::nullopt);
  Start({}, /*threads=*/2);
  Client client(server_->address());
  client.Send("GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
  const std::string answer = client.ReceiveAll();
  EXPECT_THAT(answer, Not(HasSubstr("chunked")));
  EXPECT_THAT(answer, HasSubstr("Connection: close\r\n"));
  EXPECT_THAT(answer, EndsWith("\r\n\r\npiece0piece1"));
}

TEST_P(StreamedBodyTest, SendsABodyOfKnownLengthAsItIs) {
  handler_ = Streaming(3, absl::OkStatus(), 18);
  Start({}, /*threads=*/2);
  Client client(server_->address());
  client.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\nHEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  const std::string answers = client.ReceiveAll();
  EXPECT_THAT(answers, HasSubstr("Content-Length: 18\r\n"));
  EXPECT_THAT(answers, HasSubstr("\r\n\r\npiece0piece1piece2HTTP/1.1 200 "));
  EXPECT_THAT(answers, EndsWith("\r\n\r\n"));
}

TEST_P(StreamedBodyTest, BreaksOffABodyWhoseSourceFails) {
  handler_ = Streaming(1, absl::UnavailableError("gone"), std::nullopt);
  Start({}, /*threads=*/2);
  Client client(server_->address());
  client.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.ReceiveAll(), EndsWith("6\r\npiece0\r\n"));
}

// Gives nothing until it is cancelled.
class Silence : public BodySource {
 public:
  explicit Silence(absl::Notification& asked) : asked_(asked) {}
  absl::StatusOr<std::string> Next(const Operation& operation) override {
    asked_.Notify();
    while (operation.Check().ok()) absl::SleepFor(absl::Milliseconds(1));
    return operation.Check();
  }

 private:
  absl::Notification& asked_;
};

TEST_P(StreamedBodyTest, TheServersEndCancelsTheSource) {
  absl::Notification asked;
  handler_ = [&](const Request&, const Operation&) {
    Response response;
    response.source = std::make_shared<Silence>(asked);
    return response;
  };
  Start({}, /*threads=*/2);
  Client client(server_->address());
  client.Send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  asked.WaitForNotification();
  const absl::Time start = absl::Now();
  server_.reset();
  EXPECT_LT(absl::Now() - start, absl::Seconds(5));
}

}  // namespace
}  // namespace vitrine::http
