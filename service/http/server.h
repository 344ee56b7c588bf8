#ifndef VITRINE_SERVICE_HTTP_SERVER_H_
#define VITRINE_SERVICE_HTTP_SERVER_H_

// An HTTP/1.1 server. Handlers run on a thread pool. There are two ways to serve a connection: on the I/O thread, which
// waits for many peers at the same time and never computes, and, for what can be read and answered at once, on the
// threads that compute.

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "base/thread_pool.h"
#include "service/http/server_options.h"
#include "service/http/web_socket.h"

namespace vitrine::http {

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
