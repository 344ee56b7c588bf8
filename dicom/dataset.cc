#include "dicom/dataset.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "base/status_macros.h"
#include "dicom/dcmtk_parse.h"

namespace vitrine::dicom {
namespace {

enum class Kind { kText, kInt16, kUint16, kInt32, kUint32, kInt64, kUint64, kFloat, kDouble, kOther };

Kind KindOf(DcmEVR vr) {
  switch (vr) {
    case EVR_US:
    case EVR_xs: return Kind::kUint16;
    case EVR_SS: return Kind::kInt16;
    case EVR_UL:
    case EVR_up: return Kind::kUint32;
    case EVR_SL: return Kind::kInt32;
    case EVR_UV: return Kind::kUint64;
    case EVR_SV: return Kind::kInt64;
    case EVR_FL:
    case EVR_OF: return Kind::kFloat;
    case EVR_FD:
    case EVR_OD: return Kind::kDouble;
    case EVR_OB:
    case EVR_OW:
    case EVR_lt:
    case EVR_ox:
    case EVR_OL:
    case EVR_OV:
    case EVR_AT:
    case EVR_SQ: return Kind::kOther;
    default: return Kind::kText;
  }
}

bool IsUnknown(DcmElement& element) {
  const DcmEVR vr = element.ident();
  return vr == EVR_UN || vr == EVR_UNKNOWN || vr == EVR_UNKNOWN2B;
}

// What the dictionary says about an attribute that was written as UN.
Kind DictionaryKind(DcmElement& element) { return KindOf(DcmTag(element.getTag().getXTag()).getEVR()); }

absl::string_view RawBytes(DcmElement& element) {
  Uint8* bytes = nullptr;
  if (element.getUint8Array(bytes).bad() || bytes == nullptr) return {};
  return {reinterpret_cast<const char*>(bytes), element.getLengthField()};
}

// Valid until the element is next asked for its value.
absl::string_view Text(DcmElement& element) {
  if (IsUnknown(element)) return RawBytes(element);
  // Not getOFStringArray(): that takes quadratic time on long lists.
  char* text = nullptr;
  Uint32 length = 0;
  if (element.getString(text, length).bad() || text == nullptr) return {};
  return {text, length};
}

std::string Trimmed(absl::string_view value) {
  const size_t first = value.find_first_not_of(' ');
  const size_t last = value.find_last_not_of(absl::string_view(" \0", 2));
  return first >= value.size() || last == absl::string_view::npos ? ""
                                                                  : std::string(value.substr(first, last - first + 1));
}

std::vector<std::string> SplitText(DcmElement& element) {
  const absl::string_view text = Text(element);
  std::vector<std::string> values;
  if (text.empty()) return values;
  for (const absl::string_view value : absl::StrSplit(text, '\\')) {
    if (values.size() == Item::kMaxValues) break;
    values.push_back(Trimmed(value));
  }
  return values;
}

// Value `index` of UN bytes that hold little-endian numbers of type T.
template <typename T>
std::optional<double> RawNumber(absl::string_view bytes, size_t index) {
  if ((index + 1) * sizeof(T) > bytes.size()) return std::nullopt;
  T value = 0;
  std::memcpy(&value, bytes.data() + index * sizeof(T), sizeof(T));
  return static_cast<double>(value);
}

std::optional<double> UnknownNumber(DcmElement& element, Kind kind, size_t index) {
  const absl::string_view bytes = RawBytes(element);
  switch (kind) {
    case Kind::kUint16: return RawNumber<uint16_t>(bytes, index);
    case Kind::kInt16: return RawNumber<int16_t>(bytes, index);
    case Kind::kUint32: return RawNumber<uint32_t>(bytes, index);
    case Kind::kInt32: return RawNumber<int32_t>(bytes, index);
    case Kind::kUint64: return RawNumber<uint64_t>(bytes, index);
    case Kind::kInt64: return RawNumber<int64_t>(bytes, index);
    case Kind::kFloat: return RawNumber<float>(bytes, index);
    case Kind::kDouble: return RawNumber<double>(bytes, index);
    case Kind::kText:
    case Kind::kOther: return std::nullopt;
  }
  return std::nullopt;
}

template <typename T>
std::optional<double> Get(DcmElement& element, OFCondition (DcmElement::*getter)(T&, unsigned long), size_t index) {
  T value = 0;
  if ((element.*getter)(value, index).bad()) return std::nullopt;
  return static_cast<double>(value);
}

std::optional<double> BinaryNumber(DcmElement& element, size_t index) {
  if (IsUnknown(element)) return UnknownNumber(element, DictionaryKind(element), index);
  switch (KindOf(element.ident())) {
    case Kind::kUint16: return Get<Uint16>(element, &DcmElement::getUint16, index);
    case Kind::kInt16: return Get<Sint16>(element, &DcmElement::getSint16, index);
    case Kind::kUint32: return Get<Uint32>(element, &DcmElement::getUint32, index);
    case Kind::kInt32: return Get<Sint32>(element, &DcmElement::getSint32, index);
    case Kind::kUint64: return Get<Uint64>(element, &DcmElement::getUint64, index);
    case Kind::kInt64: return Get<Sint64>(element, &DcmElement::getSint64, index);
    case Kind::kFloat: return Get<Float32>(element, &DcmElement::getFloat32, index);
    case Kind::kDouble: return Get<Float64>(element, &DcmElement::getFloat64, index);
    case Kind::kText:
    case Kind::kOther: return std::nullopt;
  }
  return std::nullopt;
}

std::optional<double> Finite(std::optional<double> value) {
  return value && std::isfinite(*value) ? value : std::nullopt;
}

bool HoldsText(DcmElement& element) {
  return (IsUnknown(element) ? DictionaryKind(element) : KindOf(element.ident())) == Kind::kText;
}

std::optional<double> ParseNumber(const std::string& text) {
  double value = 0;
  return absl::SimpleAtod(text, &value) ? Finite(value) : std::nullopt;
}

}  // namespace

DcmElement* Item::Find(Tag tag) const {
  if (index_ != nullptr) {
    const auto found = index_->find(uint32_t{tag.group} << 16 | tag.element);
    return found == index_->end() ? nullptr : found->second;
  }
  DcmElement* element = nullptr;
  return item_->findAndGetElement(DcmTagKey(tag.group, tag.element), element).good() ? element : nullptr;
}

bool Item::Has(Tag tag) const {
  DcmElement* const element = Find(tag);
  return element != nullptr && !element->isEmpty();
}

std::vector<std::string> Item::Strings(Tag tag) const {
  DcmElement* const element = Find(tag);
  return element == nullptr ? std::vector<std::string>() : SplitText(*element);
}

std::string Item::String(Tag tag) const {
  std::vector<std::string> values = Strings(tag);
  return values.empty() ? "" : std::move(values.front());
}

std::vector<std::optional<double>> Item::Doubles(Tag tag) const {
  std::vector<std::optional<double>> values;
  DcmElement* const element = Find(tag);
  if (element == nullptr) return values;
  if (HoldsText(*element)) {
    for (const std::string& text : SplitText(*element)) values.push_back(ParseNumber(text));
    return values;
  }
  while (values.size() < kMaxValues) {
    const std::optional<double> value = BinaryNumber(*element, values.size());
    if (!value) break;
    values.push_back(Finite(value));
  }
  return values;
}

std::optional<double> Item::Double(Tag tag, int index) const {
  DcmElement* const element = Find(tag);
  if (element == nullptr) return std::nullopt;
  if (!HoldsText(*element)) return Finite(BinaryNumber(*element, index));
  const std::vector<std::string> values = SplitText(*element);
  return static_cast<size_t>(index) < values.size() ? ParseNumber(values[index]) : std::nullopt;
}

std::optional<int64_t> Item::Int(Tag tag, int index) const {
  const std::optional<double> value = Double(tag, index);
  constexpr double kExactlyRepresentable = 9007199254740992.0;  // 2^53
  if (!value || *value != std::trunc(*value) || std::abs(*value) > kExactlyRepresentable) return std::nullopt;
  return static_cast<int64_t>(*value);
}

std::vector<uint16_t> Item::Words(Tag tag) const {
  DcmElement* const element = Find(tag);
  if (element == nullptr) return {};
  Uint16* words = nullptr;
  Sint16* signed_words = nullptr;
  const size_t count = std::min<size_t>(element->getLengthField() / 2, kMaxWords);
  if (element->getUint16Array(words).good() && words != nullptr) return {words, words + count};
  if (element->getSint16Array(signed_words).good() && signed_words != nullptr) {
    return {signed_words, signed_words + count};
  }
  const absl::string_view bytes = RawBytes(*element).substr(0, 2 * kMaxWords);
  std::vector<uint16_t> pairs((bytes.size() + 1) / 2);
  for (size_t i = 0; i < bytes.size(); ++i) pairs[i / 2] |= static_cast<uint8_t>(bytes[i]) << (i % 2 * 8);
  return pairs;
}

std::vector<Item> Item::Items(Tag tag) const {
  std::vector<Item> items;
  DcmElement* const element = Find(tag);
  if (element == nullptr || element->ident() != EVR_SQ) return items;
  auto* const sequence = static_cast<DcmSequenceOfItems*>(element);
  DcmObject* object = nullptr;
  while ((object = sequence->nextInContainer(object)) != nullptr) items.emplace_back(static_cast<DcmItem*>(object));
  return items;
}

std::optional<Item> Item::FirstItem(Tag tag) const {
  DcmElement* const element = Find(tag);
  if (element == nullptr || element->ident() != EVR_SQ) return std::nullopt;
  DcmObject* const first = element->nextInContainer(nullptr);
  return first == nullptr ? std::nullopt : std::make_optional(Item(static_cast<DcmItem*>(first)));
}

void Dataset::Deleter::operator()(DcmDataset* dataset) const { delete dataset; }

absl::StatusOr<Dataset> Dataset::Parse(const Part10& part10) {
  VITRINE_ASSIGN_OR_RETURN(std::unique_ptr<DcmDataset> dataset, ParseWithDcmtk(part10));
  return Dataset(std::unique_ptr<DcmDataset, Deleter>(dataset.release()));
}

Dataset::Dataset(std::unique_ptr<DcmDataset, Deleter> dataset) : dataset_(std::move(dataset)) {
  Item::Index index;
  index.reserve(dataset_->card());
  for (DcmObject* object = nullptr; (object = dataset_->nextInContainer(object)) != nullptr;) {
    auto* const element = static_cast<DcmElement*>(object);
    index.try_emplace(uint32_t{element->getGTag()} << 16 | element->getETag(), element);
  }
  index_ = std::make_unique<const Item::Index>(std::move(index));
}

Item Dataset::root() const { return Item(dataset_.get(), index_.get()); }

std::string UidKeyword(const std::string& uid) {
  const char* const name = dcmFindNameOfUID(uid.c_str());
  return name == nullptr ? uid : name;
}

}  // namespace vitrine::dicom
