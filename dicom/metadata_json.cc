#include "dicom/metadata_json.h"

#include <algorithm>
#include <string>

#include "absl/strings/ascii.h"
#include "base/error.h"

namespace vitrine::dicom {
namespace {

using nlohmann::json;

// A sequence in a data set adds four levels: attribute, Value, item, attribute.
constexpr int kMaxDepth = 64;

absl::Status NotMetadata() {
  return MakeError(ErrorCategory::kArchiveProtocol, "the archive's metadata is not a DICOM JSON array");
}

// The parser keeps a stack of its own, which hostile nesting would let grow as long as the text.
bool IsTooDeep(absl::string_view text) {
  int depth = 0;
  bool in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (in_string) {
      if (c == '\\') ++i;
      in_string = c != '"';
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      if (++depth > kMaxDepth) return true;
    } else if (c == ']' || c == '}') {
      --depth;
    }
  }
  return false;
}

bool IsTag(const std::string& key) {
  return key.size() == 8 && std::all_of(key.begin(), key.end(), [](char c) { return absl::ascii_isxdigit(c); });
}

}  // namespace

absl::StatusOr<json> ParseMetadata(absl::string_view text, const absl::flat_hash_set<absl::string_view>& tags) {
  if (IsTooDeep(text)) return NotMetadata();
  const auto wanted = [&tags](int, json::parse_event_t event, const json& parsed) {
    if (event != json::parse_event_t::key) return true;
    const auto& key = parsed.get_ref<const std::string&>();
    return !IsTag(key) || tags.contains(key);
  };
  json document = json::parse(text.begin(), text.end(), wanted, /*allow_exceptions=*/false);
  if (!document.is_array()) return NotMetadata();
  for (const json& dataset : document) {
    if (!dataset.is_object()) return NotMetadata();
  }
  return document;
}

const json* ValuesOf(const json& attribute) {
  if (!attribute.is_object()) return nullptr;
  const auto values = attribute.find("Value");
  return values != attribute.end() && values->is_array() && !values->empty() ? &*values : nullptr;
}

const json* ValuesOf(const json& dataset, absl::string_view tag) {
  const auto attribute = dataset.find(std::string(tag));
  return attribute == dataset.end() ? nullptr : ValuesOf(*attribute);
}

std::string FirstText(const json& dataset, absl::string_view tag) {
  const json* const values = ValuesOf(dataset, tag);
  if (values == nullptr) return "";
  const json& value = values->front();
  if (value.is_string()) return value.get<std::string>();
  return value.is_number() ? value.dump() : "";
}

}  // namespace vitrine::dicom
