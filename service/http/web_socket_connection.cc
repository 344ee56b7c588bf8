#include "service/http/web_socket_connection.h"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "boost/asio/post.hpp"
#include "boost/asio/steady_timer.hpp"
#include "boost/beast/core/buffers_to_string.hpp"
#include "boost/beast/websocket.hpp"

namespace vitrine::http {
namespace asio = boost::asio;
namespace beast = boost::beast;
namespace websocket = beast::websocket;
using boost::system::error_code;

namespace {

constexpr size_t kReadBytes = 16 << 10;
constexpr size_t kLongestReason = 123;

// What the kernel may hold of a message that it has not begun to transmit. A frame counts as sent when it is nearly
// gone, so that the time this takes is the line's and nothing newer waits behind old frames.
constexpr int kUnsentBytes = 16 << 10;

// Everything runs on the stream's executor.
class Socket final : public std::enable_shared_from_this<Socket> {
 public:
  Socket(beast::tcp_stream stream, std::shared_ptr<WebSocketHandler> handler, WebSocketOptions options)
      : socket_(std::move(stream)),
        handler_(std::move(handler)),
        options_(options),
        write_timer_(socket_.get_executor()),
        close_timer_(socket_.get_executor(), std::chrono::steady_clock::time_point::max()) {}

  auto executor() { return socket_.get_executor(); }

  asio::awaitable<void> Serve(const Message& request, const std::shared_ptr<WebSocket>& handle) {
    Prepare();
    const auto [error] = co_await socket_.async_accept(request, kAwait);
    if (error) co_return;
    open_ = true;
    handler_->OnOpen(handle);
    while (co_await ReadMessage()) {
    }
    // The peer's answer to a close, or the close that follows a message that was too big.
    if (closing_ && !closed_) co_await close_timer_.async_wait(kAwait);
    open_ = false;
    Abort();
    handler_->OnClosed();
  }

  void Send(WebSocketMessage message) {
    if (!open_ || closing_) return;
    message_ = std::move(message);
    socket_.binary(message_.binary);
    const absl::string_view body = message_.body != nullptr ? absl::string_view(*message_.body) : "";
    const std::array<asio::const_buffer, 2> buffers = {asio::buffer(message_.head),
                                                       asio::buffer(body.data(), body.size())};
    write_timer_.expires_after(ToChrono(options_.write_timeout));
    write_timer_.async_wait([self = shared_from_this()](error_code error) {
      if (!error) self->Abort();
    });
    socket_.async_write(buffers, [self = shared_from_this()](error_code error, size_t) { self->OnWritten(error); });
  }

  void Close(CloseCode code, const std::string& reason) {
    if (!open_ || std::exchange(closing_, true)) return;
    const websocket::close_reason why(static_cast<websocket::close_code>(code), reason.substr(0, kLongestReason));
    socket_.async_close(why, [self = shared_from_this()](error_code) {
      self->closed_ = true;
      self->close_timer_.cancel();
    });
  }

  void Abort() {
    beast::get_lowest_layer(socket_).close();
    write_timer_.cancel();
  }

 private:
  void Prepare() {
    auto& stream = beast::get_lowest_layer(socket_);
    stream.expires_never();  // The WebSocket has timers of its own.
    setsockopt(stream.socket().native_handle(), IPPROTO_TCP, TCP_NOTSENT_LOWAT, &kUnsentBytes, sizeof(kUnsentBytes));
    websocket::stream_base::timeout timeout;
    timeout.handshake_timeout = ToChrono(options_.close_timeout);
    timeout.idle_timeout = ToChrono(options_.peer_timeout);
    timeout.keep_alive_pings = true;
    socket_.set_option(timeout);
    socket_.set_option(websocket::stream_base::decorator(
        [](websocket::response_type& response) { response.set(beast::http::field::server, "vitrine"); }));
    socket_.read_message_max(0);  // Checked while it is read, so that an answer can be given.
    socket_.auto_fragment(false);
  }

  // False at the end.
  asio::awaitable<bool> ReadMessage() {
    beast::flat_buffer buffer;
    do {
      const auto [error, bytes] = co_await socket_.async_read_some(buffer, kReadBytes, kAwait);
      if (error) co_return false;
      if (buffer.size() <= options_.max_message_bytes) continue;
      handler_->OnTooBig();
      // What the handler sends was posted, and goes first.
      asio::post(executor(),
                 [self = shared_from_this()] { self->Close(CloseCode::kMessageTooBig, "the message is too big"); });
      co_await asio::post(executor(), asio::use_awaitable);
      co_return false;
    } while (!socket_.is_message_done());
    handler_->OnMessage(beast::buffers_to_string(buffer.data()), socket_.got_binary());
    co_return true;
  }

  void OnWritten(error_code error) {
    write_timer_.cancel();
    message_ = WebSocketMessage();
    if (!open_) return;
    if (error) {
      Abort();
    } else {
      handler_->OnSent();
    }
  }

  websocket::stream<beast::tcp_stream> socket_;
  const std::shared_ptr<WebSocketHandler> handler_;
  const WebSocketOptions options_;
  asio::steady_timer write_timer_;
  asio::steady_timer close_timer_;  // Never expires: cancelled when the close is done.
  WebSocketMessage message_;        // Under way.
  bool open_ = false;
  bool closing_ = false;
  bool closed_ = false;
};

// What the handler holds: it may outlive the connection and its executor.
class Handle final : public WebSocket {
 public:
  explicit Handle(std::shared_ptr<Socket> connection) : connection_(std::move(connection)) {}

  void Send(WebSocketMessage message) override {
    absl::MutexLock lock(&mutex_);
    if (connection_ == nullptr) return;
    asio::post(connection_->executor(), [connection = connection_, message = std::move(message)]() mutable {
      connection->Send(std::move(message));
    });
  }

  void Close(CloseCode code, absl::string_view reason) override {
    absl::MutexLock lock(&mutex_);
    if (connection_ == nullptr) return;
    asio::post(connection_->executor(),
               [connection = connection_, code, reason = std::string(reason)] { connection->Close(code, reason); });
  }

  void Detach() {
    absl::MutexLock lock(&mutex_);
    connection_ = nullptr;
  }

 private:
  absl::Mutex mutex_;
  std::shared_ptr<Socket> connection_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace

bool IsWebSocketUpgrade(const Message& message) { return websocket::is_upgrade(message); }

asio::awaitable<void> ServeWebSocket(beast::tcp_stream stream, Message request,
                                     std::shared_ptr<WebSocketHandler> handler, WebSocketOptions options,
                                     std::function<void(std::function<void()> abort)> on_started) {
  const auto connection = std::make_shared<Socket>(std::move(stream), std::move(handler), options);
  const auto handle = std::make_shared<Handle>(connection);
  on_started([connection] { connection->Abort(); });
  co_await connection->Serve(request, handle);
  handle->Detach();
}

}  // namespace vitrine::http
