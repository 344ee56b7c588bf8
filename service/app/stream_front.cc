#include "service/app/stream_front.h"

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "service/http/problem.h"
#include "service/stream/web_socket_stream.h"

namespace vitrine::service {
namespace {

constexpr absl::string_view kRoute = "stream";

// Programs send no Origin. A page's is its scheme, host and port, of which a proxy may change the scheme.
bool IsOwnOrigin(const http::Request& request) {
  const std::string origin = request.header("origin");
  const size_t host = origin.find("://");
  return origin.empty() ||
         (host != std::string::npos && absl::EqualsIgnoreCase(origin.substr(host + 3), request.header("host")));
}

}  // namespace

bool IsStreamPath(const http::Request& request) {
  return request.segments.size() == 2 && request.segments[0] == "v1" && request.segments[1] == "stream";
}

std::variant<std::shared_ptr<http::WebSocketHandler>, http::Response> StreamFront::Upgrade(const http::Request& request,
                                                                                           const Operation& operation) {
  const auto refuse = [&](http::Response response) {
    metrics_.CountRequest(kRoute, absl::StrCat(response.status), absl::ZeroDuration());
    return response;
  };
  if (!IsStreamPath(request)) {
    return refuse(http::ProblemResponse(404, "WebSockets are at /v1/stream", operation.request_id));
  }
  if (!IsOwnOrigin(request) && !cross_origin_.Allows(request.header("origin"))) {
    return refuse(http::ProblemResponse(403, "pages of this origin may not open streams", operation.request_id));
  }
  auto principal = access_.Authenticate({request.header("authorization")});
  if (!principal.ok()) return refuse(http::ProblemResponse(principal.status(), operation.request_id));
  metrics_.CountRequest(kRoute, "101", absl::ZeroDuration());
  return std::make_shared<WebSocketStream>(streams_, *std::move(principal));
}

}  // namespace vitrine::service
