#ifndef VITRINE_SERVICE_HTTP_SERVER_H_
#define VITRINE_SERVICE_HTTP_SERVER_H_

// An HTTP/1.1 server on one I/O thread. Handlers run on a thread pool; the I/O thread never computes.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/operation.h"
#include "base/thread_pool.h"
#include "service/http/message.h"
#include "service/http/web_socket.h"

namespace vitrine::http {

struct ServerOptions {
  std::string listen = "127.0.0.1:8080";               // "HOST:PORT", "[IPV6]:PORT"; port 0 picks a free one.
  std::string thread_name = "http";                    // At most 15 characters.
  uint32_t max_header_bytes = 32 << 10;                // Request line and headers; more is answered 431.
  uint64_t max_body_bytes = 1 << 20;                   // More is answered 413.
  int max_connections = 4096;                          // Further ones are closed at once.
  absl::Duration header_timeout = absl::Seconds(10);   // From the first byte of a request to its last; then closed.
  absl::Duration idle_timeout = absl::Seconds(75);     // Between requests on a connection.
  absl::Duration write_timeout = absl::Seconds(60);    // For a whole response.
  absl::Duration request_timeout = absl::Seconds(30);  // The Operation's deadline.
  WebSocketOptions web_socket;
  // Called, on the I/O thread, for each answer that no handler gave: 400, 413, 431 for what is no request, 429 where
  // the pool is full.
  std::function<void(int status)> on_refused = [](int) {};
  // Called, on the I/O thread, with the answer to a request for which no thread is free.
  std::function<void(const Request&, Response&)> decorate_refusal = [](const Request&, Response&) {};
};

// Called on the pool. `operation` is cancelled when the client closes the connection.
using Handler = std::function<Response(const Request& request, const Operation& operation)>;

// Thread-safe. The destructor closes every connection and waits for running handlers.
class Server {
 public:
  // `pool` must outlive the server. Without `upgrade`, a request for a WebSocket is one like any other. UNAVAILABLE
  // where the address cannot be bound.
  static absl::StatusOr<std::unique_ptr<Server>> Start(ServerOptions options, ThreadPool& pool, Handler handler,
                                                       WebSocketUpgrade upgrade = nullptr);
  ~Server();

  // "HOST:PORT" with the real port.
  std::string address() const;

  // Stops accepting, closes idle connections, lets running requests finish until `deadline`, then closes the rest. Open
  // WebSockets count as running: whoever handles them closes them.
  void Drain(absl::Time deadline);

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  const std::unique_ptr<Impl> impl_;
};

}  // namespace vitrine::http

#endif  // VITRINE_SERVICE_HTTP_SERVER_H_
