#include "service/http/async_path.h"

#include <array>
#include <utility>

#include "absl/strings/string_view.h"
#include "base/error.h"
#include "base/random_id.h"
#include "boost/asio/co_spawn.hpp"
#include "boost/asio/detached.hpp"
#include "boost/asio/post.hpp"
#include "boost/asio/write.hpp"
#include "boost/beast/core/buffers_suffix.hpp"
#include "service/http/problem.h"
#include "service/http/read_ahead.h"
#include "service/http/streamed_body.h"
#include "service/http/web_socket_connection.h"

namespace vitrine::http {
namespace asio = boost::asio;
namespace beast = boost::beast;
using tcp = asio::ip::tcp;
using boost::system::error_code;

AsyncPath::AsyncPath(asio::io_context& context, const ServerOptions& options, ThreadPool& pool, Handler handler,
                     WebSocketUpgrade upgrade, std::function<void(tcp::socket)> give_back,
                     std::function<void()> on_closed)
    : context_(context),
      options_(options),
      pool_(pool),
      handler_(std::move(handler)),
      upgrade_(std::move(upgrade)),
      give_back_(std::move(give_back)),
      on_closed_(std::move(on_closed)) {}

void AsyncPath::Serve(tcp::socket socket, beast::flat_buffer buffer, std::optional<UnsentAnswer> unsent) {
  auto session = std::make_shared<Session>(std::move(socket));
  session->buffer = std::move(buffer);
  if (unsent) {
    session->busy = true;
    session->cancellation = unsent->answer.operation.cancellation;
  }
  sessions_.insert(session.get());
  if (aborted_) Abort(*session);
  asio::co_spawn(context_, ServeAll(std::move(session), std::move(unsent)), asio::detached);
}

void AsyncPath::Drain() {
  draining_ = true;
  for (Session* session : sessions_) {
    if (!session->busy) session->stream.close();
  }
}

void AsyncPath::Abort() {
  aborted_ = draining_ = true;
  for (Session* session : sessions_) Abort(*session);
}

void AsyncPath::Abort(Session& session) {
  session.cancellation->Cancel();
  if (session.abort_web_socket) {
    session.abort_web_socket();
  } else {
    session.stream.close();
  }
}

asio::awaitable<void> AsyncPath::ServeAll(std::shared_ptr<Session> session, std::optional<UnsentAnswer> unsent) {
  bool stays = true;
  if (unsent) stays = co_await Send(*session, *unsent);
  bool idle = unsent && session->buffer.size() == 0;
  while (stays && !(idle && give_back_)) {
    stays = co_await ServeOne(*session);
    idle = session->buffer.size() == 0;
  }
  sessions_.erase(session.get());
  if (stays) {
    give_back_(session->stream.release_socket());
  } else {
    on_closed_();
  }
}

// One request and its response; false when the connection is at its end.
asio::awaitable<bool> AsyncPath::ServeOne(Session& session) {
  if (session.buffer.size() == 0 && !co_await ReadFirstByte(session, options_.idle_timeout)) co_return false;
  if (draining_) co_return false;
  session.busy = true;
  RequestParser parser;
  if (const error_code error = co_await ReadRequest(session, options_, parser)) {
    co_await RefuseUnreadable(session, error);
    co_return false;
  }
  Message message = parser.release();
  std::optional<Message> upgrade;
  if (upgrade_ && IsWebSocketUpgrade(message)) upgrade = message;
  Exchange exchange = BeginExchange(std::move(message), options_.request_timeout);
  session.cancellation = exchange.operation.cancellation;
  Response response;
  if (exchange.request.ok()) {
    std::optional<Answered> answered =
        co_await Handle(session, *std::move(exchange.request), exchange.operation, upgrade.has_value());
    if (!answered) co_return false;
    if (upgrade && session.buffer.size() > 0) co_return false;  // Nothing may be sent before the handshake's answer.
    if (auto* handler = std::get_if<std::shared_ptr<WebSocketHandler>>(&*answered)) {
      co_await ServeWebSocket(std::move(session.stream), *std::move(upgrade), std::move(*handler), options_.web_socket,
                              [&](std::function<void()> abort) { session.abort_web_socket = std::move(abort); });
      co_return false;
    }
    response = std::get<Response>(*std::move(answered));
  } else {
    response = ProblemResponse(exchange.request.status(), exchange.operation.request_id);
  }
  UnsentAnswer answer = {ComposeAnswer(exchange, std::move(response), draining_), 0};
  co_return co_await Send(session, answer);
}

// Runs the handler on the pool and resumes here with its answer; nullopt, with the work cancelled, where the peer has
// closed the connection.
asio::awaitable<std::optional<AsyncPath::Answered>> AsyncPath::Handle(Session& session, Request request,
                                                                      Operation operation, bool upgrade) {
  return asio::async_initiate<decltype(asio::use_awaitable), void(std::optional<Answered>)>(
      [this, &session, upgrade](auto resume, Request request, Operation operation) {
        const auto reader = std::make_shared<ReadAhead>(
            session, options_.max_header_bytes, [cancellation = operation.cancellation] { cancellation->Cancel(); });
        auto shared_resume = std::make_shared<decltype(resume)>(std::move(resume));
        auto finish = [this, reader, shared_resume](Answered answered) {
          asio::post(context_, [reader, shared_resume, answered = std::move(answered)]() mutable {
            reader->Stop([shared_resume, answered = std::move(answered)](bool ended) mutable {
              std::move (*shared_resume)(ended ? std::optional<Answered>() : std::move(answered));
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
void AsyncPath::Schedule(std::shared_ptr<const Request> request, const Operation& operation, bool upgrade,
                         Finish finish) {
  const bool scheduled = pool_.TrySchedule(
      [this, finish, upgrade, request, operation] {
        finish(upgrade ? upgrade_(*request, operation) : Answered(handler_(*request, operation)));
      },
      operation.cancellation);
  if (scheduled) return;
  options_.on_refused(429);
  Response response = ProblemResponse(
      MakeError(ErrorCategory::kOverloaded, "the server is busy; try again in a moment"), operation.request_id);
  options_.decorate_refusal(*request, response);
  finish(std::move(response));
}

// The rest of an answer; false where the connection ends with it.
asio::awaitable<bool> AsyncPath::Send(Session& session, UnsentAnswer& unsent) {
  Answer& answer = unsent.answer;
  const absl::string_view body = answer.body();
  beast::buffers_suffix rest(
      std::array<asio::const_buffer, 2>{asio::buffer(answer.header), asio::buffer(body.data(), body.size())});
  rest.consume(unsent.sent);
  // Most answers go into the socket's buffer at once.
  error_code blocked;
  rest.consume(session.stream.socket().write_some(rest, blocked));
  if (asio::buffer_size(rest) > 0) {
    session.stream.expires_after(ToChrono(options_.write_timeout));
    const auto [error, bytes] = co_await asio::async_write(session.stream, rest, kAwait);
    if (error) co_return false;
  }
  if (answer.streamed()) {
    const StreamedBodyOptions body_options = {answer.chunked, options_.request_timeout, options_.write_timeout};
    if (!co_await WriteStreamedBody(session.stream, std::move(answer.response.source), pool_,
                                    std::move(answer.operation), body_options)) {
      co_return false;
    }
  }
  session.busy = false;
  co_return answer.stays && !draining_;
}

// Answers what could not be read as a request, where an answer makes sense.
asio::awaitable<void> AsyncPath::RefuseUnreadable(Session& session, error_code error) {
  const int status = StatusOfReadError(error);
  if (status == 0) co_return;
  options_.on_refused(status);
  UnsentAnswer answer = {ComposeAnswer(Exchange(), ProblemResponse(status, error.message(), RandomId()), /*last=*/true),
                         0};
  co_await Send(session, answer);
  error_code ignored;
  session.stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
  co_await Discard(session);
}

}  // namespace vitrine::http
