#ifndef VITRINE_FETCH_QIDO_H_
#define VITRINE_FETCH_QIDO_H_

// QIDO-RS over a catalog (PS3.18 10.6).

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/operation.h"
#include "fetch/archive.h"
#include "fetch/catalog.h"

namespace vitrine::fetch {

// Searches the studies, series or instances at or below `parent`. The answer has the attributes that PS3.18 tables
// 10.6.3-3 to -5 require - empty where the objects lack them, RetrieveURL from "/studies/" on - the keys, and
// includefield's. includefield=all returns what all instances of the entity share. A key of a lower level, such as
// Modality of a study, matches where one of the entity's series does. At most `max_results` results; a Warning says
// when there are more. Errors as ParseQidoQuery(); kCancelled and kDeadline as `operation` says.
absl::StatusOr<QueryResult> SearchCatalog(const Catalog& catalog, QueryLevel level, const ResourcePath& parent,
                                          absl::string_view query, uint64_t max_results, const Operation& operation);

}  // namespace vitrine::fetch

#endif  // VITRINE_FETCH_QIDO_H_
