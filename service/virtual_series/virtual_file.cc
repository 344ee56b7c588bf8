#include "service/virtual_series/virtual_file.h"

#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "dicom/builder.h"

namespace vitrine::service {
namespace {

using nlohmann::json;

std::string NameOf(const json& value) {
  std::vector<std::string> groups;
  for (const char* group : {"Alphabetic", "Ideographic", "Phonetic"}) groups.push_back(value.value(group, ""));
  while (!groups.empty() && groups.back().empty()) groups.pop_back();
  return absl::StrJoin(groups, "=");
}

std::string TextOf(const json& value) {
  if (value.is_object()) return NameOf(value);
  if (value.is_string()) return value.get<std::string>();
  return value.is_null() ? "" : value.dump();
}

absl::StatusOr<dicom::DatasetBuilder> BuilderOf(const json& attributes);

absl::Status SetAttribute(const std::string& tag, const json& attribute, dicom::DatasetBuilder& builder) {
  const std::string vr = attribute.value("vr", "");
  const json values = attribute.value("Value", json::array());
  if (!values.is_array()) return MakeError(ErrorCategory::kBadInstance, "an attribute's Value is no array");
  if (vr == "SQ") {
    for (const json& item : values) {
      VITRINE_ASSIGN_OR_RETURN(dicom::DatasetBuilder inner, BuilderOf(item));
      builder.AddItem(tag, std::move(inner));
    }
    return absl::OkStatus();
  }
  if (attribute.contains("InlineBinary")) {
    std::string bytes;
    if (!absl::Base64Unescape(attribute.value("InlineBinary", ""), &bytes)) {
      return MakeError(ErrorCategory::kBadInstance, "an attribute's InlineBinary is not base 64");
    }
    builder.SetBytes(tag, vr, bytes);
    return absl::OkStatus();
  }
  builder.Set(tag, absl::StrJoin(values, "\\",
                                 [](std::string* out, const json& value) { absl::StrAppend(out, TextOf(value)); }));
  return absl::OkStatus();
}

absl::StatusOr<dicom::DatasetBuilder> BuilderOf(const json& attributes) {
  dicom::DatasetBuilder builder;
  if (!attributes.is_object()) return MakeError(ErrorCategory::kBadInstance, "an item is no object");
  for (const auto& [tag, attribute] : attributes.items()) {
    if (!attribute.is_object() || attribute.contains("BulkDataURI")) continue;
    VITRINE_RETURN_IF_ERROR(SetAttribute(tag, attribute, builder));
  }
  return builder;
}

}  // namespace

absl::StatusOr<std::string> WriteVirtualFile(const json& attributes, absl::string_view pixels) {
  json own = attributes;
  for (const char* of_the_archive : {"00081190", "00083002"}) own.erase(of_the_archive);
  own["00080005"] = {{"vr", "CS"}, {"Value", {"ISO_IR 192"}}};
  VITRINE_ASSIGN_OR_RETURN(dicom::DatasetBuilder builder, BuilderOf(own));
  std::string padded(pixels);
  if (padded.size() % 2 != 0) padded.push_back('\0');
  builder.SetBytes("7FE00010", "OW", padded);
  return builder.Write();
}

}  // namespace vitrine::service
