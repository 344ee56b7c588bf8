#ifndef VITRINE_DICOM_SAMPLES_H_
#define VITRINE_DICOM_SAMPLES_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>
#include <type_traits>

namespace vitrine::dicom {

// The significant bits of a stored sample (PS3.5 8.1.1): `bits` of them (at least 1), the lowest at `shift`.
struct SampleBits {
  int bits = 8;
  int shift = 0;
};

// Cuts the significant bits out of an unsigned container and extends them with zeros. Shifts only: loops over it become
// vector instructions.
template <typename Container>
Container ExtractUnsigned(Container value, SampleBits sample) {
  static_assert(std::is_unsigned_v<Container>);
  const int unused = std::numeric_limits<Container>::digits - sample.bits;
  return static_cast<Container>(static_cast<Container>(value << (unused - sample.shift)) >> unused);
}

// Cuts them out and extends them with their sign.
template <typename Container>
std::make_signed_t<Container> ExtractSigned(Container value, SampleBits sample) {
  using Signed = std::make_signed_t<Container>;
  const int unused = std::numeric_limits<Container>::digits - sample.bits;
  return static_cast<Signed>(static_cast<Signed>(value << (unused - sample.shift)) >> unused);
}

// The float nearest to a value that a Frame cannot hold otherwise; finite where `value` is. What samples are compared
// with (padding) must be narrowed like them.
inline float NarrowToFloat(double value) {
  constexpr double kLargest = std::numeric_limits<float>::max();
  return static_cast<float>(std::isfinite(value) ? std::clamp(value, -kLargest, kLargest) : value);
}

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_SAMPLES_H_
