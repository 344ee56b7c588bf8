#ifndef VITRINE_FETCH_MULTIPART_H_
#define VITRINE_FETCH_MULTIPART_H_

// multipart/related (RFC 2387, PS3.18 8.6.1.2) as servers really send it.

#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "fetch/media_type.h"

namespace vitrine::fetch {

// Refers to the body that was parsed.
struct MultipartPart {
  std::vector<std::pair<absl::string_view, absl::string_view>> headers;  // As written; repeated ones in order.
  absl::string_view body;

  // The first header of that name in any case, or "".
  absl::string_view Header(absl::string_view name) const;
};

// The parts of a complete multipart body. Copies no payload. A boundary counts only as a delimiter line: after a line
// break (or at the start) "--", the boundary, then white space and a line break, "--", or the end; so that payload
// which merely contains the boundary's bytes is left alone. Accepted beyond the standard: a preamble, lines that end in
// LF alone, a missing final delimiter or final line break, a wrong Content-Length (it is only used where a delimiter
// follows it), and a body whose Content-Type lacks the boundary or names a wrong one - it is then read off the first
// line, and where there is none the whole body is one part without headers. kArchiveProtocol for an empty body, a part
// whose header does not end, and more than 100,000 parts.
absl::StatusOr<std::vector<MultipartPart>> ParseMultipart(const MediaType& type, absl::string_view body);

}  // namespace vitrine::fetch

#endif  // VITRINE_FETCH_MULTIPART_H_
