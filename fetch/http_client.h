#ifndef VITRINE_FETCH_HTTP_CLIENT_H_
#define VITRINE_FETCH_HTTP_CLIENT_H_

// GET requests to one archive, over connections that are kept and shared.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/operation.h"

namespace vitrine::fetch {

// What one exchange with the server was; for metrics.
struct HttpExchange {
  int code = 0;  // HTTP status, 0 where none arrived.
  absl::Duration duration;
  uint64_t bytes = 0;  // Of the body.
};

struct HttpClientOptions {
  std::string ca_file;                                  // PEM bundle of trusted authorities; "": the system's.
  absl::Duration connect_timeout = absl::Seconds(5);    // Name look-up, TCP and TLS together.
  absl::Duration stall_timeout = absl::Seconds(30);     // Without one byte from the server; whole seconds.
  absl::Duration request_timeout = absl::Seconds(120);  // Of a call, all tries and redirects together.
  // Of one request: failed and timed out connection attempts, 502, 503 and 504 are tried again.
  int max_tries = 3;
  absl::Duration retry_delay = absl::Milliseconds(100);  // Before the first retry at most; doubles, with full jitter.
  absl::Duration max_retry_delay = absl::Seconds(5);     // A longer Retry-After ends the retries.
  int max_redirects = 3;                                 // And only to the same scheme, host and port.
  uint64_t max_header_bytes = 64 << 10;                  // Of one answer.
  int max_connections = 32;                              // Open at once; further requests wait for one.
  std::function<void(const HttpExchange&)> on_exchange;  // Called on the requesting thread after every exchange.
};

struct HttpRequest {
  std::string url;     // http or https, without user and password.
  std::string accept;  // The Accept header.
  std::string user;    // Basic authentication where not "".
  std::string password;
  uint64_t max_response_bytes = 0;  // Of the body.
  bool streamed = false;            // Set by Open().
};

struct HttpResponse {
  int status = 0;
  std::vector<std::pair<std::string, std::string>> headers;  // Names in lower case.
  std::string body;

  // The first header of that name (in lower case), or "".
  absl::string_view Header(absl::string_view name) const;
};

// An answer whose body is read while it arrives; a couple of megabytes wait in memory, then the server has to. Not
// thread-safe. Its end ends the transfer.
class HttpStream {
 public:
  virtual ~HttpStream() = default;

  // Without its body.
  virtual const HttpResponse& response() const = 0;

  // Makes `piece` the next bytes of the body, "" at its end; the memory that it had is used again. Errors as
  // HttpClient::Get().
  virtual absl::Status Next(const Operation& operation, std::string& piece) = 0;
};

// Thread-safe. All transfers run on one thread of its own. TLS certificates are verified; HTTP/2 is used where a TLS
// server offers it. The server is reached directly, whatever proxy the environment names, and a redirect to another
// origin is an error, so that a request and its credentials never go anywhere but to the configured server. No content
// coding is asked for.
class HttpClient {
 public:
  static absl::StatusOr<std::unique_ptr<HttpClient>> Create(HttpClientOptions options);
  // No call may be under way.
  virtual ~HttpClient() = default;

  // Sends the request with the operation's X-Request-Id and traceparent, and waits for the whole answer, whatever its
  // HTTP status. CANCELLED at once when the operation is; kDeadline at its deadline, kArchiveTimeout at a timeout of
  // the options, kArchiveUnreachable, kArchiveProtocol, kTooLarge as soon as the body's announced or received length is
  // over the limit. Messages do not name the server.
  virtual absl::StatusOr<HttpResponse> Get(const HttpRequest& request, const Operation& operation) = 0;

  // The same, but returns when the body begins. The stream must not outlive the client.
  virtual absl::StatusOr<std::unique_ptr<HttpStream>> Open(const HttpRequest& request, const Operation& operation) = 0;
};

}  // namespace vitrine::fetch

#endif  // VITRINE_FETCH_HTTP_CLIENT_H_
