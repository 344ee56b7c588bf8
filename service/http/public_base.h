#ifndef VITRINE_SERVICE_HTTP_PUBLIC_BASE_H_
#define VITRINE_SERVICE_HTTP_PUBLIC_BASE_H_

#include <string>

#include "absl/strings/string_view.h"
#include "service/http/message.h"

namespace vitrine::http {

// The URL, without a final slash, under which the client knows this server: `configured`, or where that is "" what the
// proxy in front says (X-Forwarded-Proto, -Host and -Prefix), or the Host header. "" where none of them can be one:
// URLs made from it are then relative to the host.
std::string PublicBase(const Request& request, absl::string_view configured);

}  // namespace vitrine::http

#endif  // VITRINE_SERVICE_HTTP_PUBLIC_BASE_H_
