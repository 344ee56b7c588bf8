#include "fetch/catalog.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <utility>

#include "absl/strings/numbers.h"
#include "base/error.h"
#include "nlohmann/json.hpp"

namespace vitrine::fetch {
namespace {

constexpr uint32_t kStudyDate = 0x00080020;
constexpr uint32_t kStudyInstanceUID = 0x0020000D;
constexpr uint32_t kSeriesInstanceUID = 0x0020000E;
constexpr uint32_t kSOPInstanceUID = 0x00080018;
constexpr uint32_t kSeriesNumber = 0x00200011;
constexpr uint32_t kInstanceNumber = 0x00200013;

// Instances without a number come last.
int64_t OrderNumber(const CatalogInstance& instance, uint32_t tag) {
  int64_t number = 0;
  return absl::SimpleAtoi(FirstValue(instance.attributes, tag), &number) ? number : INT64_MAX;
}

using Instances = std::vector<std::shared_ptr<const CatalogInstance>>;

// Sorts by what `key` makes of an element, which it computes once each.
template <typename Element, typename Key>
void SortBy(std::vector<Element>& elements, Key key) {
  using KeyType = decltype(key(elements.front()));
  std::vector<std::pair<KeyType, Element>> keyed;
  keyed.reserve(elements.size());
  for (Element& element : elements) {
    KeyType computed = key(element);
    keyed.emplace_back(std::move(computed), std::move(element));
  }
  std::sort(keyed.begin(), keyed.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (size_t i = 0; i < keyed.size(); ++i) elements[i] = std::move(keyed[i].second);
}

CatalogStudy MakeStudy(std::string uid, std::map<std::string, Instances> by_series) {
  CatalogStudy study{std::move(uid), {}};
  for (auto& [series_uid, instances] : by_series) {
    SortBy(instances, [](const auto& instance) {
      return std::pair(OrderNumber(*instance, kInstanceNumber), instance->SOPInstanceUID);
    });
    study.series.push_back({series_uid, std::move(instances)});
  }
  SortBy(study.series, [](const CatalogSeries& series) {
    return std::pair(OrderNumber(*series.instances.front(), kSeriesNumber), series.SeriesInstanceUID);
  });
  return study;
}

}  // namespace

std::string FirstValue(const std::vector<dicom::JsonAttribute>& attributes, uint32_t tag) {
  const dicom::JsonAttribute* attribute = dicom::FindAttribute(attributes, tag);
  if (attribute == nullptr) return "";
  const nlohmann::json object = nlohmann::json::parse(attribute->json, nullptr, false);
  const auto values = object.find("Value");
  if (values == object.end() || !values->is_array() || values->empty()) return "";
  const nlohmann::json& value = values->front();
  if (value.is_string()) return value.get<std::string>();
  return value.is_number() ? value.dump() : "";
}

absl::StatusOr<CatalogInstance> MakeCatalogInstance(dicom::JsonHeader header, std::string location) {
  CatalogInstance instance;
  instance.StudyInstanceUID = FirstValue(header.attributes, kStudyInstanceUID);
  instance.SeriesInstanceUID = FirstValue(header.attributes, kSeriesInstanceUID);
  instance.SOPInstanceUID = FirstValue(header.attributes, kSOPInstanceUID);
  for (const std::string* uid : {&instance.StudyInstanceUID, &instance.SeriesInstanceUID, &instance.SOPInstanceUID}) {
    if (!IsValidUid(*uid)) {
      return MakeError(ErrorCategory::kBadInstance, "the object has no proper study, series and instance UID");
    }
  }
  instance.TransferSyntaxUID = std::move(header.TransferSyntaxUID);
  instance.attributes = std::move(header.attributes);
  instance.location = std::move(location);
  return instance;
}

Catalog::Catalog(const Instances& instances) {
  std::map<std::string, std::map<std::string, Instances>> tree;
  for (const auto& instance : instances) {
    if (!instances_.emplace(instance->SOPInstanceUID, instance).second) continue;
    tree[instance->StudyInstanceUID][instance->SeriesInstanceUID].push_back(instance);
  }
  for (auto& [study_uid, by_series] : tree) studies_.push_back(MakeStudy(study_uid, std::move(by_series)));
  SortBy(studies_, [](const CatalogStudy& study) {
    std::string date = FirstValue(study.series.front().instances.front()->attributes, kStudyDate);
    for (char& c : date) c = static_cast<char>(~c);  // Descending.
    return std::pair(std::move(date), study.StudyInstanceUID);
  });
}

std::shared_ptr<const CatalogInstance> Catalog::FindInstance(const ResourcePath& path) const {
  const auto found = instances_.find(path.SOPInstanceUID);
  if (found == instances_.end()) return nullptr;
  const CatalogInstance& instance = *found->second;
  const bool matches =
      instance.StudyInstanceUID == path.StudyInstanceUID && instance.SeriesInstanceUID == path.SeriesInstanceUID;
  return matches ? found->second : nullptr;
}

Instances Catalog::Below(const ResourcePath& path) const {
  Instances result;
  for (const CatalogStudy& study : studies_) {
    if (!path.StudyInstanceUID.empty() && study.StudyInstanceUID != path.StudyInstanceUID) continue;
    for (const CatalogSeries& series : study.series) {
      if (!path.SeriesInstanceUID.empty() && series.SeriesInstanceUID != path.SeriesInstanceUID) continue;
      for (const auto& instance : series.instances) {
        if (path.SOPInstanceUID.empty() || instance->SOPInstanceUID == path.SOPInstanceUID) result.push_back(instance);
      }
    }
  }
  return result;
}

}  // namespace vitrine::fetch
