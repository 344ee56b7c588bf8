#ifndef VITRINE_FETCH_DEMO_ARCHIVE_H_
#define VITRINE_FETCH_DEMO_ARCHIVE_H_

// An archive without a server: four studies that are computed when they are asked for (demo_phantoms.h) and always the
// same - a CT volume, an oblique sagittal MR volume, a colour ultrasound loop and a large radiograph.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/call_once.h"
#include "fetch/archive.h"
#include "fetch/catalog.h"
#include "fetch/demo_series.h"

namespace vitrine::fetch {

class DemoArchive : public Archive {
 public:
  DemoArchive() = default;

  absl::StatusOr<QueryResult> Query(QueryLevel level, const ResourcePath& parent, absl::string_view query,
                                    const Operation& operation) override;
  absl::StatusOr<std::string> Metadata(const ResourcePath& path, const Operation& operation) override;
  absl::StatusOr<Bytes> Instance(const ResourcePath& path, const Operation& operation) override;
  absl::Status Check(const Operation& operation) override;

 private:
  // The headers are made on first use: a few hundred take a fraction of a second.
  absl::StatusOr<const Catalog*> catalog();

  absl::once_flag once_;
  absl::Status status_;                     // Written under once_.
  std::unique_ptr<const Catalog> catalog_;  // Likewise.
};

}  // namespace vitrine::fetch

#endif  // VITRINE_FETCH_DEMO_ARCHIVE_H_
