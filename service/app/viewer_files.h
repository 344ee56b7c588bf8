#ifndef VITRINE_SERVICE_APP_VIEWER_FILES_H_
#define VITRINE_SERVICE_APP_VIEWER_FILES_H_

// The viewer's files, which the binary holds: the page at the root, /embed.js and what they need.

#include <optional>

#include "service/http/message.h"

namespace vitrine::service {

// The answer to a GET or HEAD of one of the files: compressed where the client accepts gzip, 304 where it has it
// already, with the page's Content-Security-Policy. nullopt: the path is none of them.
std::optional<http::Response> ViewerFile(const http::Request& request);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_APP_VIEWER_FILES_H_
