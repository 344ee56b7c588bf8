#include "service/http/server.h"

#include <pthread.h>

#include <array>
#include <chrono>
#include <memory>
#include <optional>
#include <thread>
#include <unordered_set>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "base/error.h"
#include "base/random_id.h"
#include "base/status_macros.h"
#include "boost/asio/awaitable.hpp"
#include "boost/asio/co_spawn.hpp"
#include "boost/asio/detached.hpp"
#include "boost/asio/executor_work_guard.hpp"
#include "boost/asio/ip/tcp.hpp"
#include "boost/asio/steady_timer.hpp"
#include "boost/asio/write.hpp"
#include "boost/beast/core/buffers_suffix.hpp"
#include "service/http/address.h"
#include "service/http/problem.h"
#include "service/http/read_ahead.h"
#include "service/http/request_reader.h"
#include "service/http/streamed_body.h"
#include "service/http/web_socket_connection.h"
#include "service/http/wire.h"

namespace vitrine::http {
namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;
using boost::system::error_code;

namespace {

// What Connection has to say: HTTP/1.1 keeps a connection open unless told otherwise, HTTP/1.0 the other way round.
absl::string_view ConnectionField(unsigned version, bool keep_alive) {
  if (!keep_alive) return "close";
  return version < 11 ? "keep-alive" : "";
}

}  // namespace

// Everything but Start(), Drain() and the destructor runs on the I/O thread, so nothing here needs a lock.
class Server::Impl {
 public:
  Impl(ServerOptions options, ThreadPool& pool, Handler handler, WebSocketUpgrade upgrade)
      : options_(std::move(options)),
        pool_(pool),
        handler_(std::move(handler)),
        upgrade_(std::move(upgrade)),
        acceptor_(context_) {}

  absl::Status Listen() {
    VITRINE_ASSIGN_OR_RETURN(const HostPort address, ParseHostPort(options_.listen));
    error_code error;
    const auto ip = asio::ip::make_address(address.host, error);
    if (error) return absl::InvalidArgumentError(absl::StrCat("not an IP address: ", address.host));
    const tcp::endpoint endpoint(ip, address.port);
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(asio::socket_base::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) return absl::UnavailableError(absl::StrCat("cannot listen on ", options_.listen, ": ", error.message()));
    const tcp::endpoint bound = acceptor_.local_endpoint();
    address_ = FormatHostPort({bound.address().to_string(), bound.port()});
    asio::co_spawn(context_, AcceptLoop(), asio::detached);
    thread_ = std::thread([this] {
      pthread_setname_np(pthread_self(), options_.thread_name.c_str());
      context_.run();
    });
    return absl::OkStatus();
  }

  void Drain(absl::Time deadline) {
    asio::post(context_, [this] {
      draining_ = true;
      error_code ignored;
      acceptor_.close(ignored);
      for (Session* session : sessions_) {
        if (!session->busy) session->stream.close();
      }
      NoticeIdle();
    });
    idle_.WaitForNotificationWithDeadline(deadline);
  }

  void Stop() {
    Drain(absl::InfinitePast());
    asio::post(context_, [this] {
      for (Session* session : sessions_) {
        session->cancellation->Cancel();
        if (session->abort_web_socket) {
          session->abort_web_socket();
        } else {
          session->stream.close();
        }
      }
    });
    idle_.WaitForNotification();
    context_.stop();
    thread_.join();
  }

  const std::string& address() const { return address_; }

 private:
  struct Session : Connection {
    using Connection::Connection;
    std::shared_ptr<Cancellation> cancellation = std::make_shared<Cancellation>();  // Of the request in work.
    std::function<void()> abort_web_socket;  // Of what the connection has become.
    bool busy = false;
  };

  asio::awaitable<void> AcceptLoop() {
    while (true) {
      auto [error, socket] = co_await acceptor_.async_accept(kAwait);
      if (draining_ || error == asio::error::operation_aborted) break;
      if (error) {  // Out of descriptors, most likely: breathe instead of spinning.
        asio::steady_timer timer(context_, std::chrono::milliseconds(50));
        co_await timer.async_wait(kAwait);
        continue;
      }
      if (static_cast<int>(sessions_.size()) >= options_.max_connections) continue;  // Closes it.
      error_code ignored;
      socket.set_option(tcp::no_delay(true), ignored);
      socket.non_blocking(true, ignored);
      asio::co_spawn(context_, Serve(std::move(socket)), asio::detached);
    }
    accepting_ = false;
    NoticeIdle();
  }

  asio::awaitable<void> Serve(tcp::socket socket) {
    const auto session = std::make_shared<Session>(std::move(socket));
    sessions_.insert(session.get());
    while (co_await ServeOne(session)) {
    }
    sessions_.erase(session.get());
    NoticeIdle();
  }

  // One request and its response; false when the connection is at its end.
  asio::awaitable<bool> ServeOne(const std::shared_ptr<Session>& shared_session) {
    Session& session = *shared_session;
    if (session.buffer.size() == 0 && !co_await ReadFirstByte(session, options_.idle_timeout)) co_return false;
    if (draining_) co_return false;
    session.busy = true;
    RequestParser parser;
    const ReadLimits limits = {options_.max_header_bytes, options_.max_body_bytes, options_.header_timeout};
    if (const error_code error = co_await ReadRequest(session, limits, parser)) {
      co_await RefuseUnreadable(session, error);
      co_return false;
    }
    Message message = parser.release();
    const bool head = message.method() == beast::http::verb::head;
    const unsigned version = message.version();
    const bool keep_alive = message.keep_alive();
    Operation operation = NewOperation(message);
    session.cancellation = operation.cancellation;
    std::optional<Message> upgrade;
    if (upgrade_ && IsWebSocketUpgrade(message)) upgrade = message;
    auto request = ToRequest(std::move(message));
    Operation streaming = operation;
    Response response;
    if (request.ok()) {
      std::optional<Answer> answer =
          co_await Handle(session, *std::move(request), std::move(operation), upgrade.has_value());
      if (!answer) co_return false;
      if (upgrade && session.buffer.size() > 0) co_return false;  // Nothing may be sent before the handshake's answer.
      if (auto* handler = std::get_if<std::shared_ptr<WebSocketHandler>>(&*answer)) {
        co_await ServeWebSocket(std::move(session.stream), *std::move(upgrade), std::move(*handler),
                                options_.web_socket,
                                [&](std::function<void()> abort) { session.abort_web_socket = std::move(abort); });
        co_return false;
      }
      response = std::get<Response>(*std::move(answer));
    } else {
      response = ProblemResponse(request.status(), operation.request_id);
    }
    // What has no length ends with the connection where chunks are not known.
    const bool endless = response.source != nullptr && !response.source_length && version < 11;
    const bool stays = keep_alive && !draining_ && !endless;
    bool written = co_await Write(session, response, head, ConnectionField(version, stays), version);
    if (written && !head && response.source != nullptr) {
      const StreamedBodyOptions body = {!response.source_length && !endless, options_.request_timeout,
                                        options_.write_timeout};
      written =
          co_await WriteStreamedBody(session.stream, std::move(response.source), pool_, std::move(streaming), body);
    }
    session.busy = false;
    co_return written&& stays && !draining_;
  }

  Operation NewOperation(const Message& message) const {
    Operation operation;
    operation.deadline = absl::Now() + options_.request_timeout;
    operation.request_id = RandomId();
    const auto traceparent = message["traceparent"];
    operation.traceparent = TraceParentOf({traceparent.data(), traceparent.size()});
    return operation;
  }

  using Answer = std::variant<std::shared_ptr<WebSocketHandler>, Response>;

  // Runs the handler on the pool and resumes here with its answer; nullopt, with the work cancelled, where the peer has
  // closed the connection.
  asio::awaitable<std::optional<Answer>> Handle(Session& session, Request request, Operation operation, bool upgrade) {
    return asio::async_initiate<decltype(asio::use_awaitable), void(std::optional<Answer>)>(
        [this, &session, upgrade](auto resume, Request request, Operation operation) {
          const auto reader = std::make_shared<ReadAhead>(
              session, options_.max_header_bytes, [cancellation = operation.cancellation] { cancellation->Cancel(); });
          auto shared_resume = std::make_shared<decltype(resume)>(std::move(resume));
          auto finish = [this, reader, shared_resume](Answer answer) {
            asio::post(context_, [reader, shared_resume, answer = std::move(answer)]() mutable {
              reader->Stop([shared_resume, answer = std::move(answer)](bool ended) mutable {
                std::move (*shared_resume)(ended ? std::optional<Answer>() : std::move(answer));
              });
            });
          };
          reader->Start();
          Schedule(std::make_shared<const Request>(std::move(request)), operation, upgrade, std::move(finish));
        },
        asio::use_awaitable, std::move(request), std::move(operation));
  }

  // Calls `finish` with the answer, on any thread.
  template <typename Finish>
  void Schedule(std::shared_ptr<const Request> request, const Operation& operation, bool upgrade, Finish finish) {
    const bool scheduled = pool_.TrySchedule(
        [this, finish, upgrade, request, operation] {
          finish(upgrade ? upgrade_(*request, operation) : Answer(handler_(*request, operation)));
        },
        operation.cancellation);
    if (scheduled) return;
    options_.on_refused(429);
    Response response = ProblemResponse(
        MakeError(ErrorCategory::kOverloaded, "the server is busy; try again in a moment"), operation.request_id);
    options_.decorate_refusal(*request, response);
    finish(std::move(response));
  }

  asio::awaitable<bool> Write(Session& session, const Response& response, bool head, absl::string_view connection,
                              unsigned version) {
    const std::string header = SerializeHeader(response, connection, version);
    const absl::string_view body = response.body != nullptr && !head ? absl::string_view(*response.body) : "";
    beast::buffers_suffix rest(
        std::array<asio::const_buffer, 2>{asio::buffer(header), asio::buffer(body.data(), body.size())});
    // Most answers go into the socket's buffer at once.
    error_code blocked;
    rest.consume(session.stream.socket().write_some(rest, blocked));
    if (asio::buffer_size(rest) == 0) co_return true;
    session.stream.expires_after(ToChrono(options_.write_timeout));
    const auto [error, bytes] = co_await asio::async_write(session.stream, rest, kAwait);
    co_return !error;
  }

  // Answers what could not be read as a request, where an answer makes sense.
  asio::awaitable<void> RefuseUnreadable(Session& session, error_code error) {
    const int status = StatusOfReadError(error);
    if (status == 0) co_return;
    options_.on_refused(status);
    const Response response = ProblemResponse(status, error.message(), RandomId());
    co_await Write(session, response, /*head=*/false, "close", /*version=*/11);
    error_code ignored;
    session.stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
    co_await Discard(session);
  }

  void NoticeIdle() {
    if (draining_ && !accepting_ && sessions_.empty() && !idle_.HasBeenNotified()) idle_.Notify();
  }

  const ServerOptions options_;
  ThreadPool& pool_;
  const Handler handler_;
  const WebSocketUpgrade upgrade_;
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};  // Until Stop().
  tcp::acceptor acceptor_;
  std::string address_;
  std::unordered_set<Session*> sessions_;
  bool accepting_ = true;
  bool draining_ = false;
  absl::Notification idle_;
  std::thread thread_;
};

absl::StatusOr<std::unique_ptr<Server>> Server::Start(ServerOptions options, ThreadPool& pool, Handler handler,
                                                      WebSocketUpgrade upgrade) {
  auto impl = std::make_unique<Impl>(std::move(options), pool, std::move(handler), std::move(upgrade));
  VITRINE_RETURN_IF_ERROR(impl->Listen());
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() { impl_->Stop(); }
std::string Server::address() const { return impl_->address(); }
void Server::Drain(absl::Time deadline) { impl_->Drain(deadline); }

}  // namespace vitrine::http
