#include "dicom/native_bytes.h"

#include <algorithm>
#include <cstdint>

namespace vitrine::dicom {
namespace {

void SwapEach(std::string& bytes, size_t unit) {
  for (size_t i = 0; i + unit <= bytes.size(); i += unit) std::reverse(&bytes[i], &bytes[i] + unit);
}

// The bits from `first` on, the lowest of a byte first (PS3.5 8.1.1).
std::string ShiftBits(absl::string_view bytes, int first, uint64_t bits) {
  std::string shifted((bits + 7) / 8, '\0');
  for (size_t i = 0; i < shifted.size(); ++i) {
    const int low = static_cast<uint8_t>(bytes[i]) >> first;
    const int high = first > 0 && i + 1 < bytes.size() ? static_cast<uint8_t>(bytes[i + 1]) << (8 - first) : 0;
    shifted[i] = static_cast<char>(low | high);
  }
  if (bits % 8 != 0) shifted.back() = static_cast<char>(shifted.back() & ((1 << (bits % 8)) - 1));
  return shifted;
}

}  // namespace

std::string NativeFrameBytes(absl::string_view value, const PixelFormat& format, int number, bool big_endian) {
  const uint64_t bits = NativeFrameBits(format);
  const uint64_t first_bit = bits * static_cast<uint64_t>(number - 1);
  // What is swapped in pairs is taken from an even offset to an even one.
  const uint64_t begin = first_bit / 16 * 2;
  std::string bytes(value.substr(begin, (first_bit + bits + 15) / 16 * 2 - begin));
  if (big_endian) SwapEach(bytes, std::max(format.BitsAllocated, format.is_ow ? 16 : 8) / 8);
  const uint64_t skipped = (first_bit - begin * 8) / 8;
  return ShiftBits(absl::string_view(bytes).substr(skipped), static_cast<int>(first_bit % 8), bits);
}

}  // namespace vitrine::dicom
