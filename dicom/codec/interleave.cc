#include "dicom/codec/interleave.h"

#include <cstring>

namespace vitrine::dicom {
namespace {

// A fixed number of planes lets the compiler unroll the inner loop. Samples may be unaligned, hence memcpy.
template <size_t kBytes, size_t kPlanes>
void InterleaveFixed(const uint8_t* planes, size_t pixel_count, uint8_t* pixels) {
  const size_t plane_bytes = pixel_count * kBytes;
  for (size_t i = 0; i < pixel_count; ++i) {
    for (size_t plane = 0; plane < kPlanes; ++plane) {
      std::memcpy(pixels + (i * kPlanes + plane) * kBytes, planes + plane * plane_bytes + i * kBytes, kBytes);
    }
  }
}

template <size_t kBytes>
void Interleave(const uint8_t* planes, size_t plane_count, size_t pixel_count, uint8_t* pixels) {
  switch (plane_count) {
    case 2: return InterleaveFixed<kBytes, 2>(planes, pixel_count, pixels);
    case 3: return InterleaveFixed<kBytes, 3>(planes, pixel_count, pixels);
    case 4: return InterleaveFixed<kBytes, 4>(planes, pixel_count, pixels);
  }
  const size_t plane_bytes = pixel_count * kBytes;
  for (size_t plane = 0; plane < plane_count; ++plane) {
    for (size_t i = 0; i < pixel_count; ++i) {
      std::memcpy(pixels + (i * plane_count + plane) * kBytes, planes + plane * plane_bytes + i * kBytes, kBytes);
    }
  }
}

}  // namespace

void InterleavePlanes(absl::Span<const uint8_t> planes, int plane_count, int bytes_per_sample,
                      absl::Span<uint8_t> pixels) {
  if (planes.empty()) return;
  const size_t count = plane_count;
  const size_t pixel_count = planes.size() / (count * bytes_per_sample);
  if (count == 1) {
    std::memcpy(pixels.data(), planes.data(), planes.size());
    return;
  }
  switch (bytes_per_sample) {
    case 1: return Interleave<1>(planes.data(), count, pixel_count, pixels.data());
    case 2: return Interleave<2>(planes.data(), count, pixel_count, pixels.data());
    case 4: return Interleave<4>(planes.data(), count, pixel_count, pixels.data());
    case 8: return Interleave<8>(planes.data(), count, pixel_count, pixels.data());
  }
}

}  // namespace vitrine::dicom
