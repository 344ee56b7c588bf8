#ifndef VITRINE_SERVICE_HTTP_SERVER_OPTIONS_H_
#define VITRINE_SERVICE_HTTP_SERVER_OPTIONS_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/time/time.h"
#include "base/operation.h"
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
  // So many threads of the pool read requests and send answers themselves; fewer than the pool has. It saves
  // the changes of threads, which weigh where an answer takes a millisecond. 0: the I/O thread reads and sends, and the
  // pool computes.
  int direct_threads = 0;
  WebSocketOptions web_socket;
  // Called, on the I/O thread, for each answer that no handler gave: 400, 413, 431 for what is no request, 429 where
  // the pool is full.
  std::function<void(int status)> on_refused = [](int) {};
  // Called, on the I/O thread, with the answer to a request for which no thread is free.
  std::function<void(const Request&, Response&)> decorate_refusal = [](const Request&, Response&) {};
};

// Called on the pool. `operation` is cancelled when the client closes the connection.
using Handler = std::function<Response(const Request& request, const Operation& operation)>;

}  // namespace vitrine::http

#endif  // VITRINE_SERVICE_HTTP_SERVER_OPTIONS_H_
