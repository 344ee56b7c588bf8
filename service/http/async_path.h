#ifndef VITRINE_SERVICE_HTTP_ASYNC_PATH_H_
#define VITRINE_SERVICE_HTTP_ASYNC_PATH_H_

#include <functional>
#include <memory>
#include <optional>
#include <unordered_set>
#include <variant>

#include "base/operation.h"
#include "base/thread_pool.h"
#include "boost/asio/awaitable.hpp"
#include "boost/asio/io_context.hpp"
#include "boost/asio/ip/tcp.hpp"
#include "boost/beast/core/flat_buffer.hpp"
#include "service/http/exchange.h"
#include "service/http/request_reader.h"
#include "service/http/server_options.h"
#include "service/http/web_socket.h"

namespace vitrine::http {

// Serves connections on the I/O thread, which waits for any number of peers, however slow; handlers run on the pool.
// Everything runs on the I/O thread, so nothing here needs a lock.
class AsyncPath {
 public:
  // `give_back` is given the connections that wait for their next request; without it, they stay. `on_closed`: a
  // connection has ended here. Everything given must outlive this.
  AsyncPath(boost::asio::io_context& context, const ServerOptions& options, ThreadPool& pool, Handler handler,
            WebSocketUpgrade upgrade, std::function<void(boost::asio::ip::tcp::socket)> give_back,
            std::function<void()> on_closed);

  // Takes a connection, which goes on with what is in `buffer` and, before that, with the rest of an answer.
  void Serve(boost::asio::ip::tcp::socket socket, boost::beast::flat_buffer buffer, std::optional<UnsentAnswer> unsent);

  // From now on, connections end with what they do; idle ones at once.
  void Drain();
  // Cancels what is in work and ends all connections, those to come as well.
  void Abort();

 private:
  struct Session : Connection {
    using Connection::Connection;
    std::shared_ptr<Cancellation> cancellation = std::make_shared<Cancellation>();  // Of the request in work.
    std::function<void()> abort_web_socket;                                         // Of what it has become.
    bool busy = false;
  };
  using Answered = std::variant<std::shared_ptr<WebSocketHandler>, Response>;

  void Abort(Session& session);
  boost::asio::awaitable<void> ServeAll(std::shared_ptr<Session> session, std::optional<UnsentAnswer> unsent);
  boost::asio::awaitable<bool> ServeOne(Session& session);
  boost::asio::awaitable<std::optional<Answered>> Handle(Session& session, Request request, Operation operation,
                                                         bool upgrade);
  template <typename Finish>
  void Schedule(std::shared_ptr<const Request> request, const Operation& operation, bool upgrade, Finish finish);
  boost::asio::awaitable<bool> Send(Session& session, UnsentAnswer& unsent);
  boost::asio::awaitable<void> RefuseUnreadable(Session& session, boost::system::error_code error);

  boost::asio::io_context& context_;
  const ServerOptions& options_;
  ThreadPool& pool_;
  const Handler handler_;
  const WebSocketUpgrade upgrade_;
  const std::function<void(boost::asio::ip::tcp::socket)> give_back_;
  const std::function<void()> on_closed_;
  std::unordered_set<Session*> sessions_;
  bool draining_ = false;
  bool aborted_ = false;
};

}  // namespace vitrine::http

#endif  // VITRINE_SERVICE_HTTP_ASYNC_PATH_H_
