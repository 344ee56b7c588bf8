#include "fetch/qido.h"

#include <algorithm>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/types/span.h"
#include "base/status_macros.h"
#include "dicom/dicom_json.h"
#include "fetch/qido_match.h"
#include "fetch/qido_query.h"
#include "nlohmann/json.hpp"

namespace vitrine::fetch {
namespace {

using Json = nlohmann::json;
using InstancePointer = std::shared_ptr<const CatalogInstance>;

constexpr uint32_t kModality = 0x00080060;
constexpr uint32_t kSOPClassUID = 0x00080016;
constexpr uint64_t kEntitiesPerCheck = 256;  // Of whether anybody still waits.

struct ReturnRow {
  uint32_t tag;
  absl::string_view vr;
  bool always;  // Returned empty where the object lacks it.
};

// PS3.18 table 10.6.3-3, and StudyDescription, which every list of studies shows.
constexpr ReturnRow kStudyRows[] = {
    {0x00080005, "CS", false}, {0x00080020, "DA", true},  {0x00080030, "TM", true},  {0x00080050, "SH", true},
    {0x00080090, "PN", true},  {0x00080201, "SH", false}, {0x00081030, "LO", false}, {0x00100010, "PN", true},
    {0x00100020, "LO", true},  {0x00100030, "DA", true},  {0x00100040, "CS", true},  {0x0020000D, "UI", true},
    {0x00200010, "SH", true},
};
// Table 10.6.3-4, and the study that the series belongs to.
constexpr ReturnRow kSeriesRows[] = {
    {0x00080005, "CS", false}, {0x00080060, "CS", true},  {0x00080201, "SH", false}, {0x0008103E, "LO", false},
    {0x0020000D, "UI", true},  {0x0020000E, "UI", true},  {0x00200011, "IS", true},  {0x00400244, "DA", false},
    {0x00400245, "TM", false}, {0x00400275, "SQ", false},
};
// Table 10.6.3-5, and the study and series that the instance belongs to.
constexpr ReturnRow kInstanceRows[] = {
    {0x00080005, "CS", false}, {0x00080016, "UI", true},  {0x00080018, "UI", true},  {0x00080201, "SH", false},
    {0x0020000D, "UI", true},  {0x0020000E, "UI", true},  {0x00200013, "IS", true},  {0x00280008, "IS", false},
    {0x00280010, "US", false}, {0x00280011, "US", false}, {0x00280100, "US", false},
};

// One study, series or instance on its way into the answer.
struct Entity {
  std::vector<InstancePointer> members;         // One of each series for a study; else the first instance.
  std::vector<dicom::JsonAttribute> computed;   // Counts and the like. Ascending by tag.
  absl::Span<const InstancePointer> instances;  // Of the series; empty for the other levels.
};

dicom::JsonAttribute Attribute(uint32_t tag, absl::string_view vr, const Json& values) {
  return {tag, Json{{"vr", std::string(vr)}, {"Value", values}}.dump()};
}

// Without the service root, which is the caller's to know.
dicom::JsonAttribute RetrieveUrl(const CatalogInstance& instance, QueryLevel level) {
  ResourcePath path = {instance.StudyInstanceUID, "", ""};
  if (level != QueryLevel::kStudies) path.SeriesInstanceUID = instance.SeriesInstanceUID;
  if (level == QueryLevel::kInstances) path.SOPInstanceUID = instance.SOPInstanceUID;
  return Attribute(0x00081190, "UR", {PathText(path)});
}

dicom::JsonAttribute Online() { return Attribute(0x00080056, "CS", {"ONLINE"}); }

Entity StudyEntity(const CatalogStudy& study) {
  Entity entity;
  std::set<std::string> modalities;
  std::set<std::string> classes;
  size_t instances = 0;
  for (const CatalogSeries& series : study.series) {
    entity.members.push_back(series.instances.front());
    instances += series.instances.size();
    modalities.insert(FirstValue(series.instances.front()->attributes, kModality));
    classes.insert(FirstValue(series.instances.front()->attributes, kSOPClassUID));
  }
  modalities.erase("");
  classes.erase("");
  entity.computed = {Online(), Attribute(0x00080061, "CS", modalities), Attribute(0x00080062, "UI", classes),
                     Attribute(0x00201206, "IS", {study.series.size()}), Attribute(0x00201208, "IS", {instances})};
  return entity;
}

Entity SeriesEntity(const CatalogSeries& series) {
  return {
      {series.instances.front()}, {Online(), Attribute(0x00201209, "IS", {series.instances.size()})}, series.instances};
}

Entity InstanceEntity(const InstancePointer& instance) {
  Entity entity{{instance}, {Online()}, {}};
  if (!instance->TransferSyntaxUID.empty()) {
    entity.computed.push_back(Attribute(0x00083002, "UI", {instance->TransferSyntaxUID}));
  }
  return entity;
}

// Values of the attribute as text; names as their alphabetic, ideographic and phonetic groups.
std::vector<std::string> TextValues(const Json& attribute) {
  std::vector<std::string> texts;
  const auto values = attribute.find("Value");
  if (values == attribute.end() || !values->is_array()) return texts;
  for (const Json& value : *values) {
    if (value.is_string()) {
      texts.push_back(value.get<std::string>());
    } else if (value.is_number()) {
      texts.push_back(value.dump());
    } else if (value.is_object()) {
      for (const auto& group : value) {
        if (group.is_string()) texts.push_back(group.get<std::string>());
      }
    }
  }
  return texts;
}

bool AttributeMatches(const Json& attribute, const QidoKey& key, size_t depth) {
  if (depth + 1 == key.path.size()) {
    for (const std::string& text : TextValues(attribute)) {
      if (MatchesKey(key.vr, key.value, text)) return true;
    }
    return false;
  }
  const auto items = attribute.find("Value");
  if (items == attribute.end() || !items->is_array()) return false;
  const std::string tag = absl::StrFormat("%08X", key.path[depth + 1]);
  for (const Json& item : *items) {
    const auto found = item.find(tag);
    if (found != item.end() && AttributeMatches(*found, key, depth + 1)) return true;
  }
  return false;
}

bool KeyMatches(const std::vector<dicom::JsonAttribute>& attributes, const QidoKey& key) {
  const dicom::JsonAttribute* attribute = dicom::FindAttribute(attributes, key.path.front());
  return attribute != nullptr && AttributeMatches(Json::parse(attribute->json, nullptr, false), key, 0);
}

bool EntityMatches(const Entity& entity, const QidoQuery& query) {
  return std::any_of(entity.members.begin(), entity.members.end(), [&](const InstancePointer& member) {
    return std::all_of(query.keys.begin(), query.keys.end(), [&](const QidoKey& key) {
      const bool computed = dicom::FindAttribute(entity.computed, key.path.front()) != nullptr;
      return KeyMatches(computed ? entity.computed : member->attributes, key);
    });
  });
}

using AttributeMap = std::map<uint32_t, std::string>;

void AddRows(absl::Span<const ReturnRow> rows, const CatalogInstance& instance, AttributeMap& result) {
  for (const ReturnRow& row : rows) {
    if (const dicom::JsonAttribute* attribute = dicom::FindAttribute(instance.attributes, row.tag)) {
      result[row.tag] = attribute->json;
    } else if (row.always) {
      result.emplace(row.tag, absl::StrCat("{\"vr\":\"", row.vr, "\"}"));
    }
  }
}

// What all members and instances have in common.
void AddShared(const Entity& entity, AttributeMap& result) {
  const auto agrees = [](const dicom::JsonAttribute& attribute, absl::Span<const InstancePointer> others) {
    return std::all_of(others.begin(), others.end(), [&](const InstancePointer& other) {
      const dicom::JsonAttribute* same = dicom::FindAttribute(other->attributes, attribute.tag);
      return same != nullptr && same->json == attribute.json;
    });
  };
  for (const dicom::JsonAttribute& attribute : entity.members.front()->attributes) {
    if (agrees(attribute, entity.members) && agrees(attribute, entity.instances)) {
      result[attribute.tag] = attribute.json;
    }
  }
}

std::string Describe(const Entity& entity, QueryLevel level, const ResourcePath& parent, const QidoQuery& query) {
  const CatalogInstance& first = *entity.members.front();
  AttributeMap result;
  // A search above the level of its parent also returns what the path would otherwise have told (PS3.18 10.6.3.3).
  if (level == QueryLevel::kStudies || parent.StudyInstanceUID.empty()) AddRows(kStudyRows, first, result);
  if (level == QueryLevel::kSeries || (level == QueryLevel::kInstances && parent.SeriesInstanceUID.empty())) {
    AddRows(kSeriesRows, first, result);
  }
  if (level == QueryLevel::kInstances) AddRows(kInstanceRows, first, result);
  for (const uint32_t tag : query.include) {
    if (const dicom::JsonAttribute* attribute = dicom::FindAttribute(first.attributes, tag))
      result[tag] = attribute->json;
  }
  if (query.include_all) AddShared(entity, result);
  for (const dicom::JsonAttribute& attribute : entity.computed) result[attribute.tag] = attribute.json;
  result[0x00081190] = RetrieveUrl(first, level).json;
  std::vector<dicom::JsonAttribute> attributes;
  for (auto& [tag, json] : result) attributes.push_back({tag, std::move(json)});
  return dicom::JsonObject(attributes);
}

// Calls `visit` with every entity of the level in turn until it returns false.
template <typename Visit>
void ForEachEntity(const Catalog& catalog, QueryLevel level, const ResourcePath& parent, Visit visit) {
  for (const CatalogStudy& study : catalog.studies()) {
    if (!parent.StudyInstanceUID.empty() && study.StudyInstanceUID != parent.StudyInstanceUID) continue;
    if (level == QueryLevel::kStudies) {
      if (!visit(StudyEntity(study))) return;
      continue;
    }
    for (const CatalogSeries& series : study.series) {
      if (!parent.SeriesInstanceUID.empty() && series.SeriesInstanceUID != parent.SeriesInstanceUID) continue;
      if (level == QueryLevel::kSeries) {
        if (!visit(SeriesEntity(series))) return;
        continue;
      }
      for (const InstancePointer& instance : series.instances) {
        if (!visit(InstanceEntity(instance))) return;
      }
    }
  }
}

}  // namespace

absl::StatusOr<QueryResult> SearchCatalog(const Catalog& catalog, QueryLevel level, const ResourcePath& parent,
                                          absl::string_view query, uint64_t max_results, const Operation& operation) {
  VITRINE_ASSIGN_OR_RETURN(const QidoQuery parsed, ParseQidoQuery(query));
  const uint64_t limit = std::min(parsed.limit, max_results);
  QueryResult result;
  result.json = "[";
  uint64_t matched = 0;
  uint64_t returned = 0;
  uint64_t visited = 0;
  absl::Status status;
  ForEachEntity(catalog, level, parent, [&](const Entity& entity) {
    if (visited++ % kEntitiesPerCheck == 0) status = operation.Check();
    if (!status.ok()) return false;
    if (!EntityMatches(entity, parsed)) return true;
    if (matched++ < parsed.offset) return true;
    if (returned == limit) {
      // PS3.18 8.3.4.4.
      if (limit < parsed.limit) result.warning = "299 vitrine \"There are additional results that can be requested\"";
      return false;
    }
    absl::StrAppend(&result.json, returned++ > 0 ? "," : "", Describe(entity, level, parent, parsed));
    return true;
  });
  VITRINE_RETURN_IF_ERROR(status);
  result.json.push_back(']');
  if (parsed.fuzzymatching) {
    // PS3.18 8.3.4.2.
    absl::StrAppend(&result.warning, result.warning.empty() ? "" : ", ",
                    "299 vitrine \"The fuzzymatching parameter is not supported. Only literal matching has been "
                    "performed.\"");
  }
  return result;
}

}  // namespace vitrine::fetch
