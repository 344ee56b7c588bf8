#include "service/dicomweb/instance_list.h"

#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/numbers.h"
#include "base/status_macros.h"
#include "dicom/metadata_json.h"
#include "nlohmann/json.hpp"

namespace vitrine::service {
namespace {

using nlohmann::json;

int NumberOf(const json& dataset, const char* tag, int otherwise) {
  int number = 0;
  return absl::SimpleAtoi(dicom::FirstText(dataset, tag), &number) ? number : otherwise;
}

}  // namespace

absl::StatusOr<std::vector<ListedInstance>> ListInstances(const ArchiveSet::Named& archive,
                                                          const fetch::ResourcePath& path, const Operation& operation) {
  VITRINE_ASSIGN_OR_RETURN(const fetch::QueryResult result,
                           archive.archive->Query(fetch::QueryLevel::kInstances, path,
                                                  "includefield=00200013&includefield=00280008", operation));
  VITRINE_ASSIGN_OR_RETURN(const json datasets, dicom::ParseMetadata(result.json, {"00080016", "00080018", "0020000E",
                                                                                   "00200013", "00280008"}));
  std::vector<ListedInstance> instances;
  std::map<std::string, size_t> series_order;
  for (const json& dataset : datasets) {
    ListedInstance instance;
    instance.path = path;
    instance.path.SOPInstanceUID = dicom::FirstText(dataset, "00080018");
    if (path.SeriesInstanceUID.empty()) instance.path.SeriesInstanceUID = dicom::FirstText(dataset, "0020000E");
    if (!fetch::IsValidUid(instance.path.SOPInstanceUID) || !fetch::IsValidUid(instance.path.SeriesInstanceUID))
      continue;
    instance.SOPClassUID = dicom::FirstText(dataset, "00080016");
    instance.number = NumberOf(dataset, "00200013", 0);
    instance.frames = std::max(1, NumberOf(dataset, "00280008", 1));
    series_order.emplace(instance.path.SeriesInstanceUID, series_order.size());
    instances.push_back(std::move(instance));
  }
  std::stable_sort(instances.begin(), instances.end(), [&](const ListedInstance& a, const ListedInstance& b) {
    const size_t series_a = series_order[a.path.SeriesInstanceUID];
    const size_t series_b = series_order[b.path.SeriesInstanceUID];
    return std::pair(series_a, a.number) < std::pair(series_b, b.number);
  });
  return instances;
}

}  // namespace vitrine::service
