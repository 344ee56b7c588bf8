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

struct ReadLimits {
  uint32_t max_header_bytes = 0;
  uint64_t max_body_bytes = 0;
  absl::Duration header_timeout;  // From the first byte of a request to its last.
};

using Message = boost::beast::http::request<boost::beast::http::string_body>;
using RequestParser = boost::beast::http::request_parser<boost::beast::http::string_body>;

// False where the peer closes or sends nothing for so long.
boost::asio::awaitable<bool> ReadFirstByte(Connection& connection, absl::Duration timeout);

// One request, with "100 Continue" where the client waits for it.
boost::asio::awaitable<boost::system::error_code> ReadRequest(Connection& connection, const ReadLimits& limits,
                                                              RequestParser& parser);

// The HTTP status that tells the client why its request could not be read; 0 where an answer makes no sense.
int StatusOfReadError(boost::system::error_code error);

// Reads some of what the peer still sends: closing a connection with unread bytes resets it, and the peer may lose the
// answer (RFC 9112 9.6).
boost::asio::awaitable<void> Discard(Connection& connection);

}  // namespace vitrine::http

#endif  // VITRINE_SERVICE_HTTP_REQUEST_READER_H_
