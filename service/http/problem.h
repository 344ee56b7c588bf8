#ifndef VITRINE_SERVICE_HTTP_PROBLEM_H_
#define VITRINE_SERVICE_HTTP_PROBLEM_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "service/http/message.h"

namespace vitrine::http {

// The status of PS3.18 8.5 for an error: by its category.
int HttpStatusOf(const absl::Status& status);

// An application/problem+json document (RFC 9457): type, title, status, detail (the status message), request_id,
// category. 429 and 503 carry Retry-After. Not to be cached.
Response ProblemResponse(const absl::Status& status, absl::string_view request_id);

// The same for errors that no Status stands for: 404 of a path, 405, 408, 431 ...
Response ProblemResponse(int http_status, absl::string_view detail, absl::string_view request_id);

}  // namespace vitrine::http

#endif  // VITRINE_SERVICE_HTTP_PROBLEM_H_
