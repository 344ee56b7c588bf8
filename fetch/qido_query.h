#ifndef VITRINE_FETCH_QIDO_QUERY_H_
#define VITRINE_FETCH_QIDO_QUERY_H_

// The query string of a QIDO-RS search, read and checked (PS3.18 8.3.4).

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace vitrine::fetch {

// A matching key. "RequestAttributesSequence.ScheduledProcedureStepID" has two tags.
struct QidoKey {
  std::vector<uint32_t> path;  // At least one tag.
  std::string vr;              // Of the last tag, "LO" where the dictionary does not know it.
  std::string value;           // Not empty, not "*": those match everything and are only returned.
};

struct QidoQuery {
  std::vector<QidoKey> keys;
  std::vector<uint32_t> include;  // includefield, and the keys' own top-level tags.
  bool include_all = false;
  bool fuzzymatching = false;
  uint64_t limit = UINT64_MAX;
  uint64_t offset = 0;
};

// `query` is percent-encoded, without '?'. Parameters and attributes that are not known are ignored (PS3.18 8.3.1);
// INVALID_ARGUMENT (kInvalidRequest) for a known one whose value cannot be meant, naming the parameter and never its
// value, which may be patient data.
absl::StatusOr<QidoQuery> ParseQidoQuery(absl::string_view query);

}  // namespace vitrine::fetch

#endif  // VITRINE_FETCH_QIDO_QUERY_H_
