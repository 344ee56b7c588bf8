#ifndef VITRINE_FETCH_MEDIA_TYPE_H_
#define VITRINE_FETCH_MEDIA_TYPE_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"

namespace vitrine::fetch {

// A Content-Type header's value, such as multipart/related; type="application/dicom"; boundary=x.
struct MediaType {
  std::string type;                                             // In lower case, "" where there is none.
  std::vector<std::pair<std::string, std::string>> parameters;  // Names in lower case, values unquoted.

  // The first parameter of that name (in lower case), or "".
  absl::string_view Parameter(absl::string_view name) const;
};

// Never fails: what cannot be read is left out.
MediaType ParseMediaType(absl::string_view value);

}  // namespace vitrine::fetch

#endif  // VITRINE_FETCH_MEDIA_TYPE_H_
