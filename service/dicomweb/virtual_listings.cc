#include "service/dicomweb/virtual_listings.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/status_macros.h"
#include "nlohmann/json.hpp"
#include "service/handler/log_failure.h"
#include "service/virtual_series/virtual_search.h"

namespace vitrine::service {
namespace {

// How long a list of studies may take longer than the archive itself does, for counts that are not known yet.
constexpr absl::Duration kCountingTime = absl::Seconds(1);

constexpr absl::string_view kUncounted =
    "299 vitrine \"The counts of some studies do not include their virtual series yet\"";
constexpr absl::string_view kUnknown = "299 vitrine \"The virtual series of the study could not be found out\"";

void AddWarning(std::string& warnings, absl::string_view warning) {
  absl::StrAppend(&warnings, warnings.empty() ? "" : ", ", warning);
}

}  // namespace

std::string MetadataOf(const VirtualSeries& series, int index) {
  nlohmann::json datasets = nlohmann::json::array();
  if (index >= 0) {
    datasets.push_back(AttributesOf(series, index));
  } else {
    for (size_t i = 0; i < series.SOPInstanceUIDs.size(); ++i) {
      datasets.push_back(AttributesOf(series, static_cast<int>(i)));
    }
  }
  return datasets.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

absl::StatusOr<fetch::QueryResult> VirtualListings::Search(const ResourceCall& call, const ArchiveSet::Named& archive,
                                                           const std::string& query) {
  const Route& route = call.route;
  const Operation& operation = call.operation;
  if (route.level == fetch::QueryLevel::kStudies) {
    VITRINE_ASSIGN_OR_RETURN(fetch::QueryResult result,
                             archive.archive->Query(route.level, route.path, query, operation));
    result.json = WithCounts(archive, std::move(result.json), result.warning, operation);
    return result;
  }
  // Of a real series there is nothing to add, and a search across studies is the archive's.
  if (route.path.StudyInstanceUID.empty() || !route.path.SeriesInstanceUID.empty()) {
    return archive.archive->Query(route.level, route.path, query, operation);
  }
  const auto study = studies_.Of(archive, route.path.StudyInstanceUID, operation);
  if (!study.ok()) {
    LogFailure(study.status(), "virtual_series", operation.request_id);
    VITRINE_ASSIGN_OR_RETURN(fetch::QueryResult result,
                             archive.archive->Query(route.level, route.path, query, operation));
    AddWarning(result.warning, kUnknown);
    return result;
  }
  if ((*study)->series.empty()) return archive.archive->Query(route.level, route.path, query, operation);
  VITRINE_ASSIGN_OR_RETURN(fetch::QueryResult result,
                           archive.archive->Query(route.level, route.path, WithoutPaging(query), operation));
  VITRINE_ASSIGN_OR_RETURN(result.json,
                           JoinSearch(std::move(result.json), **study, route.level, route.path, query, operation));
  return result;
}

std::string VirtualListings::WithCounts(const ArchiveSet::Named& archive, std::string studies, std::string& warning,
                                        const Operation& operation) {
  Operation counting = operation;
  counting.deadline = std::min(operation.deadline, absl::Now() + kCountingTime);
  bool all = true;
  studies = WithVirtualCounts(std::move(studies), [&](const std::string& uid) -> VirtualStudies::Pointer {
    if (!fetch::IsValidUid(uid)) return nullptr;
    if (auto known = studies_.Known(archive, uid); known != nullptr) return known;
    if (!counting.Check().ok()) {
      all = false;
      return nullptr;
    }
    const auto found = studies_.Of(archive, uid, counting);
    all = all && found.ok();
    return found.ok() ? *found : nullptr;
  });
  if (!all) AddWarning(warning, kUncounted);
  return studies;
}

absl::StatusOr<std::string> VirtualListings::Metadata(const ResourceCall& call, const ArchiveSet::Named& archive) {
  const fetch::ResourcePath& path = call.route.path;
  VITRINE_ASSIGN_OR_RETURN(std::string json, archive.archive->Metadata(path, call.operation));
  if (!path.SeriesInstanceUID.empty()) return json;
  const auto study = studies_.Of(archive, path.StudyInstanceUID, call.operation);
  if (!study.ok()) {
    LogFailure(study.status(), "virtual_series", call.operation.request_id);
    return json;
  }
  for (const VirtualSeries& series : (*study)->series) {
    const std::string added = MetadataOf(series, -1);
    json.pop_back();
    absl::StrAppend(&json, json.size() > 1 ? "," : "", absl::string_view(added).substr(1));
  }
  return json;
}

}  // namespace vitrine::service
