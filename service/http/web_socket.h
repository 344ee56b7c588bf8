#ifndef VITRINE_SERVICE_HTTP_WEB_SOCKET_H_
#define VITRINE_SERVICE_HTTP_WEB_SOCKET_H_

// WebSocket connections (RFC 6455) as their users see them: no sockets, no library types.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <variant>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/operation.h"
#include "service/http/message.h"

namespace vitrine::http {

// RFC 6455 7.4.1. The connection itself closes with kProtocolError, kInvalidText (not UTF-8) and kMessageTooBig.
enum class CloseCode : uint16_t {
  kNormal = 1000,
  kGoingAway = 1001,
  kProtocolError = 1002,
  kInvalidText = 1007,
  kPolicy = 1008,
  kMessageTooBig = 1009,
  kInternalError = 1011,
  kServiceRestart = 1012,
  kTryAgainLater = 1013,
};

struct WebSocketMessage {
  bool binary = false;
  std::string head;
  std::shared_ptr<const std::string> body;  // Follows `head` in the same message; may be null.
};

// The server's end of a connection. Thread-safe; calls after the connection's end do nothing.
class WebSocket {
 public:
  virtual ~WebSocket() = default;

  // One message at a time: the next one after OnSent().
  virtual void Send(WebSocketMessage message) = 0;

  // After what is being sent. `reason` is at most 123 bytes of UTF-8.
  virtual void Close(CloseCode code, absl::string_view reason) = 0;
};

// What a connection is for. Calls come from the I/O thread, one at a time, and must not block.
class WebSocketHandler {
 public:
  virtual ~WebSocketHandler() = default;

  // The first call.
  virtual void OnOpen(std::shared_ptr<WebSocket> socket) = 0;
  virtual void OnMessage(std::string message, bool binary) = 0;
  // A message is over the limit: the connection closes with kMessageTooBig, after what the handler sends now.
  virtual void OnTooBig() = 0;
  // The last message is with the peer's network, but for some kilobytes.
  virtual void OnSent() = 0;
  // The last call, however the connection ended.
  virtual void OnClosed() = 0;
};

// Whether a request may become a WebSocket: its handler, or the answer that refuses. Called on the server's pool.
using WebSocketUpgrade =
    std::function<std::variant<std::shared_ptr<WebSocketHandler>, Response>(const Request&, const Operation&)>;

struct WebSocketOptions {
  uint64_t max_message_bytes = 256 << 10;
  absl::Duration peer_timeout = absl::Seconds(40);   // Without a sign of life; pings are sent after half of it.
  absl::Duration write_timeout = absl::Seconds(30);  // For one message.
  absl::Duration close_timeout = absl::Seconds(5);   // For the peer's answer to a close.
};

}  // namespace vitrine::http

#endif  // VITRINE_SERVICE_HTTP_WEB_SOCKET_H_
