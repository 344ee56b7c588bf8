#ifndef VITRINE_SERVICE_DICOMWEB_MEDIA_RANGE_H_
#define VITRINE_SERVICE_DICOMWEB_MEDIA_RANGE_H_

// Accept lists (RFC 9110 12.5.1, PS3.18 8.7.5) as clients really send them.

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "service/http/message.h"

namespace vitrine::service {

// One member of an Accept list. "multipart/related; type="image/jpeg"; q=0.5" has type "image/jpeg" and multipart set;
// the type may be quoted or not.
struct MediaRange {
  std::string type;  // Lower case.
  bool multipart = false;
  std::string transfer_syntax;  // A UID, "*", or "" where none is stated.
  double q = 1;
};

// The members in their order; malformed ones are ignored, as PS3.18 8.7.5 asks.
std::vector<MediaRange> ParseAccept(absl::string_view text);

// What the request accepts: its accept query parameter, which outranks the header, else the header. Empty where it has
// neither.
std::vector<MediaRange> AcceptOf(const http::Request& request);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_DICOMWEB_MEDIA_RANGE_H_
