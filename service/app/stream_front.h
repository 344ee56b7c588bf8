#ifndef VITRINE_SERVICE_APP_STREAM_FRONT_H_
#define VITRINE_SERVICE_APP_STREAM_FRONT_H_

// Which requests for a WebSocket become streams.

#include <memory>
#include <variant>

#include "auth/access.h"
#include "base/operation.h"
#include "metrics/metrics.h"
#include "service/http/cors.h"
#include "service/http/web_socket.h"
#include "service/stream/interact_service.h"

namespace vitrine::service {

// Thread-safe; the references must outlive it and its streams.
class StreamFront {
 public:
  StreamFront(const auth::AnonymousAccess& access, InteractService& streams, metrics::Metrics& metrics,
              const http::CrossOrigin& cross_origin)
      : access_(access), streams_(streams), metrics_(metrics), cross_origin_(cross_origin) {}

  // 404 for other paths than /v1/stream; 403 for pages of other origins that are not listed: a browser lets any page
  // open a WebSocket, and tells who it is in Origin alone.
  std::variant<std::shared_ptr<http::WebSocketHandler>, http::Response> Upgrade(const http::Request& request,
                                                                                const Operation& operation);

 private:
  const auth::AnonymousAccess& access_;
  InteractService& streams_;
  metrics::Metrics& metrics_;
  const http::CrossOrigin& cross_origin_;
};

// Whether the request is for the stream's path.
bool IsStreamPath(const http::Request& request);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_APP_STREAM_FRONT_H_
