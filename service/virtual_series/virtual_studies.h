#ifndef VITRINE_SERVICE_VIRTUAL_SERIES_VIRTUAL_STUDIES_H_
#define VITRINE_SERVICE_VIRTUAL_SERIES_VIRTUAL_STUDIES_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "base/byte_cache.h"
#include "base/operation.h"
#include "service/handler/archive_set.h"
#include "service/virtual_series/virtual_series.h"

namespace vitrine::service {

// The virtual series of studies, read from the archive's metadata and remembered for a while: a study may still be
// growing. Thread-safe; the caller has decided on access and holds a place at the archive's gate.
class VirtualStudies {
 public:
  using Pointer = std::shared_ptr<const VirtualStudy>;

  explicit VirtualStudies(absl::Duration max_age = absl::Minutes(5)) : studies_(kBudgetBytes, max_age) {}

  // Errors as Archive::Metadata(); kArchiveProtocol where the metadata are no DICOM JSON.
  absl::StatusOr<Pointer> Of(const ArchiveSet::Named& archive, const std::string& study_instance_uid,
                             const Operation& operation);

  // The same without asking the archive: null where it would have to be asked.
  Pointer Known(const ArchiveSet::Named& archive, const std::string& study_instance_uid);

 private:
  static constexpr uint64_t kBudgetBytes = 64 << 20;

  ByteCache<VirtualStudy> studies_;
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_VIRTUAL_SERIES_VIRTUAL_STUDIES_H_
