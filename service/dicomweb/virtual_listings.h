#ifndef VITRINE_SERVICE_DICOMWEB_VIRTUAL_LISTINGS_H_
#define VITRINE_SERVICE_DICOMWEB_VIRTUAL_LISTINGS_H_

#include <string>

#include "absl/status/statusor.h"
#include "fetch/archive.h"
#include "nlohmann/json.hpp"
#include "service/dicomweb/resource.h"
#include "service/virtual_series/virtual_studies.h"

namespace vitrine::service {

// What an archive lists, with what is virtual beside it. Thread-safe; `studies` must outlive it. The caller has decided
// on access and holds a place at the archive's gate.
class VirtualListings {
 public:
  explicit VirtualListings(VirtualStudies& studies) : studies_(studies) {}

  // Where what is virtual cannot be found out, a Warning says so.
  absl::StatusOr<fetch::QueryResult> Search(const ResourceCall& call, const ArchiveSet::Named& archive,
                                            const std::string& query);
  absl::StatusOr<std::string> Metadata(const ResourceCall& call, const ArchiveSet::Named& archive);

 private:
  std::string WithCounts(const ArchiveSet::Named& archive, std::string studies, std::string& warning,
                         const Operation& operation);

  VirtualStudies& studies_;
};

// The DICOM JSON of image `index` of the series, or of all where that is below 0.
std::string MetadataOf(const VirtualSeries& series, int index);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_DICOMWEB_VIRTUAL_LISTINGS_H_
