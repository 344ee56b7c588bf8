#include "service/app/front.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "service/handler/log_failure.h"
#include "service/http/problem.h"
#include "viewer/assets.h"

namespace vitrine::service {
namespace {

constexpr absl::string_view kContentSecurityPolicy =
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'self'";

struct Asset {
  absl::string_view path;
  absl::string_view content_type;
  absl::string_view content;
};

const Asset* FindAsset(const http::Request& request) {
  static constexpr Asset kAssets[] = {
      {"", "text/html; charset=utf-8", viewer::kIndexHtml},
      {"app.js", "text/javascript; charset=utf-8", viewer::kAppJs},
      {"style.css", "text/css; charset=utf-8", viewer::kStyleCss},
  };
  for (const Asset& asset : kAssets) {
    if (request.segments.size() == 1 && request.segments[0] == asset.path) return &asset;
    if (request.segments.empty() && asset.path.empty()) return &asset;
  }
  return nullptr;
}

http::Response AssetResponse(const Asset& asset) {
  http::Response response = http::MakeResponse(200, asset.content_type, std::string(asset.content));
  response.Set("Cache-Control", "no-cache").Set("Content-Security-Policy", kContentSecurityPolicy);
  return response;
}

bool IsReadMethod(const http::Request& request) { return request.method == "GET" || request.method == "HEAD"; }

http::Response MethodNotAllowed(const Operation& operation) {
  http::Response response = http::ProblemResponse(405, "only GET and HEAD are served", operation.request_id);
  response.Set("Allow", "GET, HEAD");
  return response;
}

}  // namespace

http::Response PublicFront::Handle(const http::Request& request, const Operation& operation) {
  const absl::Time start = absl::Now();
  absl::string_view route = "other";
  http::Response response;
  if (!IsReadMethod(request)) {
    response = MethodNotAllowed(operation);
  } else if (const Asset* asset = FindAsset(request)) {
    route = "viewer";
    response = AssetResponse(*asset);
  } else if (IsDicomWeb(request.segments)) {
    auto answer = dicomweb_.Handle(request, operation, route);
    if (answer.ok()) {
      response = *std::move(answer);
    } else {
      metrics_.CountError(ErrorCategoryName(CategoryOf(answer.status())));
      LogFailure(answer.status(), route, operation.request_id);
      response = http::ProblemResponse(answer.status(), operation.request_id);
    }
  } else {
    response = http::ProblemResponse(404, "there is no such resource", operation.request_id);
  }
  metrics_.CountRequest(route, absl::StrCat(response.status), absl::Now() - start);
  return response;
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
