#ifndef VITRINE_SERVICE_VIRTUAL_SERIES_VIRTUAL_SEARCH_H_
#define VITRINE_SERVICE_VIRTUAL_SERIES_VIRTUAL_SEARCH_H_

// Virtual series in the answers to searches.

#include <memory>
#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/operation.h"
#include "fetch/archive.h"
#include "service/virtual_series/virtual_series.h"

namespace vitrine::service {

// A query without limit and offset, which count in the joined answer.
std::string WithoutPaging(absl::string_view query);

// What of the study's virtual series or images matches a search for series or instances at or below `parent`, behind
// `stored`, the archive's answer to WithoutPaging(query); then limit and offset. Errors as fetch::ParseQidoQuery().
absl::StatusOr<std::string> JoinSearch(std::string stored, const VirtualStudy& study, fetch::QueryLevel level,
                                       const fetch::ResourcePath& parent, absl::string_view query,
                                       const Operation& operation);

// A search's answer in which the counts of series and instances of each study that `find` knows include the virtual
// ones. `find` is given the Study Instance UID.
std::string WithVirtualCounts(std::string studies,
                              absl::FunctionRef<std::shared_ptr<const VirtualStudy>(const std::string&)> find);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_VIRTUAL_SERIES_VIRTUAL_SEARCH_H_
