#ifndef VITRINE_SERVICE_HANDLER_ARCHIVE_SET_H_
#define VITRINE_SERVICE_HANDLER_ARCHIVE_SET_H_

#include <atomic>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "fetch/archive.h"

namespace vitrine::service {

// How many requests may occupy a thread for one archive at once, so that an archive that hangs leaves threads to the
// others. Thread-safe.
class ArchiveGate {
 public:
  explicit ArchiveGate(int limit) : limit_(limit) {}

  // Holds one place until it is destroyed. Movable.
  class [[nodiscard]] Place {
   public:
    explicit Place(std::atomic<int>* inside) : inside_(inside) {}
    Place(Place&& other) noexcept : inside_(std::exchange(other.inside_, nullptr)) {}
    Place& operator=(Place&&) = delete;
    ~Place() {
      if (inside_ != nullptr) --*inside_;
    }

   private:
    std::atomic<int>* inside_;
  };

  // RESOURCE_EXHAUSTED (kOverloaded) at once where there is none.
  absl::StatusOr<Place> Enter();

 private:
  const int limit_;
  std::atomic<int> inside_ = 0;
};

// The configured archives by name; the first is the default one. Immutable once filled, then thread-safe.
class ArchiveSet {
 public:
  struct Named {
    std::string name;
    std::unique_ptr<fetch::Archive> archive;
    std::unique_ptr<ArchiveGate> gate = std::make_unique<ArchiveGate>(48);  // Entered by whoever is about to ask it.
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
