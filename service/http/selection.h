#ifndef VITRINE_SERVICE_HTTP_SELECTION_H_
#define VITRINE_SERVICE_HTTP_SELECTION_H_

// What a request's headers say of the representation that it wants.

#include "absl/strings/string_view.h"
#include "service/http/message.h"

namespace vitrine::http {

// Whether If-None-Match names the tag, given with its quotes; it compares weakly (RFC 9110 13.1.2).
bool MatchesEntityTag(const Request& request, absl::string_view quoted_etag);

// Whether Accept-Encoding names the content coding, and not to refuse it with q=0 (RFC 9110 12.5.3).
bool AcceptsCoding(const Request& request, absl::string_view coding);

}  // namespace vitrine::http

#endif  // VITRINE_SERVICE_HTTP_SELECTION_H_
