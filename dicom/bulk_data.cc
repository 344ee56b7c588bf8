#include "dicom/bulk_data.h"

#include <cstdint>
#include <memory>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "dicom/dcmtk_parse.h"
#include "dicom/partial_header.h"

namespace vitrine::dicom {
namespace {

std::optional<DcmTagKey> TagOf(absl::string_view text) {
  uint32_t tag = 0;
  if (text.size() != 8 || !absl::SimpleHexAtoi(text, &tag)) return std::nullopt;
  return DcmTagKey(static_cast<Uint16>(tag >> 16), static_cast<Uint16>(tag & 0xFFFF));
}

// The element at "TAG/ITEM/TAG", or null.
DcmElement* FindElement(DcmItem& root, absl::string_view path) {
  const std::vector<absl::string_view> names = absl::StrSplit(path, '/');
  DcmItem* item = &root;
  for (size_t i = 0;; i += 2) {
    const std::optional<DcmTagKey> tag = TagOf(names[i]);
    DcmElement* element = nullptr;
    if (!tag.has_value() || item->findAndGetElement(*tag, element).bad()) return nullptr;
    if (i + 1 == names.size()) return element;
    uint32_t number = 0;
    if (i + 2 >= names.size() || !absl::SimpleAtoi(names[i + 1], &number) || number < 1) return nullptr;
    if (item->findAndGetSequenceItem(*tag, item, static_cast<long>(number) - 1).bad() || item == nullptr)
      return nullptr;
  }
}

}  // namespace

std::optional<std::string> ValueBytes(DcmElement& element) {
  const Uint32 length = element.getLengthField();
  std::string bytes(length, '\0');
  if (element.getPartialValue(bytes.data(), 0, length, nullptr, EBO_LittleEndian).bad()) return std::nullopt;
  return bytes;
}

absl::StatusOr<std::optional<std::string>> ReadBulkData(absl::string_view bytes, bool complete, const Limits& limits,
                                                        absl::string_view path) {
  VITRINE_ASSIGN_OR_RETURN(const std::optional<Part10> part10, ScanPartialHeader(bytes, complete, limits));
  if (!part10.has_value()) return std::nullopt;
  VITRINE_ASSIGN_OR_RETURN(const std::unique_ptr<DcmDataset> dataset, ParseWithDcmtk(*part10));
  DcmElement* const element = FindElement(*dataset, path);
  std::optional<std::string> value;
  if (element != nullptr && element->ident() != EVR_SQ) value = ValueBytes(*element);
  if (!value.has_value()) return MakeError(ErrorCategory::kNotFound, "the object has no such bulk data");
  return value;
}

}  // namespace vitrine::dicom
