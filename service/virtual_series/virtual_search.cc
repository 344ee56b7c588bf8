#include "service/virtual_series/virtual_search.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "fetch/catalog.h"
#include "fetch/qido.h"
#include "nlohmann/json.hpp"
#include "service/virtual_series/shared_attributes.h"

namespace vitrine::service {
namespace {

using nlohmann::json;

constexpr const char* kSeriesCount = "00201206";
constexpr const char* kInstanceCount = "00201208";

std::shared_ptr<const fetch::CatalogInstance> ToCatalog(const VirtualSeries& series, int index) {
  auto instance = std::make_shared<fetch::CatalogInstance>();
  instance->StudyInstanceUID = series.target.study_instance_uid();
  instance->SeriesInstanceUID = series.SeriesInstanceUID;
  instance->SOPInstanceUID = series.SOPInstanceUIDs[index];
  const json attributes = AttributesOf(series, index);
  for (const auto& [tag, attribute] : attributes.items()) {  // Ascending, as the text of the tags is.
    uint32_t number = 0;
    if (absl::SimpleHexAtoi(tag, &number)) instance->attributes.push_back({number, attribute.dump()});
  }
  return instance;
}

// The images below `parent`; of the others the search needs to know nothing.
std::vector<std::shared_ptr<const fetch::CatalogInstance>> ImagesOf(const VirtualStudy& study,
                                                                    const fetch::ResourcePath& parent) {
  std::vector<std::shared_ptr<const fetch::CatalogInstance>> images;
  for (const VirtualSeries& series : study.series) {
    if (!parent.SeriesInstanceUID.empty() && parent.SeriesInstanceUID != series.SeriesInstanceUID) continue;
    for (size_t i = 0; i < series.SOPInstanceUIDs.size(); ++i) {
      images.push_back(ToCatalog(series, static_cast<int>(i)));
    }
  }
  return images;
}

bool IsPaging(absl::string_view pair) { return absl::StartsWith(pair, "limit=") || absl::StartsWith(pair, "offset="); }

// The value of a pair of the query; `otherwise` where it is not there. It was checked before.
uint64_t PagingOf(absl::string_view query, absl::string_view name, uint64_t otherwise) {
  for (absl::string_view pair : absl::StrSplit(query, '&')) {
    uint64_t value = 0;
    if (absl::StartsWith(pair, name) && absl::SimpleAtoi(pair.substr(name.size()), &value)) return value;
  }
  return otherwise;
}

std::string Joined(std::string first, absl::string_view second) {
  if (second == "[]") return first;
  if (first == "[]") return std::string(second);
  first.pop_back();
  return absl::StrCat(first, ",", second.substr(1));
}

void AddTo(json& study, const char* tag, size_t more) {
  const auto attribute = study.find(tag);
  if (attribute == study.end() || !attribute->is_object() || !attribute->contains("Value")) return;
  json& values = (*attribute)["Value"];
  if (!values.is_array() || values.empty()) return;
  int64_t count = 0;
  if (values.front().is_number_integer()) {
    values.front() = values.front().get<int64_t>() + static_cast<int64_t>(more);
  } else if (values.front().is_string() && absl::SimpleAtoi(values.front().get<std::string>(), &count)) {
    values.front() = absl::StrCat(count + static_cast<int64_t>(more));
  }
}

}  // namespace

std::string WithoutPaging(absl::string_view query) {
  return absl::StrJoin(absl::StrSplit(query, '&', [](absl::string_view pair) { return !IsPaging(pair); }), "&");
}

absl::StatusOr<std::string> JoinSearch(std::string stored, const VirtualStudy& study, fetch::QueryLevel level,
                                       const fetch::ResourcePath& parent, absl::string_view query,
                                       const Operation& operation) {
  const fetch::Catalog catalog(ImagesOf(study, parent));
  VITRINE_ASSIGN_OR_RETURN(const fetch::QueryResult added,
                           fetch::SearchCatalog(catalog, level, parent, WithoutPaging(query), UINT64_MAX, operation));
  std::string joined = Joined(std::move(stored), added.json);
  const uint64_t offset = PagingOf(query, "offset=", 0);
  const uint64_t limit = PagingOf(query, "limit=", UINT64_MAX);
  if (offset == 0 && limit == UINT64_MAX) return joined;
  json all = json::parse(joined, nullptr, /*allow_exceptions=*/false);
  if (!all.is_array())
    return MakeError(ErrorCategory::kArchiveProtocol, "the archive's answer is not a DICOM JSON array");
  const uint64_t begin = std::min<uint64_t>(offset, all.size());
  const uint64_t count = std::min<uint64_t>(limit, all.size() - begin);
  json page = json::array();
  for (uint64_t i = begin; i < begin + count; ++i) page.push_back(std::move(all[i]));
  return page.dump(-1, ' ', false, json::error_handler_t::replace);
}

std::string WithVirtualCounts(std::string studies,
                              absl::FunctionRef<std::shared_ptr<const VirtualStudy>(const std::string&)> find) {
  json all = json::parse(studies, nullptr, /*allow_exceptions=*/false);
  if (!all.is_array()) return studies;
  bool changed = false;
  for (json& study : all) {
    if (!study.is_object()) continue;
    const std::shared_ptr<const VirtualStudy> found = find(TextOf(study, "0020000D"));
    if (found == nullptr || found->series.empty()) continue;
    size_t images = 0;
    for (const VirtualSeries& series : found->series) images += series.SOPInstanceUIDs.size();
    AddTo(study, kSeriesCount, found->series.size());
    AddTo(study, kInstanceCount, images);
    changed = true;
  }
  return changed ? all.dump(-1, ' ', false, json::error_handler_t::replace) : studies;
}

}  // namespace vitrine::service
