#include "dicom/dicom_json.h"

#include <algorithm>
#include <memory>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "dicom/dcmtk_parse.h"
#include "dicom/json_writer.h"
#include "dicom/part10.h"
#include "dicom/partial_header.h"
#include "nlohmann/json.hpp"

namespace vitrine::dicom {

using Json = nlohmann::json;

absl::StatusOr<std::optional<JsonHeader>> ReadJsonHeader(absl::string_view bytes, bool complete, const Limits& limits,
                                                         uint64_t max_value_bytes, absl::string_view bulk_data_uri) {
  VITRINE_ASSIGN_OR_RETURN(const std::optional<Part10> part10, ScanPartialHeader(bytes, complete, limits));
  if (!part10.has_value()) return std::nullopt;
  VITRINE_ASSIGN_OR_RETURN(const std::unique_ptr<DcmDataset> dataset, ParseWithDcmtk(*part10));
  JsonHeader header{part10->TransferSyntaxUID, {}};
  const auto all = [](uint32_t) { return true; };
  JsonWriter(all, max_value_bytes, bulk_data_uri).Write(*dataset, [&](uint32_t tag, const Json& attribute) {
    header.attributes.push_back({tag, attribute.dump(-1, ' ', false, Json::error_handler_t::replace)});
  });
  return header;
}

std::string JsonObject(const std::vector<JsonAttribute>& attributes) {
  std::string object = "{";
  for (const JsonAttribute& attribute : attributes) {
    absl::StrAppend(&object, object.size() > 1 ? "," : "", absl::StrFormat("\"%08X\":", attribute.tag), attribute.json);
  }
  object.push_back('}');
  return object;
}

const JsonAttribute* FindAttribute(const std::vector<JsonAttribute>& attributes, uint32_t tag) {
  const auto found = std::lower_bound(attributes.begin(), attributes.end(), tag,
                                      [](const JsonAttribute& attribute, uint32_t key) { return attribute.tag < key; });
  return found != attributes.end() && found->tag == tag ? &*found : nullptr;
}

}  // namespace vitrine::dicom
