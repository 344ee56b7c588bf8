#ifndef VITRINE_SERVICE_HTTP_WIRE_H_
#define VITRINE_SERVICE_HTTP_WIRE_H_

// Between the library's messages and ours.

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "boost/beast/http/message.hpp"
#include "boost/beast/http/string_body.hpp"
#include "service/http/message.h"

namespace vitrine::http {

// kInvalidRequest where the request target is neither in origin nor in absolute form or holds a malformed percent
// escape, and where an HTTP/1.1 request has no Host or several.
absl::StatusOr<Request> ToRequest(boost::beast::http::request<boost::beast::http::string_body> message);

// Status line and header fields, with Content-Length (not for 204 and 304), Date, Server and, unless it is empty,
// Connection, and the blank line. A source of unknown length is announced as chunked to clients of HTTP/1.1 (version
// 11); for others it ends with the connection.
std::string SerializeHeader(const Response& response, absl::string_view connection, unsigned version);

}  // namespace vitrine::http

#endif  // VITRINE_SERVICE_HTTP_WIRE_H_
