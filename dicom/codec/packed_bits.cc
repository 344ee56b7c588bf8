#include "dicom/codec/packed_bits.h"

namespace vitrine::dicom {

void UnpackBits(absl::Span<const uint8_t> bytes, size_t first_bit, absl::Span<uint8_t> samples) {
  for (size_t i = 0; i < samples.size(); ++i) {
    const size_t bit = first_bit + i;
    samples[i] = (bytes[bit / 8] >> (bit % 8)) & 1;
  }
}

}  // namespace vitrine::dicom
