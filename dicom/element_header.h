#ifndef VITRINE_DICOM_ELEMENT_HEADER_H_
#define VITRINE_DICOM_ELEMENT_HEADER_H_

// The bytes before an element's value (PS3.5 7.1).

#include <cstdint>
#include <optional>

#include "absl/strings/string_view.h"

namespace vitrine::dicom {

struct Encoding {
  bool explicit_vr = true;
  bool big_endian = false;
};

constexpr uint32_t kUndefinedLength = 0xFFFFFFFF;
constexpr uint32_t kItem = 0xFFFEE000;
constexpr uint32_t kItemDelimitation = 0xFFFEE00D;
constexpr uint32_t kSequenceDelimitation = 0xFFFEE0DD;

struct ElementHeader {
  uint32_t tag = 0;     // (group << 16) | element.
  char vr[2] = {0, 0};  // Zeros in Implicit VR and for items and delimiters.
  uint32_t length = 0;  // Of the value; may be kUndefinedLength.
  uint32_t size = 0;    // Of the header itself.

  bool Is(absl::string_view name) const { return name[0] == vr[0] && name[1] == vr[1]; }
};

// nullopt where `bytes` ends inside the header. An unknown VR of two capital letters has a 32-bit length, as PS3.5
// 7.1.2 has it for all future ones, any other ("??") a 16-bit length; DCMTK reads both in the same way.
std::optional<ElementHeader> ReadElementHeader(absl::string_view bytes, Encoding encoding);

// Whether the element at the start of `bytes` can be one in Explicit VR: it has a VR that PS3.5 6.2 lists.
bool HasKnownVr(absl::string_view bytes);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_ELEMENT_HEADER_H_
