#ifndef VITRINE_SERVICE_HANDLER_ARCHIVE_SET_H_
#define VITRINE_SERVICE_HANDLER_ARCHIVE_SET_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "fetch/archive.h"

namespace vitrine::service {

// The configured archives by name; the first is the default one. Immutable once filled, then thread-safe.
class ArchiveSet {
 public:
  struct Named {
    std::string name;
    std::unique_ptr<fetch::Archive> archive;
  };

  // At least one.
  explicit ArchiveSet(std::vector<Named> archives) : archives_(std::move(archives)) {}

  // The archive of that name, the default one for "". NOT_FOUND otherwise.
  absl::StatusOr<const Named*> Find(absl::string_view name) const;

  const std::vector<Named>& all() const { return archives_; }

 private:
  const std::vector<Named> archives_;
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_ARCHIVE_SET_H_
