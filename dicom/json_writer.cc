#include "dicom/json_writer.h"

#include <cmath>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "dicom/bulk_data.h"
#include "nlohmann/json.hpp"

namespace vitrine::dicom {
namespace {

using Json = nlohmann::json;

// Some writers give known text attributes, even UIDs, the VR UN.
DcmVR VrOf(DcmElement& element) {
  const DcmVR vr(DcmVR(element.getVR()).getValidEVR());
  if (vr.getEVR() != EVR_UN || element.ident() == EVR_SQ) return vr;
  const DcmVR known(DcmTag(element.getTag().getXTag()).getEVR());
  return known.isaString() ? known : vr;
}

std::string StringValue(DcmElement& element) {
  std::string value;
  char* text = nullptr;
  Uint8* bytes = nullptr;
  Uint32 length = 0;
  // Not getOFStringArray(): that takes quadratic time on long lists.
  if (element.getString(text, length).good() && text != nullptr) {
    value.assign(text, length);
  } else if (element.getUint8Array(bytes).good() && bytes != nullptr) {
    value.assign(reinterpret_cast<const char*>(bytes), element.getLengthField());
  }
  while (!value.empty() && value.back() == '\0') value.pop_back();
  return value;
}

// PS3.18 F.2.2: three component groups, each left out where it is empty.
Json PersonName(absl::string_view name) {
  Json object = Json::object();
  size_t index = 0;
  for (const absl::string_view group : absl::StrSplit(name, '=')) {
    static constexpr const char* kGroups[] = {"Alphabetic", "Ideographic", "Phonetic"};
    if (index < 3 && !group.empty()) object[kGroups[index]] = std::string(group);
    ++index;
  }
  return object;
}

Json Number(double value) { return std::isfinite(value) ? Json(value) : Json(); }

// DS and IS may be numbers or strings (PS3.18 F.2.3); what is no number stays text.
Json NumberOrText(absl::string_view text, bool integer) {
  const absl::string_view digits = absl::StripAsciiWhitespace(text);
  if (digits.empty()) return Json();
  int64_t whole = 0;
  if (integer && absl::SimpleAtoi(digits, &whole)) return Json(whole);
  double value = 0;
  const bool numeric = digits.find_first_not_of("0123456789+-.eE") == absl::string_view::npos;
  if (!integer && numeric && absl::SimpleAtod(digits, &value) && std::isfinite(value)) return Json(value);
  return Json(std::string(text));
}

Json TextValue(DcmEVR vr, absl::string_view text) {
  if (text.empty()) return vr == EVR_PN ? Json::object() : Json();
  if (vr == EVR_PN) return PersonName(text);
  if (vr == EVR_DS || vr == EVR_IS) return NumberOrText(text, vr == EVR_IS);
  return Json(std::string(text));
}

Json TextValues(DcmElement& element, DcmEVR vr) {
  Json values = Json::array();
  const std::string text = StringValue(element);
  if (vr == EVR_LT || vr == EVR_ST || vr == EVR_UT || vr == EVR_UR) {  // One value; '\' is part of the text.
    values.push_back(std::string(absl::StripTrailingAsciiWhitespace(text)));
    return values;
  }
  for (const absl::string_view value : absl::StrSplit(text, '\\')) {
    values.push_back(
        TextValue(vr, vr == EVR_UC ? absl::StripTrailingAsciiWhitespace(value) : absl::StripAsciiWhitespace(value)));
  }
  return values;
}

// 64-bit integers that a double cannot hold go as text (PS3.18 F.2.3).
template <typename Integer>
Json Wide(Integer value) {
  constexpr Integer kExact = Integer{1} << 53;
  const bool exact = value <= kExact && (std::is_unsigned_v<Integer> || value >= Integer{0} - kExact);
  return exact ? Json(value) : Json(absl::StrCat(value));
}

// `get` reads the value at one position; `make` turns it into JSON.
template <typename Value, typename Make>
Json BinaryValues(DcmElement& element, OFCondition (DcmElement::*get)(Value&, const unsigned long), Make make) {
  Json values = Json::array();
  for (unsigned long i = 0; i < element.getVM(); ++i) {
    Value value{};
    if ((element.*get)(value, i).bad()) break;
    values.push_back(make(value));
  }
  return values;
}

Json TagValues(DcmElement& element) {
  return BinaryValues<DcmTagKey>(element, &DcmElement::getTagVal, [](const DcmTagKey& key) {
    return Json(absl::StrFormat("%04X%04X", key.getGroup(), key.getElement()));
  });
}

template <typename Value>
Json Integers(DcmElement& element, OFCondition (DcmElement::*get)(Value&, const unsigned long)) {
  return BinaryValues<Value>(element, get, [](Value value) { return Json(value); });
}

uint32_t TagOf(DcmElement& element) { return uint32_t{element.getGTag()} << 16 | element.getETag(); }

std::string TagText(DcmElement& element) { return absl::StrFormat("%04X%04X", element.getGTag(), element.getETag()); }

// In base 64.
std::optional<std::string> Binary(DcmElement& element) {
  const std::optional<std::string> bytes = ValueBytes(element);
  if (!bytes.has_value()) return std::nullopt;
  return absl::Base64Escape(*bytes);
}

}  // namespace

void JsonWriter::Write(DcmDataset& dataset, absl::FunctionRef<void(uint32_t, Json)> take) const {
  // Where it fails the text stays as it is.
  dataset.convertToUTF8();
  if (dataset.tagExists(DCM_SpecificCharacterSet)) {
    dataset.putAndInsertString(DCM_SpecificCharacterSet, "ISO_IR 192");
  }
  for (DcmObject* object = nullptr; (object = dataset.nextInContainer(object)) != nullptr;) {
    auto& element = static_cast<DcmElement&>(*object);
    if (!IsWanted(element)) continue;
    if (std::optional<Json> attribute = Attribute(element, bulk_data_uri_)) {
      take(TagOf(element), *std::move(attribute));
    }
  }
}

// No group length is.
bool JsonWriter::IsWanted(DcmElement& element) const { return element.getETag() != 0 && wanted_(TagOf(element)); }

// One attribute's object, or nullopt where it is left out. `uri` is that of the item around it, "" for none.
std::optional<Json> JsonWriter::Attribute(DcmElement& element, const std::string& uri) const {
  const DcmVR vr = VrOf(element);
  Json object = {{"vr", vr.getValidVRName()}};
  if (element.isEmpty(OFFalse)) return object;
  const std::string own_uri = uri.empty() ? "" : absl::StrCat(uri, TagText(element));
  if (element.ident() != EVR_SQ && element.getLengthField() > max_value_bytes_) {
    if (uri.empty()) return std::nullopt;
    object["BulkDataURI"] = own_uri;
    return object;
  }
  Json values = Values(element, vr.getEVR(), own_uri);
  if (!values.is_null()) {
    if (!values.empty()) object["Value"] = std::move(values);
    return object;
  }
  std::optional<std::string> bytes = Binary(element);
  if (!bytes.has_value()) return std::nullopt;
  if (!bytes->empty()) object["InlineBinary"] = std::move(*bytes);
  return object;
}

Json JsonWriter::Values(DcmElement& element, DcmEVR vr, const std::string& uri) const {
  switch (vr) {
    case EVR_SQ: return Items(element, uri);
    case EVR_AT: return TagValues(element);
    case EVR_FL: return BinaryValues<Float32>(element, &DcmElement::getFloat32, [](Float32 v) { return Number(v); });
    case EVR_FD: return BinaryValues<Float64>(element, &DcmElement::getFloat64, [](Float64 v) { return Number(v); });
    case EVR_SL: return Integers<Sint32>(element, &DcmElement::getSint32);
    case EVR_SS: return Integers<Sint16>(element, &DcmElement::getSint16);
    case EVR_UL: return Integers<Uint32>(element, &DcmElement::getUint32);
    case EVR_US: return Integers<Uint16>(element, &DcmElement::getUint16);
    case EVR_SV: return BinaryValues<Sint64>(element, &DcmElement::getSint64, [](Sint64 v) { return Wide(v); });
    case EVR_UV: return BinaryValues<Uint64>(element, &DcmElement::getUint64, [](Uint64 v) { return Wide(v); });
    case EVR_OB:
    case EVR_OD:
    case EVR_OF:
    case EVR_OL:
    case EVR_OV:
    case EVR_OW:
    case EVR_UN: return Json();
    default: return TextValues(element, vr);
  }
}

Json JsonWriter::Items(DcmElement& element, const std::string& uri) const {
  Json items = Json::array();
  auto* sequence = dynamic_cast<DcmSequenceOfItems*>(&element);
  if (sequence == nullptr) return items;
  for (DcmObject* object = nullptr; (object = sequence->nextInContainer(object)) != nullptr;) {
    const std::string item_uri = uri.empty() ? "" : absl::StrCat(uri, "/", items.size() + 1, "/");
    items.push_back(Item(static_cast<DcmItem&>(*object), item_uri));
  }
  return items;
}

Json JsonWriter::Item(DcmItem& item, const std::string& uri) const {
  Json attributes = Json::object();
  for (DcmObject* object = nullptr; (object = item.nextInContainer(object)) != nullptr;) {
    auto& element = static_cast<DcmElement&>(*object);
    if (!IsWanted(element)) continue;
    if (std::optional<Json> attribute = Attribute(element, uri)) {
      attributes[TagText(element)] = std::move(*attribute);
    }
  }
  return attributes;
}

}  // namespace vitrine::dicom
