#include "service/http/direct_path.h"

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include <cerrno>
#include <utility>
#include <vector>

#include "base/status_macros.h"
#include "service/http/problem.h"
#include "service/http/web_socket_connection.h"

namespace vitrine::http {

namespace {

constexpr uint32_t kOnce = EPOLLIN | EPOLLONESHOT;
constexpr uint64_t kEnd = ~uint64_t{0};  // No address of a session.

// The next request, if all of it is there and nothing about it is special; otherwise the buffer is left as it is.
std::optional<Message> TakePlainRequest(boost::beast::flat_buffer& buffer, const ServerOptions& options) {
  RequestParser parser;
  boost::system::error_code error;
  const size_t parsed = ParseBuffered(buffer, options, parser, error);
  if (error || !parser.is_done() || IsWebSocketUpgrade(parser.get())) return std::nullopt;
  buffer.consume(parsed);
  return parser.release();
}

// As much as the socket takes at once; nullopt where the connection is broken.
std::optional<size_t> SendSome(int descriptor, const Answer& answer) {
  const absl::string_view body = answer.body();
  iovec parts[] = {{const_cast<char*>(answer.header.data()), answer.header.size()},
                   {const_cast<char*>(body.data()), body.size()}};
  msghdr message = {};
  message.msg_iov = parts;
  message.msg_iovlen = 2;
  const ssize_t sent = sendmsg(descriptor, &message, MSG_NOSIGNAL | MSG_DONTWAIT);
  if (sent >= 0) return sent;
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR) return 0;
  return std::nullopt;
}

}  // namespace

absl::StatusOr<std::unique_ptr<DirectPath>> DirectPath::Start(const ServerOptions& options, ThreadPool& pool,
                                                              Handler handler, Events events) {
  VITRINE_ASSIGN_OR_RETURN(Epoll ready, Epoll::Create());
  VITRINE_ASSIGN_OR_RETURN(Epoll leaves, Epoll::Create());
  const int end = eventfd(0, EFD_CLOEXEC);
  if (end < 0) return absl::ErrnoToStatus(errno, "eventfd");
  if (!ready.Add(end, EPOLLIN, kEnd)) {
    close(end);
    return absl::ErrnoToStatus(errno, "epoll_ctl");
  }
  return std::unique_ptr<DirectPath>(
      new DirectPath(options, pool, std::move(handler), std::move(events), std::move(ready), std::move(leaves), end));
}

DirectPath::DirectPath(const ServerOptions& options, ThreadPool& pool, Handler handler, Events events, Epoll ready,
                       Epoll leaves, int end)
    : options_(options),
      handler_(std::move(handler)),
      events_(std::move(events)),
      ready_(std::move(ready)),
      leaves_(std::move(leaves)),
      end_(end),
      takers_(
          pool, options.direct_threads, [this] { return Take(/*block=*/true); },
          [this](void* session) { Serve(*static_cast<Session*>(session)); }) {}

DirectPath::~DirectPath() {
  eventfd_write(end_, 1);
  takers_.Join();
  close(end_);
}

bool DirectPath::Add(int descriptor) {
  auto owned = std::make_unique<Session>();
  Session& session = *owned;
  session.descriptor = descriptor;
  session.idle_since = std::chrono::steady_clock::now();
  {
    absl::MutexLock lock(&mutex_);
    session.id = next_id_++;
    sessions_.emplace(session.id, std::move(owned));
  }
  // Once it is ready to be served, it may be gone at any time.
  if (leaves_.Add(descriptor, EPOLLRDHUP | EPOLLET, session.id)) {
    if (ready_.Add(descriptor, kOnce, reinterpret_cast<uintptr_t>(&session))) return true;
    leaves_.Remove(descriptor);
  }
  Release(session);
  return false;
}

DirectPath::Session* DirectPath::Take(bool block) {
  const uint64_t tag = ready_.Wait(block);
  return tag == kEnd ? nullptr : reinterpret_cast<Session*>(static_cast<uintptr_t>(tag));
}

void DirectPath::Serve(Session& session) {
  events_.on_ready();
  if (IsDraining()) return Close(session);
  if (!Receive(session)) return;
  do {
    std::optional<Message> message = TakePlainRequest(session.buffer, options_);
    if (!message) return HandOver(session, std::nullopt);
    const Exchange exchange = BeginExchange(*std::move(message), options_.request_timeout);
    if (!Begin(session, exchange.operation)) return Close(session);
    Response response = exchange.request.ok()
                            ? handler_(*exchange.request, exchange.operation)
                            : ProblemResponse(exchange.request.status(), exchange.operation.request_id);
    bool last = false;
    if (!IsAwaited(session, last)) return Close(session);
    Answer answer = ComposeAnswer(exchange, std::move(response), last);
    const std::optional<size_t> sent = SendSome(session.descriptor, answer);
    if (!sent) return Close(session);
    if (answer.streamed() || *sent < answer.header.size() + answer.body().size()) {
      return HandOver(session, UnsentAnswer{std::move(answer), *sent});
    }
    if (!answer.stays) {
      // Unread bytes would make the kernel reset the connection, and the peer may lose the answer (RFC 9112 9.6).
      shutdown(session.descriptor, SHUT_WR);
      recv(session.descriptor, nullptr, kReadBytes, MSG_TRUNC | MSG_DONTWAIT);
      return Close(session);
    }
  } while (session.buffer.size() > 0);
  Rearm(session);
}

// The lock also orders this thread after the one that armed the socket: the kernel does, but the language does not
// know.
bool DirectPath::IsDraining() {
  absl::MutexLock lock(&mutex_);
  return draining_;
}

// False where there is nothing to serve now.
bool DirectPath::Receive(Session& session) {
  const auto space = session.buffer.prepare(kReadBytes);
  const ssize_t received = recv(session.descriptor, space.data(), space.size(), MSG_DONTWAIT);
  if (received > 0) {
    session.buffer.commit(received);
    return true;
  }
  if (received < 0 && (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)) {
    Rearm(session);
  } else {
    Close(session);
  }
  return false;
}

// False where nobody waits for the answer, or the server takes no more requests.
bool DirectPath::Begin(Session& session, const Operation& operation) {
  absl::MutexLock lock(&mutex_);
  if (draining_ || session.left) return false;
  session.cancellation = operation.cancellation;
  return true;
}

// False where nobody waits for the answer any more.
bool DirectPath::IsAwaited(const Session& session, bool& last) {
  absl::MutexLock lock(&mutex_);
  last = draining_;
  return !session.left;
}

void DirectPath::Rearm(Session& session) {
  bool last = false;
  {
    absl::MutexLock lock(&mutex_);
    session.cancellation = nullptr;
    session.idle_since = std::chrono::steady_clock::now();
    last = draining_;
  }
  if (last) return Close(session);
  ready_.Rearm(session.descriptor, kOnce, reinterpret_cast<uintptr_t>(&session));
}

// From then on no other thread knows of it.
std::unique_ptr<DirectPath::Session> DirectPath::Release(Session& session) {
  absl::MutexLock lock(&mutex_);
  return std::move(sessions_.extract(session.id).mapped());
}

void DirectPath::Close(Session& session) {
  close(Release(session)->descriptor);
  events_.on_closed();
}

void DirectPath::HandOver(Session& session, std::optional<UnsentAnswer> unsent) {
  const std::unique_ptr<Session> released = Release(session);
  ready_.Remove(released->descriptor);
  leaves_.Remove(released->descriptor);
  events_.on_handover({released->descriptor, std::move(released->buffer), std::move(unsent)});
}

bool DirectPath::Tick() {
  if (!takers_.Replace()) {
    while (Session* session = Take(/*block=*/false)) HandOver(*session, std::nullopt);
  }
  return takers_.TakeBusy();
}

void DirectPath::CloseIdle(std::chrono::steady_clock::duration wait) {
  const auto now = std::chrono::steady_clock::now();
  absl::MutexLock lock(&mutex_);
  for (const auto& [id, session] : sessions_) {
    // The end makes it ready, and whoever takes it closes it.
    if (session->cancellation == nullptr && now - session->idle_since >= wait) shutdown(session->descriptor, SHUT_RDWR);
  }
}

void DirectPath::Drain() {
  {
    absl::MutexLock lock(&mutex_);
    draining_ = true;
  }
  CloseIdle(std::chrono::steady_clock::duration::zero());
}

void DirectPath::Abort() {
  std::vector<std::shared_ptr<Cancellation>> cancellations;
  {
    absl::MutexLock lock(&mutex_);
    draining_ = true;
    for (const auto& [id, session] : sessions_) {
      session->left = true;
      if (session->cancellation != nullptr) cancellations.push_back(session->cancellation);
      shutdown(session->descriptor, SHUT_RDWR);
    }
  }
  for (const auto& cancellation : cancellations) cancellation->Cancel();
}

void DirectPath::NoticeLeaves() {
  while (const uint64_t id = leaves_.Wait(/*block=*/false)) {
    std::shared_ptr<Cancellation> cancellation;
    {
      absl::MutexLock lock(&mutex_);
      const auto session = sessions_.find(id);
      if (session == sessions_.end()) continue;
      session->second->left = true;
      cancellation = session->second->cancellation;
    }
    if (cancellation != nullptr) cancellation->Cancel();
  }
}

}  // namespace vitrine::http
