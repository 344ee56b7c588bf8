#ifndef VITRINE_SERVICE_VIRTUAL_SERIES_DERIVED_UID_H_
#define VITRINE_SERVICE_VIRTUAL_SERIES_DERIVED_UID_H_

#include <string>

#include "absl/strings/string_view.h"

namespace vitrine::service {

// A UUID-derived UID (PS3.5 B.2) that is the same for the same name on every server.
std::string DerivedUid(absl::string_view name);

// Whether DerivedUid() may have made it: certainly so for all that it makes, and for one in 2^48 others.
bool IsDerivedUid(absl::string_view uid);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_VIRTUAL_SERIES_DERIVED_UID_H_
