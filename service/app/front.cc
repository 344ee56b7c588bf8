#include "service/app/front.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "docs/openapi.h"
#include "service/app/stream_front.h"
#include "service/app/viewer_files.h"
#include "service/dicomweb/wado_uri.h"
#include "service/handler/log_failure.h"
#include "service/http/problem.h"

namespace vitrine::service {
namespace {

bool IsReadMethod(const http::Request& request) { return request.method == "GET" || request.method == "HEAD"; }

bool IsOpenApi(const http::Request& request) {
  return request.segments.size() == 1 && request.segments[0] == "openapi.json";
}

http::Response MethodNotAllowed(const Operation& operation) {
  http::Response response = http::ProblemResponse(405, "only GET and HEAD are served", operation.request_id);
  response.Set("Allow", "GET, HEAD");
  return response;
}

}  // namespace

http::Response PublicFront::Handle(const http::Request& request, const Operation& operation) {
  const absl::Time start = absl::Now();
  absl::string_view route = "other";
  absl::StatusOr<http::Response> answer = Answer(request, operation, route);
  if (!answer.ok()) {
    metrics_.CountError(ErrorCategoryName(CategoryOf(answer.status())));
    LogFailure(answer.status(), route, operation.request_id);
    answer = http::ProblemResponse(answer.status(), operation.request_id);
  }
  metrics_.CountRequest(route, absl::StrCat(answer->status), absl::Now() - start);
  return *std::move(answer);
}

absl::StatusOr<http::Response> PublicFront::Answer(const http::Request& request, const Operation& operation,
                                                   absl::string_view& route) {
  if (JsonService::Serves(request.segments)) return json_.Handle(request, operation, route);
  if (!IsReadMethod(request)) return MethodNotAllowed(operation);
  if (auto file = ViewerFile(request)) {
    route = "viewer";
    return *std::move(file);
  }
  if (IsOpenApi(request)) {
    route = "openapi";
    http::Response response = http::MakeResponse(200, "application/json", std::string(docs::kOpenapiJson));
    return response.Set("Cache-Control", "no-cache");
  }
  if (IsDicomWeb(request.segments) || IsWadoUri(request.segments)) return dicomweb_.Handle(request, operation, route);
  if (IsStreamPath(request)) {
    route = "stream";
    http::Response response = http::ProblemResponse(426, "this is a WebSocket", operation.request_id);
    return response.Set("Upgrade", "websocket");
  }
  return http::ProblemResponse(404, "there is no such resource", operation.request_id);
}

void CountRefusal(int status, metrics::Metrics& metrics) {
  const ErrorCategory category = status == 429   ? ErrorCategory::kOverloaded
                                 : status == 400 ? ErrorCategory::kInvalidRequest
                                                 : ErrorCategory::kTooLarge;
  metrics.CountRequest("refused", absl::StrCat(status), absl::ZeroDuration());
  metrics.CountError(ErrorCategoryName(category));
}

http::Response AdminFront::Handle(const http::Request& request, const Operation& operation) {
  if (!IsReadMethod(request)) return MethodNotAllowed(operation);
  const absl::string_view path = request.segments.size() == 1 ? absl::string_view(request.segments[0]) : "";
  if (path == "livez") return http::MakeResponse(200, "text/plain", "ok\n");
  if (path == "metrics") return http::MakeResponse(200, "text/plain; version=0.0.4", metrics_.Scrape());
  if (path != "readyz") return http::ProblemResponse(404, "there is no such resource", operation.request_id);
  if (draining_) return http::ProblemResponse(503, "draining", operation.request_id);
  const absl::Status status = archives_.Ready();
  if (!status.ok()) return http::ProblemResponse(503, status.message(), operation.request_id);
  return http::MakeResponse(200, "text/plain", "ok\n");
}

}  // namespace vitrine::service
