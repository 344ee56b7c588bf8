#include "service/http/server.h"

#include <fcntl.h>
#include <pthread.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <functional>
#include <memory>
#include <optional>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "base/status_macros.h"
#include "boost/asio/awaitable.hpp"
#include "boost/asio/co_spawn.hpp"
#include "boost/asio/detached.hpp"
#include "boost/asio/executor_work_guard.hpp"
#include "boost/asio/ip/tcp.hpp"
#include "boost/asio/posix/stream_descriptor.hpp"
#include "boost/asio/post.hpp"
#include "boost/asio/steady_timer.hpp"
#include "service/http/address.h"
#include "service/http/async_path.h"
#include "service/http/direct_path.h"
#include "service/http/request_reader.h"

namespace vitrine::http {
namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using boost::system::error_code;

// Accepts connections, brings them to the path that serves them, and ends them. Private functions run on the I/O
// thread once it has started, but for those that say otherwise.
class Server::Impl {
 public:
  Impl(ServerOptions options, ThreadPool& pool, const Handler& handler, WebSocketUpgrade upgrade)
      : options_(std::move(options)),
        pool_(pool),
        handler_(handler),
        acceptor_(context_),
        leaves_(context_),
        async_(context_, options_, pool, handler, std::move(upgrade), GiveBack(), [this] { Closed(); }) {}

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
    protocol_ = bound.protocol();
    if (options_.direct_threads > 0) VITRINE_RETURN_IF_ERROR(StartDirectPath());
    asio::co_spawn(context_, AcceptAll(), asio::detached);
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
      async_.Drain();
      if (direct_ != nullptr) direct_->Drain();
      NoticeIdle();
    });
    idle_.WaitForNotificationWithDeadline(deadline);
  }

  void Stop() {
    Drain(absl::InfinitePast());
    asio::post(context_, [this] {
      async_.Abort();
      if (direct_ != nullptr) direct_->Abort();
    });
    idle_.WaitForNotification();
    context_.stop();
    thread_.join();
    direct_.reset();
  }

  const std::string& address() const { return address_; }

 private:
  std::function<void(tcp::socket)> GiveBack() {
    if (options_.direct_threads == 0) return nullptr;
    return [this](tcp::socket socket) { WaitDirectly(std::move(socket)); };
  }

  absl::Status StartDirectPath() {
    DirectPath::Events events;
    events.on_handover = [this](Handover connection) {
      asio::post(context_, [this, connection = std::move(connection)]() mutable { ServeAsync(std::move(connection)); });
    };
    events.on_closed = [this] { Closed(); };
    events.on_ready = [this] { KeepTicking(); };
    VITRINE_ASSIGN_OR_RETURN(direct_, DirectPath::Start(options_, pool_, handler_, std::move(events)));
    const int leaves = fcntl(direct_->leaves_descriptor(), F_DUPFD_CLOEXEC, 0);
    if (leaves < 0) return absl::ErrnoToStatus(errno, "cannot watch connections");
    error_code error;
    leaves_.assign(leaves, error);
    if (error) {
      close(leaves);
      return absl::UnavailableError(absl::StrCat("cannot watch connections: ", error.message()));
    }
    KeepTicking();  // Until the pool has had a thread for each taker.
    asio::co_spawn(context_, NoticeLeaves(), asio::detached);
    asio::co_spawn(context_, CloseIdle(), asio::detached);
    return absl::OkStatus();
  }

  asio::awaitable<void> AcceptAll() {
    while (true) {
      auto [error, socket] = co_await acceptor_.async_accept(kAwait);
      if (draining_ || error == asio::error::operation_aborted) break;
      if (error) {  // Out of descriptors, most likely: breathe instead of spinning.
        co_await Sleep(absl::Milliseconds(50));
        continue;
      }
      if (connections_ >= options_.max_connections) continue;  // Closes it.
      error_code ignored;
      socket.set_option(tcp::no_delay(true), ignored);
      socket.non_blocking(true, ignored);
      ++connections_;
      if (direct_ != nullptr) {
        WaitDirectly(std::move(socket));
      } else {
        async_.Serve(std::move(socket), {}, std::nullopt);
      }
    }
    accepting_ = false;
    NoticeIdle();
  }

  void WaitDirectly(tcp::socket socket) {
    error_code error;
    const int descriptor = socket.release(error);
    if (error || direct_->Add(descriptor)) return;
    close(descriptor);
    Closed();
  }

  void ServeAsync(Handover connection) {
    tcp::socket socket(context_);
    error_code error;
    socket.assign(protocol_, connection.descriptor, error);
    if (error) {
      close(connection.descriptor);
      Closed();
      return;
    }
    socket.non_blocking(true, error);
    async_.Serve(std::move(socket), std::move(connection.buffer), std::move(connection.unsent));
  }

  // On any thread.
  void Closed() {
    if (--connections_ == 0 && draining_) asio::post(context_, [this] { NoticeIdle(); });
  }

  void NoticeIdle() {
    if (draining_ && !accepting_ && connections_ == 0 && !idle_.HasBeenNotified()) idle_.Notify();
  }

  // On any thread, often.
  void KeepTicking() {
    if (!ticking_ && !ticking_.exchange(true)) {
      asio::post(context_, [this] { asio::co_spawn(context_, Tick(), asio::detached); });
    }
  }

  asio::awaitable<void> Tick() {
    constexpr int kQuietTicks = 100;
    for (int quiet = 0; quiet < kQuietTicks;) {
      co_await Sleep(DirectPath::kTick);
      quiet = direct_->Tick() ? 0 : quiet + 1;
    }
    ticking_ = false;
    if (direct_->Tick()) KeepTicking();  // A request that began just before counts on it.
  }

  asio::awaitable<void> NoticeLeaves() {
    while (true) {
      const auto [error] = co_await leaves_.async_wait(asio::posix::stream_descriptor::wait_read, kAwait);
      if (error) co_return;
      direct_->NoticeLeaves();
    }
  }

  asio::awaitable<void> CloseIdle() {
    while (true) {
      co_await Sleep(std::min(options_.idle_timeout / 4, absl::Seconds(1)));
      direct_->CloseIdle(ToChrono(options_.idle_timeout));
    }
  }

  asio::awaitable<void> Sleep(absl::Duration duration) {
    asio::steady_timer timer(context_, ToChrono(duration));
    co_await timer.async_wait(kAwait);
  }

  const ServerOptions options_;
  ThreadPool& pool_;
  const Handler handler_;
  asio::io_context context_{1};
  asio::executor_work_guard<asio::io_context::executor_type> work_{context_.get_executor()};  // Until Stop().
  tcp::acceptor acceptor_;
  tcp protocol_ = tcp::v4();
  asio::posix::stream_descriptor leaves_;
  std::string address_;
  AsyncPath async_;
  std::unique_ptr<DirectPath> direct_;  // Null where no threads serve directly.
  std::atomic<int> connections_ = 0;
  std::atomic<bool> draining_ = false;
  std::atomic<bool> ticking_ = false;
  bool accepting_ = true;
  absl::Notification idle_;
  std::thread thread_;
};

absl::StatusOr<std::unique_ptr<Server>> Server::Start(ServerOptions options, ThreadPool& pool, Handler handler,
                                                      WebSocketUpgrade upgrade) {
  options.direct_threads = std::min(options.direct_threads, pool.threads() - 1);
  auto impl = std::make_unique<Impl>(std::move(options), pool, handler, std::move(upgrade));
  VITRINE_RETURN_IF_ERROR(impl->Listen());
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() { impl_->Stop(); }
std::string Server::address() const { return impl_->address(); }
void Server::Drain(absl::Time deadline) { impl_->Drain(deadline); }

}  // namespace vitrine::http
