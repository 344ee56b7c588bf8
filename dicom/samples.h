#ifndef VITRINE_DICOM_SAMPLES_H_
#define VITRINE_DICOM_SAMPLES_H_

#include <algorithm>
#include <cstdint>
#include <limits>

namespace vitrine::dicom {

// The significant bits of a stored sample (PS3.5 8.1.1): `bits` of them, the lowest at `shift`.
struct SampleBits {
  int bits = 8;
  int shift = 0;
};

// Cuts the significant bits out of a container and zero-extends them.
template <typename Container>
Container ExtractUnsigned(Container value, SampleBits sample) {
  static_assert(std::numeric_limits<Container>::is_integer && !std::numeric_limits<Container>::is_signed);
  constexpr int kWidth = std::numeric_limits<Container>::digits;
  const Container mask = std::numeric_limits<Container>::max() >> (kWidth - sample.bits);
  return static_cast<Container>(value >> sample.shift) & mask;
}

// Cuts them out and sign-extends them.
template <typename Container>
int64_t ExtractSigned(Container value, SampleBits sample) {
  const uint64_t bits = ExtractUnsigned(value, sample);
  const int unused = 64 - sample.bits;
  return static_cast<int64_t>(bits << unused) >> unused;
}

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_SAMPLES_H_
