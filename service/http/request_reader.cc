#include "service/http/request_reader.h"

#include <array>

#include "absl/strings/string_view.h"
#include "boost/asio/write.hpp"
#include "boost/beast/http/error.hpp"
#include "boost/beast/http/read.hpp"

namespace vitrine::http {
namespace asio = boost::asio;
namespace beast = boost::beast;
using boost::system::error_code;

namespace {

constexpr size_t kMaxDiscardedBytes = 1 << 20;
constexpr std::chrono::seconds kDiscardTimeout(1);

}  // namespace

asio::awaitable<bool> ReadFirstByte(Connection& connection, absl::Duration timeout) {
  connection.stream.expires_after(ToChrono(timeout));
  const auto [error, bytes] = co_await connection.stream.async_read_some(connection.buffer.prepare(kReadBytes), kAwait);
  connection.buffer.commit(bytes);
  co_return !error;
}

size_t ParseBuffered(const beast::flat_buffer& buffer, const ServerOptions& options, RequestParser& parser,
                     error_code& error) {
  parser.header_limit(options.max_header_bytes);
  parser.body_limit(options.max_body_bytes);
  parser.eager(true);
  return parser.put(buffer.cdata(), error);
}

asio::awaitable<error_code> ReadRequest(Connection& connection, const ServerOptions& options, RequestParser& parser) {
  // Most requests lie in the buffer as a whole.
  error_code parsed;
  connection.buffer.consume(ParseBuffered(connection.buffer, options, parser, parsed));
  if (parsed && parsed != beast::http::error::need_more) co_return parsed;
  if (parser.is_done()) co_return error_code();
  connection.stream.expires_after(ToChrono(options.header_timeout));
  const auto [header_error, header_bytes] =
      co_await beast::http::async_read_header(connection.stream, connection.buffer, parser, kAwait);
  if (header_error) co_return header_error;
  if (beast::iequals(parser.get()[beast::http::field::expect], "100-continue")) {
    constexpr absl::string_view kContinue = "HTTP/1.1 100 Continue\r\n\r\n";
    co_await asio::async_write(connection.stream, asio::buffer(kContinue.data(), kContinue.size()), kAwait);
  }
  const auto [error, bytes] = co_await beast::http::async_read(connection.stream, connection.buffer, parser, kAwait);
  connection.stream.expires_never();
  co_return error;
}

int StatusOfReadError(error_code error) {
  if (error == beast::http::error::header_limit) return 431;
  if (error == beast::http::error::body_limit) return 413;
  const bool malformed = error.category() == beast::http::make_error_code(beast::http::error::bad_method).category() &&
                         error != beast::http::error::end_of_stream && error != beast::http::error::partial_message;
  return malformed ? 400 : 0;
}

asio::awaitable<void> Discard(Connection& connection) {
  std::array<char, kReadBytes> scratch;
  connection.stream.expires_after(kDiscardTimeout);
  for (size_t discarded = 0; discarded < kMaxDiscardedBytes;) {
    const auto [error, bytes] = co_await connection.stream.async_read_some(asio::buffer(scratch), kAwait);
    if (error) co_return;
    discarded += bytes;
  }
}

}  // namespace vitrine::http
