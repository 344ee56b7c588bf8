#include "service/app/gateway.h"

#include <optional>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "service/dicomweb/capabilities.h"
#include "service/http/public_base.h"

namespace vitrine::service {
namespace {

// First segments of paths that are the service's own.
bool IsOfService(absl::string_view segment) {
  constexpr absl::string_view kOwn[] = {"dicom-web", "archives", "wado", "v1", "openapi.json", "embed.js"};
  return absl::c_linear_search(kOwn, segment);
}

bool IsReading(const http::Request& request) { return request.method == "GET" || request.method == "HEAD"; }

}  // namespace

http::Response Gateway::Handle(const http::Request& request, const Operation& operation) {
  http::Response response;
  if (std::optional<http::Response> preflight = cross_origin_.Preflight(request)) {
    metrics_.CountRequest("preflight", absl::StrCat(preflight->status), absl::ZeroDuration());
    response = *std::move(preflight);
  } else if (IsCapabilitiesRequest(request)) {
    metrics_.CountRequest("capabilities", "200", absl::ZeroDuration());
    const std::string archive =
        request.segments[0] == "archives" ? absl::StrCat("/archives/", request.segments[1]) : "";
    response = CapabilitiesResponse(absl::StrCat(http::PublicBase(request, public_url_), archive, "/dicom-web"));
  } else {
    response = Answer(request, operation);
  }
  Decorate(request, response);
  return response;
}

http::Response Gateway::Answer(const http::Request& request, const Operation& operation) {
  const absl::string_view first = request.segments.empty() ? "" : absl::string_view(request.segments[0]);
  if (site_ == nullptr || IsOfService(first)) return front_.Handle(request, operation);
  if (first != "vitrine") {
    return IsReading(request) ? AnswerOfSite(request, operation) : front_.Handle(request, operation);
  }
  if (request.segments.size() == 1) {  // Relative links need the slash.
    http::Response redirect;
    redirect.status = 308;
    redirect.Set("Location", "/vitrine/");
    return redirect;
  }
  return front_.Handle(Inner(request), operation);
}

http::Request Gateway::Inner(const http::Request& request) const {
  http::Request inner = request;
  if (site_ != nullptr && inner.segments.size() > 1 && inner.segments[0] == "vitrine") {
    inner.segments.erase(inner.segments.begin());
  }
  return inner;
}

http::Response Gateway::AnswerOfSite(const http::Request& request, const Operation& operation) {
  const absl::Time start = absl::Now();
  http::Response response;
  if (request.segments.size() == 1 && request.segments[0] == "app-config.js") {
    response = http::MakeResponse(200, "text/javascript; charset=utf-8", OhifConfiguration());
    response.Set("Cache-Control", "no-cache");
  } else {
    response = site_->Serve(request, operation.request_id);
  }
  metrics_.CountRequest("site", absl::StrCat(response.status), absl::Now() - start);
  return response;
}

}  // namespace vitrine::service
