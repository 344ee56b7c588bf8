#include "service/handler/archive_set.h"

#include "base/error.h"

namespace vitrine::service {

absl::StatusOr<const ArchiveSet::Named*> ArchiveSet::Find(absl::string_view name) const {
  if (name.empty()) return &archives_.front();
  for (const Named& named : archives_) {
    if (named.name == name) return &named;
  }
  return MakeError(ErrorCategory::kNotFound, "there is no archive of that name");
}

}  // namespace vitrine::service
