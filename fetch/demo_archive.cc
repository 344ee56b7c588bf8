#include "fetch/demo_archive.h"

#include <optional>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "dicom/dicom_json.h"
#include "dicom/limits.h"
#include "fetch/qido.h"

namespace vitrine::fetch {
namespace {

constexpr uint64_t kMaxResults = 5000;

absl::Status NotFound() { return MakeError(ErrorCategory::kNotFound, "the archive does not hold this object"); }

// The location of an instance is "SERIES/INDEX" in the table.
absl::StatusOr<CatalogInstance> Describe(size_t series, int index) {
  VITRINE_ASSIGN_OR_RETURN(const std::string bytes, DemoSeriesTable()[series].header(index).Write());
  VITRINE_ASSIGN_OR_RETURN(std::optional<dicom::JsonHeader> header,
                           dicom::ReadJsonHeader(bytes, /*complete=*/true, dicom::Limits()));
  return MakeCatalogInstance(*std::move(header), absl::StrCat(series, "/", index));
}

}  // namespace

absl::StatusOr<const Catalog*> DemoArchive::catalog() {
  absl::call_once(once_, [this] {
    std::vector<std::shared_ptr<const CatalogInstance>> instances;
    for (size_t series = 0; series < DemoSeriesTable().size(); ++series) {
      for (int index = 0; index < DemoSeriesTable()[series].instances; ++index) {
        absl::StatusOr<CatalogInstance> instance = Describe(series, index);
        if (!instance.ok()) {
          status_ = instance.status();
          return;
        }
        instances.push_back(std::make_shared<const CatalogInstance>(*std::move(instance)));
      }
    }
    catalog_ = std::make_unique<const Catalog>(instances);
  });
  if (!status_.ok()) return status_;
  return catalog_.get();
}

absl::StatusOr<QueryResult> DemoArchive::Query(QueryLevel level, const ResourcePath& parent, absl::string_view query,
                                               const Operation& operation) {
  VITRINE_RETURN_IF_ERROR(operation.Check());
  VITRINE_ASSIGN_OR_RETURN(const Catalog* catalog, this->catalog());
  return SearchCatalog(*catalog, level, parent, query, kMaxResults, operation);
}

absl::StatusOr<std::string> DemoArchive::Metadata(const ResourcePath& path, const Operation& operation) {
  VITRINE_RETURN_IF_ERROR(operation.Check());
  VITRINE_ASSIGN_OR_RETURN(const Catalog* catalog, this->catalog());
  std::string json = "[";
  for (const auto& instance : catalog->Below(path)) {
    absl::StrAppend(&json, json.size() > 1 ? "," : "", dicom::JsonObject(instance->attributes));
  }
  if (json.size() == 1) return NotFound();
  json.push_back(']');
  return json;
}

absl::StatusOr<Bytes> DemoArchive::Instance(const ResourcePath& path, const Operation& operation) {
  VITRINE_RETURN_IF_ERROR(operation.Check());
  VITRINE_ASSIGN_OR_RETURN(const Catalog* catalog, this->catalog());
  const std::shared_ptr<const CatalogInstance> instance = catalog->FindInstance(path);
  if (instance == nullptr) return NotFound();
  const std::pair<absl::string_view, absl::string_view> location = absl::StrSplit(instance->location, '/');
  size_t series = 0;
  int index = 0;
  if (!absl::SimpleAtoi(location.first, &series) || !absl::SimpleAtoi(location.second, &index)) return NotFound();
  VITRINE_ASSIGN_OR_RETURN(std::string bytes, DemoFile(DemoSeriesTable()[series], index));
  return std::make_shared<const std::string>(std::move(bytes));
}

absl::Status DemoArchive::Check(const Operation& operation) { return operation.Check(); }

}  // namespace vitrine::fetch
