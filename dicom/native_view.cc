#include "dicom/native_view.h"

#include <bit>
#include <cstdint>
#include <type_traits>

#include "dicom/samples.h"

namespace vitrine::dicom {
namespace {

using image::SampleType;

// Whether every sample is already what masking and sign extension would make of it.
template <typename Sample>
bool IsExtended(const uint8_t* data, size_t count, SampleBits bits) {
  using Container = std::make_unsigned_t<Sample>;
  if (bits.bits == 8 * sizeof(Sample)) return true;
  const auto* const samples = reinterpret_cast<const Container*>(data);
  Container difference = 0;
  for (size_t i = 0; i < count; ++i) {
    Container extended;
    if constexpr (std::is_signed_v<Sample>) {
      extended = static_cast<Container>(ExtractSigned(samples[i], bits));
    } else {
      extended = ExtractUnsigned(samples[i], bits);
    }
    difference |= static_cast<Container>(extended ^ samples[i]);
  }
  return difference == 0;
}

bool AreSamples(const uint8_t* data, size_t count, SampleType type, SampleBits bits) {
  switch (type) {
    case SampleType::kUint8: return IsExtended<uint8_t>(data, count, bits);
    case SampleType::kUint16: return IsExtended<uint16_t>(data, count, bits);
    case SampleType::kInt16: return IsExtended<int16_t>(data, count, bits);
    case SampleType::kFloat32: return false;
  }
  return false;
}

}  // namespace

std::optional<image::Frame> BorrowGreyFrame(const std::shared_ptr<const std::string>& file, Extent pixels,
                                            const PixelFormat& format) {
  if constexpr (std::endian::native != std::endian::little) return std::nullopt;
  const bool bytes = format.BitsAllocated == 8;
  // A 16-bit container with 8 bits or less is a frame of bytes, which these are not.
  if (format.is_float || format.SamplesPerPixel != 1 || format.HighBit + 1 != format.BitsStored) return std::nullopt;
  if (bytes ? format.is_signed : format.BitsAllocated != 16 || (format.BitsStored <= 8 && !format.is_signed)) {
    return std::nullopt;
  }
  image::Frame frame;
  frame.rows = format.Rows;
  frame.columns = format.Columns;
  frame.bits = format.BitsStored;
  frame.type = bytes ? SampleType::kUint8 : format.is_signed ? SampleType::kInt16 : SampleType::kUint16;
  const auto* const data = reinterpret_cast<const uint8_t*>(file->data()) + pixels.offset;
  const size_t count = size_t{1} * format.Rows * format.Columns;
  const size_t sample_bytes = image::BytesPerSample(frame.type);
  if (pixels.length < count * sample_bytes || reinterpret_cast<uintptr_t>(data) % sample_bytes != 0)
    return std::nullopt;
  if (!AreSamples(data, count, frame.type, {format.BitsStored, 0})) return std::nullopt;
  frame.borrowed = std::shared_ptr<const uint8_t>(file, data);
  return frame;
}

}  // namespace vitrine::dicom
