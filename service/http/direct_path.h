#ifndef VITRINE_SERVICE_HTTP_DIRECT_PATH_H_
#define VITRINE_SERVICE_HTTP_DIRECT_PATH_H_

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "base/operation.h"
#include "base/thread_pool.h"
#include "boost/beast/core/flat_buffer.hpp"
#include "service/http/epoll.h"
#include "service/http/exchange.h"
#include "service/http/server_options.h"
#include "service/http/takers.h"

namespace vitrine::http {

// A connection that changes hands: the socket, what was read of it, and what is left to send.
struct Handover {
  int descriptor = -1;
  boost::beast::flat_buffer buffer;
  std::optional<UnsentAnswer> unsent;
};

// Serves connections on the threads that compute the answers: one thread of the pool reads a request, handles it and
// sends the answer, and no other is woken for it. Does what can be done at once; a connection whose request is not
// there as a whole, is none, asks for a WebSocket, or whose answer the socket does not take, is handed over with all it
// has. Thread-safe.
class DirectPath {
 public:
  struct Events {
    std::function<void(Handover)> on_handover;
    std::function<void()> on_closed;  // A connection has ended.
    // There is something to serve: Tick() is to be called every kTick, while it says so.
    std::function<void()> on_ready;
  };
  static constexpr absl::Duration kTick = absl::Milliseconds(5);

  // Everything given must outlive this. Events come from any thread.
  static absl::StatusOr<std::unique_ptr<DirectPath>> Start(const ServerOptions& options, ThreadPool& pool,
                                                           Handler handler, Events events);
  // After all connections have ended.
  ~DirectPath();

  // Waits for the next request of a connection. False, and the connection stays the caller's, where the kernel can
  // watch no more.
  [[nodiscard]] bool Add(int descriptor);

  // Lets others serve where threads are long about their requests, and the I/O thread read where the pool has no thread
  // for it. True while it is to be called on.
  bool Tick();

  // Closes the connections that have waited for a request for so long.
  void CloseIdle(std::chrono::steady_clock::duration wait);
  // From now on, connections end with what they do.
  void Drain();
  // Cancels what is in work and closes its connections, without an answer, as soon as it ends.
  void Abort();

  // Readable when a peer has left: then NoticeLeaves() cancels what it had asked for.
  int leaves_descriptor() const { return leaves_.descriptor(); }
  void NoticeLeaves();

 private:
  struct Session {
    uint64_t id = 0;
    int descriptor = -1;
    boost::beast::flat_buffer buffer;                  // Of the thread that serves.
    std::chrono::steady_clock::time_point idle_since;  // These three under the path's mutex.
    bool left = false;                                 // By its peer.
    std::shared_ptr<Cancellation> cancellation;        // Of the request in work, until it is answered; or null.
  };

  DirectPath(const ServerOptions& options, ThreadPool& pool, Handler handler, Events events, Epoll ready, Epoll leaves,
             int end);

  Session* Take(bool block);
  void Serve(Session& session);
  bool IsDraining();
  bool Receive(Session& session);
  bool Begin(Session& session, const Operation& operation);
  bool IsAwaited(const Session& session, bool& last);
  void Rearm(Session& session);
  void Close(Session& session);
  void HandOver(Session& session, std::optional<UnsentAnswer> unsent);
  std::unique_ptr<Session> Release(Session& session);

  const ServerOptions& options_;
  const Handler handler_;
  const Events events_;
  Epoll ready_;    // Sockets without a request, one-shot; tags are Session pointers.
  Epoll leaves_;   // All sockets, for peers that leave; tags are ids.
  const int end_;  // An eventfd in ready_ that ends its waits.
  absl::Mutex mutex_;
  absl::flat_hash_map<uint64_t, std::unique_ptr<Session>> sessions_ ABSL_GUARDED_BY(mutex_);
  uint64_t next_id_ ABSL_GUARDED_BY(mutex_) = 1;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  Takers takers_;
};

}  // namespace vitrine::http

#endif  // VITRINE_SERVICE_HTTP_DIRECT_PATH_H_
