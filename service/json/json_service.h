#ifndef VITRINE_SERVICE_JSON_JSON_SERVICE_H_
#define VITRINE_SERVICE_JSON_JSON_SERVICE_H_

// Unary methods of vitrine.v1.RenderService as POST /v1/{method}: the request and the answer are the proto3 JSON of the
// same messages. Only translation.

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "auth/access.h"
#include "base/operation.h"
#include "service/handler/render_handler.h"
#include "service/http/message.h"

namespace vitrine::service {

// Thread-safe.
class JsonService {
 public:
  // The references must outlive the service.
  JsonService(const auth::AnonymousAccess& access, RenderHandler& handler) : access_(access), handler_(handler) {}

  // Whether the path is for Handle().
  static bool Serves(absl::Span<const std::string> segments);

  // The last segments of the paths: "describeSeries" ...
  static std::vector<absl::string_view> Methods();

  // `route_name` receives the metrics name of the method. 405 for other methods than POST, 415 for a body that is not
  // application/json.
  absl::StatusOr<http::Response> Handle(const http::Request& request, const Operation& operation,
                                        absl::string_view& route_name);

 private:
  const auth::AnonymousAccess& access_;
  RenderHandler& handler_;
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_JSON_JSON_SERVICE_H_
