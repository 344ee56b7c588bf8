#ifndef VITRINE_FETCH_CATALOG_H_
#define VITRINE_FETCH_CATALOG_H_

// What a folder or the demonstration holds: studies, their series, their instances, as attributes in memory.

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "dicom/dicom_json.h"
#include "fetch/archive.h"
#include "fetch/file_reader.h"

namespace vitrine::fetch {

// One instance. Immutable once it is in a catalog.
struct CatalogInstance {
  std::string StudyInstanceUID;
  std::string SeriesInstanceUID;
  std::string SOPInstanceUID;
  std::string TransferSyntaxUID;
  std::vector<dicom::JsonAttribute> attributes;  // Ascending by tag; what QIDO-RS matches and returns.
  std::string location;                          // The archive's own name for it, such as a path.
  FileVersion version;                           // Of the file that it was read from.
};

// Fills the identifiers from `header`. kBadInstance where one of the three UIDs is missing or malformed.
absl::StatusOr<CatalogInstance> MakeCatalogInstance(dicom::JsonHeader header, std::string location);

// The first value of a text or number attribute, or "".
std::string FirstValue(const std::vector<dicom::JsonAttribute>& attributes, uint32_t tag);

struct CatalogSeries {
  std::string SeriesInstanceUID;
  std::vector<std::shared_ptr<const CatalogInstance>> instances;  // By InstanceNumber, then SOPInstanceUID; not empty.
};

struct CatalogStudy {
  std::string StudyInstanceUID;
  std::vector<CatalogSeries> series;  // By SeriesNumber, then SeriesInstanceUID; not empty.
};

// Immutable and so thread-safe.
class Catalog {
 public:
  Catalog() = default;
  // Where SOPInstanceUIDs repeat, the first one stays.
  explicit Catalog(const std::vector<std::shared_ptr<const CatalogInstance>>& instances);
  Catalog(const Catalog&) = delete;
  Catalog& operator=(const Catalog&) = delete;

  const std::vector<CatalogStudy>& studies() const { return studies_; }  // Newest StudyDate first, then by UID.
  size_t size() const { return instances_.size(); }

  // Null where the catalog does not hold it, or holds it in another study or series than `path` names.
  std::shared_ptr<const CatalogInstance> FindInstance(const ResourcePath& path) const;

  // The instances at or below `path`, in the catalog's order. An empty path means all.
  std::vector<std::shared_ptr<const CatalogInstance>> Below(const ResourcePath& path) const;

 private:
  std::vector<CatalogStudy> studies_;
  absl::flat_hash_map<std::string, std::shared_ptr<const CatalogInstance>> instances_;  // By SOPInstanceUID.
};

}  // namespace vitrine::fetch

#endif  // VITRINE_FETCH_CATALOG_H_
