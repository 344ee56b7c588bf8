#include "service/http/problem.h"

#include <string>

#include "base/error.h"
#include "boost/beast/http/status.hpp"
#include "nlohmann/json.hpp"

namespace vitrine::http {
namespace {

std::string Title(int status) {
  if (status == 499) return "Client Closed Request";
  const auto reason = boost::beast::http::obsolete_reason(static_cast<boost::beast::http::status>(status));
  return std::string(reason.data(), reason.size());
}

Response Problem(int status, absl::string_view category, absl::string_view detail, absl::string_view request_id) {
  nlohmann::ordered_json document = {{"type", "about:blank"},
                                     {"title", Title(status)},
                                     {"status", status},
                                     {"detail", std::string(detail)},
                                     {"request_id", std::string(request_id)}};
  if (!category.empty()) document["category"] = std::string(category);
  // A detail may quote what the client sent: bytes that are not UTF-8 are replaced, never thrown over.
  std::string body = document.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
  Response response = MakeResponse(status, "application/problem+json", std::move(body));
  response.Set("Cache-Control", "no-store");
  if (status == 429 || status == 503) response.Set("Retry-After", "1");
  return response;
}

}  // namespace

int HttpStatusOf(const absl::Status& status) {
  switch (CategoryOf(status)) {
    case ErrorCategory::kNone: return 200;
    case ErrorCategory::kInvalidRequest: return 400;
    case ErrorCategory::kNotFound: return 404;
    case ErrorCategory::kNotAcceptable: return 406;
    case ErrorCategory::kTooLarge: return 413;
    case ErrorCategory::kUnsupported: return 501;
    case ErrorCategory::kBadInstance: return 502;
    case ErrorCategory::kArchiveUnreachable: return 502;
    case ErrorCategory::kArchiveProtocol: return 502;
    case ErrorCategory::kArchiveTimeout: return 504;
    case ErrorCategory::kOverloaded: return 429;
    case ErrorCategory::kDeadline: return 504;
    case ErrorCategory::kCancelled: return 499;
    case ErrorCategory::kInternal: return 500;
  }
  return 500;
}

Response ProblemResponse(const absl::Status& status, absl::string_view request_id) {
  const ErrorCategory category = CategoryOf(status);
  const absl::string_view detail =
      category == ErrorCategory::kInternal ? "something went wrong in the server" : status.message();
  return Problem(HttpStatusOf(status), ErrorCategoryName(category), detail, request_id);
}

Response ProblemResponse(int http_status, absl::string_view detail, absl::string_view request_id) {
  return Problem(http_status, "", detail, request_id);
}

}  // namespace vitrine::http
