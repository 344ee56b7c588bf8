#ifndef VITRINE_SERVICE_HTTP_REQUEST_READER_H_
#define VITRINE_SERVICE_HTTP_REQUEST_READER_H_

// Reading requests off a connection, within limits. Everything runs on the connection's executor.

#include <chrono>
#include <cstdint>
#include <utility>

#include "absl/time/time.h"
#include "boost/asio/as_tuple.hpp"
#include "boost/asio/awaitable.hpp"
#include "boost/asio/ip/tcp.hpp"
#include "boost/asio/use_awaitable.hpp"
#include "boost/beast/core/flat_buffer.hpp"
#include "boost/beast/core/tcp_stream.hpp"
#include "boost/beast/http/message.hpp"
#include "boost/beast/http/parser.hpp"
#include "boost/beast/http/string_body.hpp"
#include "service/http/server_options.h"

namespace vitrine::http {

// Errors come back as values.
constexpr auto kAwait = boost::asio::as_tuple(boost::asio::use_awaitable);

inline std::chrono::steady_clock::duration ToChrono(absl::Duration duration) {
  return absl::ToChronoNanoseconds(duration);
}

struct Connection {
  explicit Connection(boost::asio::ip::tcp::socket socket) : stream(std::move(socket)) {}
  boost::beast::tcp_stream stream;
  boost::beast::flat_buffer buffer;  // What was read ahead.
};

// What is read from a connection at once.
constexpr size_t kReadBytes = 8192;

using Message = boost::beast::http::request<boost::beast::http::string_body>;
using RequestParser = boost::beast::http::request_parser<boost::beast::http::string_body>;

// Parses what is in the buffer as one request, within the limits of `options`, and leaves the buffer as it is: how many
// bytes were parsed. Less than a whole request is no error but beast's need_more.
size_t ParseBuffered(const boost::beast::flat_buffer& buffer, const ServerOptions& options, RequestParser& parser,
                     boost::system::error_code& error);

// False where the peer closes or sends nothing for so long.
boost::asio::awaitable<bool> ReadFirstByte(Connection& connection, absl::Duration timeout);

// One request, with "100 Continue" where the client waits for it.
boost::asio::awaitable<boost::system::error_code> ReadRequest(Connection& connection, const ServerOptions& options,
                                                              RequestParser& parser);

// The HTTP status that tells the client why its request could not be read; 0 where an answer makes no sense.
int StatusOfReadError(boost::system::error_code error);

// Reads some of what the peer still sends: closing a connection with unread bytes resets it, and the peer may lose the
// answer (RFC 9112 9.6).
boost::asio::awaitable<void> Discard(Connection& connection);

}  // namespace vitrine::http

#endif  // VITRINE_SERVICE_HTTP_REQUEST_READER_H_
