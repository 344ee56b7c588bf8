#include "dicom/element_header.h"

#include <algorithm>
#include <iterator>

#include "dicom/byte_order.h"

namespace vitrine::dicom {
namespace {

constexpr absl::string_view kShortVrs[] = {"AE", "AS", "AT", "CS", "DA", "DS", "DT", "FD", "FL", "IS", "LO",
                                           "LT", "PN", "SH", "SL", "SS", "ST", "TM", "UI", "UL", "US"};
constexpr absl::string_view kLongVrs[] = {"OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"};

bool IsCapital(char c) { return c >= 'A' && c <= 'Z'; }

template <size_t kCount>
bool Contains(const absl::string_view (&vrs)[kCount], absl::string_view vr) {
  return std::find(std::begin(vrs), std::end(vrs), vr) != std::end(vrs);
}

bool HasShortLength(absl::string_view vr) { return Contains(kShortVrs, vr) || !IsCapital(vr[0]) || !IsCapital(vr[1]); }

}  // namespace

std::optional<ElementHeader> ReadElementHeader(absl::string_view bytes, Encoding encoding) {
  if (bytes.size() < 8) return std::nullopt;
  ElementHeader header;
  header.tag =
      uint32_t{ReadUint16(bytes.data(), encoding.big_endian)} << 16 | ReadUint16(bytes.data() + 2, encoding.big_endian);
  header.size = 8;
  if (!encoding.explicit_vr || header.tag >> 16 == kItem >> 16) {
    header.length = ReadUint32(bytes.data() + 4, encoding.big_endian);
    return header;
  }
  header.vr[0] = bytes[4];
  header.vr[1] = bytes[5];
  if (HasShortLength(bytes.substr(4, 2))) {
    header.length = ReadUint16(bytes.data() + 6, encoding.big_endian);
    return header;
  }
  if (bytes.size() < 12) return std::nullopt;
  header.length = ReadUint32(bytes.data() + 8, encoding.big_endian);
  header.size = 12;
  return header;
}

bool HasKnownVr(absl::string_view bytes) {
  if (bytes.size() < 8) return false;
  const absl::string_view vr = bytes.substr(4, 2);
  return Contains(kShortVrs, vr) || Contains(kLongVrs, vr);
}

}  // namespace vitrine::dicom
