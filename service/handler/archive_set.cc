#include "service/handler/archive_set.h"

#include "base/error.h"

namespace vitrine::service {

absl::StatusOr<ArchiveGate::Place> ArchiveGate::Enter() {
  Place place(&inside_);
  if (++inside_ <= limit_) return place;
  return MakeError(ErrorCategory::kOverloaded, "too many requests wait for this archive; try again in a moment");
}

absl::StatusOr<const ArchiveSet::Named*> ArchiveSet::Find(absl::string_view name) const {
  if (name.empty()) return &archives_.front();
  for (const Named& named : archives_) {
    if (named.name == name) return &named;
  }
  return MakeError(ErrorCategory::kNotFound, "there is no archive of that name");
}

}  // namespace vitrine::service
