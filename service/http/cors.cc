#include "service/http/cors.h"

#include "absl/algorithm/container.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"

namespace vitrine::http {
namespace {

// A wildcard would not cover Authorization.
constexpr absl::string_view kRequestHeaders =
    "Accept, Authorization, Content-Type, If-None-Match, X-Request-Id, X-Requested-With, traceparent";
constexpr absl::string_view kResponseHeaders = "Content-Location, ETag, Retry-After, Server-Timing, Warning";
constexpr absl::string_view kMethods = "GET, HEAD, POST, OPTIONS";
constexpr absl::string_view kMaxAge = "7200";  // Seconds; the longest that Chromium keeps it.

// scheme://host[:port], as the URL standard serialises origins.
bool IsOrigin(absl::string_view text) {
  if (!absl::ConsumePrefix(&text, "http://") && !absl::ConsumePrefix(&text, "https://")) return false;
  if (text.empty()) return false;
  return absl::c_all_of(text, [](char c) {
    return absl::ascii_islower(c) || absl::ascii_isdigit(c) || absl::StrContains("-.:[]", absl::string_view(&c, 1));
  });
}

}  // namespace

absl::StatusOr<CrossOrigin> CrossOrigin::Parse(absl::string_view origins) {
  CrossOrigin policy;
  for (const absl::string_view origin : absl::StrSplit(origins, absl::ByAnyChar(", "), absl::SkipEmpty())) {
    if (origin == "*") {
      policy.any_ = true;
    } else if (IsOrigin(origin)) {
      policy.origins_.emplace_back(origin);
    } else {
      return absl::InvalidArgumentError(absl::StrCat("not an origin such as https://host:port : ", origin));
    }
  }
  if (policy.any_ && !policy.origins_.empty()) return absl::InvalidArgumentError("* stands alone");
  return policy;
}

bool CrossOrigin::Allows(absl::string_view origin) const {
  return !origin.empty() && (any_ || absl::c_linear_search(origins_, origin));
}

std::optional<Response> CrossOrigin::Preflight(const Request& request) const {
  const bool preflight = request.method == "OPTIONS" && request.has_header("origin") &&
                         request.has_header("access-control-request-method");
  if (!preflight) return std::nullopt;
  Response response;
  response.status = 204;
  if (Allows(request.header("origin"))) {
    response.Set("Access-Control-Allow-Methods", kMethods)
        .Set("Access-Control-Allow-Headers", kRequestHeaders)
        .Set("Access-Control-Max-Age", kMaxAge);
  }
  return response;
}

void CrossOrigin::Decorate(const Request& request, Response& response) const {
  const bool configured = any_ || !origins_.empty();
  response.Set("Cross-Origin-Resource-Policy", configured ? "cross-origin" : "same-origin");
  if (!configured) return;
  if (!any_) response.Set("Vary", "Origin");
  const std::string origin = request.header("origin");
  if (!Allows(origin)) return;
  response.Set("Access-Control-Allow-Origin", any_ ? absl::string_view("*") : absl::string_view(origin));
  response.Set("Access-Control-Expose-Headers", kResponseHeaders);
}

}  // namespace vitrine::http
