#ifndef VITRINE_DICOM_CODEC_PACKED_BITS_H_
#define VITRINE_DICOM_CODEC_PACKED_BITS_H_

#include <cstddef>
#include <cstdint>

#include "absl/types/span.h"

namespace vitrine::dicom {

// Bits Allocated 1 (PS3.5 8.1.1, Annex D): the first sample is the least significant bit of the first byte. Writes 0 or
// 1 to each of `samples`, taking bits from `first_bit` on; `bytes` must hold them all.
void UnpackBits(absl::Span<const uint8_t> bytes, size_t first_bit, absl::Span<uint8_t> samples);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_CODEC_PACKED_BITS_H_
