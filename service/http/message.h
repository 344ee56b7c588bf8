#ifndef VITRINE_SERVICE_HTTP_MESSAGE_H_
#define VITRINE_SERVICE_HTTP_MESSAGE_H_

// HTTP messages as the handlers see them: no sockets, no library types.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/operation.h"

namespace vitrine::http {

using Fields = std::vector<std::pair<std::string, std::string>>;

struct Request {
  std::string method;                 // "GET", "HEAD", ...
  std::vector<std::string> segments;  // Of the path, percent-decoded; "/a/b" is {"a", "b"}, "/" is {""}.
  std::string query;                  // As sent, without '?'.
  Fields params;                      // The query's pairs, percent-decoded, in order; '+' is a plus sign.
  Fields headers;                     // Names in lower case.
  std::string body;                   // Without transfer coding; at most ServerOptions::max_body_bytes.

  // The values of all header lines of this name (lower case), joined with ", "; "" where there is none.
  std::string header(absl::string_view name) const;
  bool has_header(absl::string_view name) const;
};

// A body that is made piece by piece, while it is sent.
class BodySource {
 public:
  virtual ~BodySource() = default;

  // The next piece; "" at the end. Called on a thread of the pool, one call at a time; may block as long as `operation`
  // lets it. After an error the connection is closed, so that the client sees that the body is not whole.
  virtual absl::StatusOr<std::string> Next(const Operation& operation) = 0;
};

struct Response {
  int status = 200;
  Fields headers;  // Content-Length, Transfer-Encoding, Date, Server and Connection are the server's business.
  std::shared_ptr<const std::string> body;
  std::shared_ptr<BodySource> source;     // Instead of `body`.
  std::optional<uint64_t> source_length;  // Bytes that `source` gives, where that is known.

  Response& Set(absl::string_view name, absl::string_view value);
};

// A response with a body of its own.
Response MakeResponse(int status, absl::string_view content_type, std::string body);

}  // namespace vitrine::http

#endif  // VITRINE_SERVICE_HTTP_MESSAGE_H_
