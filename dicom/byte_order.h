#ifndef VITRINE_DICOM_BYTE_ORDER_H_
#define VITRINE_DICOM_BYTE_ORDER_H_

// Unaligned unsigned integers in bytes (char or uint8_t), which must be there.

#include <cstdint>

namespace vitrine::dicom {

template <typename Byte>
uint16_t ReadUint16(const Byte* bytes, bool big_endian) {
  static_assert(sizeof(Byte) == 1);
  const auto first = static_cast<uint8_t>(bytes[0]);
  const auto second = static_cast<uint8_t>(bytes[1]);
  return static_cast<uint16_t>(big_endian ? first << 8 | second : second << 8 | first);
}

template <typename Byte>
uint32_t ReadUint32(const Byte* bytes, bool big_endian) {
  const uint32_t first = ReadUint16(bytes, big_endian);
  const uint32_t second = ReadUint16(bytes + 2, big_endian);
  return big_endian ? first << 16 | second : second << 16 | first;
}

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_BYTE_ORDER_H_
