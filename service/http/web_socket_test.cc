#include "service/http/web_socket.h"

#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/synchronization/mutex.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "service/http/problem.h"
#include "service/http/server.h"
#include "service/http/test_client.h"

namespace vitrine::http {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr uint8_t kText = 1, kBinary = 2, kClose = 8, kPing = 9, kPong = 10;

struct Frame {
  int opcode = -1;  // -1: the connection has ended.
  std::string payload;

  int close_code() const { return static_cast<uint8_t>(payload[0]) << 8 | static_cast<uint8_t>(payload[1]); }
};

// Speaks RFC 6455 byte by byte, so that it can misbehave.
class WebSocketClient : public Client {
 public:
  explicit WebSocketClient(const std::string& address) : Client(address) { EXPECT_TRUE(connected()); }

  // Answers a close, and leaves when the server has ended the connection.
  void FinishClose(const Frame& frame) {
    SendFrame(kClose, frame.payload);
    EXPECT_EQ(ReceiveFrame().opcode, -1);
    Shutdown();
  }

  // The server's header.
  std::string Handshake() {
    Send(
        "GET /s HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n");
    std::string header;
    while (!absl::StrContains(header, "\r\n\r\n")) {
      const std::string byte = Receive(1);
      if (byte.empty()) break;
      header += byte;
    }
    return header;
  }

  void SendFrame(uint8_t opcode, absl::string_view payload, bool masked = true) {
    std::string frame(1, static_cast<char>(0x80 | opcode));
    const int mask_bit = masked ? 0x80 : 0;
    if (payload.size() < 126) {
      frame += static_cast<char>(mask_bit | payload.size());
    } else {
      frame += static_cast<char>(mask_bit | 126);
      frame += static_cast<char>(payload.size() >> 8);
      frame += static_cast<char>(payload.size());
    }
    const char mask[4] = {1, 2, 3, 4};
    if (masked) frame.append(mask, 4);
    for (size_t i = 0; i < payload.size(); ++i) frame += masked ? payload[i] ^ mask[i % 4] : payload[i];
    Send(frame);
  }

  Frame ReceiveFrame() {
    const std::string head = Receive(2);
    if (head.size() < 2) return {};
    size_t size = static_cast<uint8_t>(head[1]);
    if (size >= 126) {
      size_t bytes = size == 126 ? 2 : 8;
      size = 0;
      for (const char c : Receive(bytes)) size = size << 8 | static_cast<uint8_t>(c);
    }
    return {head[0] & 0x0f, Receive(size)};
  }
};

// Sends back what it gets.
class Echo : public WebSocketHandler {
 public:
  void OnOpen(std::shared_ptr<WebSocket> socket) override {
    this->socket = std::move(socket);
    opened.Notify();
  }
  void OnMessage(std::string message, bool binary) override {
    if (message == "much") {
      socket->Send({true, "", std::make_shared<const std::string>(64 << 20, 'x')});
    } else {
      socket->Send({binary, "echo ", std::make_shared<const std::string>(std::move(message))});
    }
  }
  void OnTooBig() override { socket->Send({false, "too big", nullptr}); }
  void OnSent() override { ++sent; }
  void OnClosed() override { closed.Notify(); }

  std::shared_ptr<WebSocket> socket;
  absl::Notification opened;
  absl::Notification closed;
  int sent = 0;
};

// Of connections that come from threads that serve directly, and of others.
class WebSocketTest : public ::testing::TestWithParam<int> {
 protected:
  void Start(ServerOptions options = {}) {
    options.listen = "127.0.0.1:0";
    options.direct_threads = GetParam();
    auto upgrade = [this](const Request& request, const Operation& operation) {
      using Answer = std::variant<std::shared_ptr<WebSocketHandler>, Response>;
      if (refuse_) return Answer(ProblemResponse(403, "no", operation.request_id));
      EXPECT_EQ(request.segments.back(), "s");
      auto handler = std::make_shared<Echo>();
      absl::MutexLock lock(&mutex_);
      handlers_.push_back(handler);
      return Answer(std::shared_ptr<WebSocketHandler>(handler));
    };
    const Handler plain = [](const Request&, const Operation&) { return MakeResponse(200, "text/plain", "plain"); };
    auto server = Server::Start(options, pool_, plain, upgrade);
    ASSERT_TRUE(server.ok()) << server.status();
    server_ = *std::move(server);
  }

  std::shared_ptr<Echo> handler(int i = 0) {
    absl::MutexLock lock(&mutex_);
    return handlers_[i];
  }

  ThreadPool pool_{"test", 2, 2};
  bool refuse_ = false;
  absl::Mutex mutex_;
  std::vector<std::shared_ptr<Echo>> handlers_;
  std::unique_ptr<Server> server_;
};

bool Happens(const absl::Notification& notification) {
  if (!notification.WaitForNotificationWithTimeout(absl::Seconds(5))) return false;
  notification.WaitForNotification();  // The wait that ThreadSanitizer is told of.
  return true;
}

INSTANTIATE_TEST_SUITE_P(Paths, WebSocketTest, ::testing::Values(0, 1));

TEST_P(WebSocketTest, ShakesHandsAsTheStandardsExample) {
  Start();
  WebSocketClient client(server_->address());
  const std::string header = client.Handshake();
  EXPECT_THAT(header, StartsWith("HTTP/1.1 101 "));
  EXPECT_THAT(header, HasSubstr("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"));
  EXPECT_THAT(header, ::testing::Not(HasSubstr("permessage-deflate")));
}

TEST_P(WebSocketTest, CarriesTextAndBinary) {
  Start();
  WebSocketClient client(server_->address());
  client.Handshake();
  for (const uint8_t opcode : {kText, kBinary}) {
    client.SendFrame(opcode, "hello");
    const Frame frame = client.ReceiveFrame();
    EXPECT_EQ(frame.opcode, opcode);
    EXPECT_EQ(frame.payload, "echo hello");
  }
  client.SendFrame(kPing, "?");
  EXPECT_EQ(client.ReceiveFrame().opcode, kPong);
}

TEST_P(WebSocketTest, ClosesWithTheCodeOfTheStandard) {
  ServerOptions options;
  options.web_socket.max_message_bytes = 1000;
  Start(options);
  const struct {
    uint8_t opcode;
    std::string payload;
    bool masked;
    int code;
  } kCases[] = {
      {kText, "\xff\xfe", true, 1007},
      {kText, "not masked", false, 1002},
      {3, "an opcode that is reserved", true, 1002},
  };
  for (const auto& bad : kCases) {
    WebSocketClient client(server_->address());
    client.Handshake();
    client.SendFrame(bad.opcode, bad.payload, bad.masked);
    const Frame frame = client.ReceiveFrame();
    ASSERT_EQ(frame.opcode, kClose) << bad.payload;
    EXPECT_EQ(frame.close_code(), bad.code) << bad.payload;
  }
}

TEST_P(WebSocketTest, AMessageThatIsTooBigIsAnsweredBeforeTheClose) {
  ServerOptions options;
  options.web_socket.max_message_bytes = 1000;
  Start(options);
  WebSocketClient client(server_->address());
  client.Handshake();
  client.SendFrame(kText, std::string(1000, 'x'));
  EXPECT_EQ(client.ReceiveFrame().opcode, kText);
  client.SendFrame(kText, std::string(1001, 'x'));
  EXPECT_EQ(client.ReceiveFrame().payload, "too big");
  const Frame frame = client.ReceiveFrame();
  ASSERT_EQ(frame.opcode, kClose);
  EXPECT_EQ(frame.close_code(), 1009);
  client.FinishClose(frame);
  EXPECT_TRUE(Happens(handler()->closed));
}

TEST_P(WebSocketTest, TheHandlerCloses) {
  Start();
  WebSocketClient client(server_->address());
  client.Handshake();
  ASSERT_TRUE(Happens(handler()->opened));
  handler()->socket->Close(CloseCode::kServiceRestart, "see you");
  const Frame frame = client.ReceiveFrame();
  ASSERT_EQ(frame.opcode, kClose);
  EXPECT_EQ(frame.close_code(), 1012);
  EXPECT_EQ(frame.payload.substr(2), "see you");
  client.FinishClose(frame);
  EXPECT_TRUE(Happens(handler()->closed));
  handler()->socket->Send({});  // Nothing happens.
}

TEST_P(WebSocketTest, TheHandlerHearsOfAPeerThatLeaves) {
  Start();
  { WebSocketClient(server_->address()).Handshake(); }
  EXPECT_TRUE(Happens(handler()->closed));
  ServerOptions options;
  options.web_socket.peer_timeout = absl::Milliseconds(200);
  Start(options);
  WebSocketClient silent(server_->address());  // Answers no ping.
  silent.Handshake();
  EXPECT_TRUE(Happens(handler(1)->closed));
}

TEST_P(WebSocketTest, APeerThatDoesNotReadIsLeftAndHarmsNobody) {
  ServerOptions options;
  options.web_socket.write_timeout = absl::Milliseconds(500);
  Start(options);
  WebSocketClient greedy(server_->address());
  greedy.Handshake();
  greedy.SendFrame(kText, "much");
  WebSocketClient other(server_->address());
  other.Handshake();
  other.SendFrame(kText, "quick");
  EXPECT_EQ(other.ReceiveFrame().payload, "echo quick");
  EXPECT_TRUE(Happens(handler()->closed));
  EXPECT_EQ(handler()->sent, 0);
  other.SendFrame(kText, "still");
  EXPECT_EQ(other.ReceiveFrame().payload, "echo still");
}

TEST_P(WebSocketTest, CanBeRefused) {
  refuse_ = true;
  Start();
  WebSocketClient client(server_->address());
  EXPECT_THAT(client.Handshake(), StartsWith("HTTP/1.1 403 "));
}

TEST_P(WebSocketTest, EndsWithTheServer) {
  Start();
  WebSocketClient client(server_->address());
  client.Handshake();
  ASSERT_TRUE(Happens(handler()->opened));
  server_.reset();
  EXPECT_TRUE(handler()->closed.HasBeenNotified());
  EXPECT_EQ(client.ReceiveFrame().opcode, -1);
  handler()->socket->Close(CloseCode::kNormal, "");  // Nothing happens.
}

}  // namespace
}  // namespace vitrine::http
