#include "service/http/streamed_body.h"

#include <array>
#include <chrono>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "boost/asio/as_tuple.hpp"
#include "boost/asio/post.hpp"
#include "boost/asio/steady_timer.hpp"
#include "boost/asio/use_awaitable.hpp"
#include "boost/asio/write.hpp"

namespace vitrine::http {
namespace {

namespace asio = boost::asio;
using Piece = absl::StatusOr<std::string>;

constexpr auto kAwait = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds kBusyPause(20);
constexpr int kBusyTries = 250;

// Runs source->Next() on the pool and resumes on the executor; kOverloaded where the pool is full.
asio::awaitable<Piece> Ask(asio::any_io_executor executor, const std::shared_ptr<BodySource>& source, ThreadPool& pool,
                           const Operation& operation) {
  return asio::async_initiate<decltype(asio::use_awaitable), void(Piece)>(
      [executor, source, &pool, operation](auto resume) {
        auto shared_resume = std::make_shared<decltype(resume)>(std::move(resume));
        auto finish = [executor, shared_resume](Piece piece) {
          asio::post(executor, [shared_resume, piece = std::move(piece)]() mutable {
            std::move (*shared_resume)(std::move(piece));
          });
        };
        if (!pool.TrySchedule([finish, source, operation] { finish(source->Next(operation)); },
                              operation.cancellation)) {
          finish(MakeError(ErrorCategory::kOverloaded, "no thread is free"));
        }
      },
      asio::use_awaitable);
}

// A body that has begun is worth some patience with a pool that is full.
asio::awaitable<Piece> NextPiece(asio::any_io_executor executor, const std::shared_ptr<BodySource>& source,
                                 ThreadPool& pool, const Operation& operation) {
  for (int i = 0;; ++i) {
    Piece piece = co_await Ask(executor, source, pool, operation);
    if (i == kBusyTries || CategoryOf(piece.status()) != ErrorCategory::kOverloaded) co_return piece;
    asio::steady_timer timer(executor, kBusyPause);
    co_await timer.async_wait(kAwait);
  }
}

}  // namespace

asio::awaitable<bool> WriteStreamedBody(boost::beast::tcp_stream& stream, std::shared_ptr<BodySource> source,
                                        ThreadPool& pool, Operation operation, StreamedBodyOptions options) {
  while (true) {
    operation.deadline = absl::Now() + options.piece_timeout;
    stream.expires_never();
    const Piece piece = co_await NextPiece(stream.get_executor(), source, pool, operation);
    if (!piece.ok()) co_return false;
    if (piece->empty() && !options.chunked) co_return true;
    const std::string head = options.chunked ? absl::StrCat(absl::Hex(piece->size()), "\r\n") : "";
    const absl::string_view tail = options.chunked ? "\r\n" : "";
    const std::array<asio::const_buffer, 3> buffers = {asio::buffer(head), asio::buffer(*piece),
                                                       asio::buffer(tail.data(), tail.size())};
    stream.expires_after(absl::ToChronoNanoseconds(options.write_timeout));
    const auto [error, bytes] = co_await asio::async_write(stream, buffers, kAwait);
    if (error) co_return false;
    if (piece->empty()) co_return true;
  }
}

}  // namespace vitrine::http
