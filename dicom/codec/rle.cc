#include "dicom/codec/rle.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/status_macros.h"
#include "dicom/byte_order.h"
#include "dicom/codec/interleave.h"
#include "dicom/codec/packed_bits.h"

namespace vitrine::dicom {
namespace {

constexpr size_t kHeaderBytes = 64;
constexpr uint32_t kMaxSegments = 15;

absl::Status Bad(absl::string_view detail) { return BadCodestream("RLE", detail); }

// Fills `out` from PackBits `codes`; returns how many bytes it could fill.
size_t UnpackSegment(absl::Span<const uint8_t> codes, absl::Span<uint8_t> out) {
  const uint8_t* source = codes.data();
  const uint8_t* const source_end = source + codes.size();
  uint8_t* target = out.data();
  uint8_t* const target_end = target + out.size();
  while (target != target_end && source != source_end) {
    const int code = static_cast<int8_t>(*source++);
    if (code >= 0) {
      const size_t available = std::min(source_end - source, target_end - target);
      const size_t count = std::min<size_t>(code + 1, available);
      std::memcpy(target, source, count);
      source += count;
      target += count;
    } else if (code != -128) {
      if (source == source_end) break;
      const size_t count = std::min<size_t>(1 - code, target_end - target);
      std::memset(target, *source++, count);
      target += count;
    }
  }
  return target - out.data();
}

using Segments = std::vector<absl::Span<const uint8_t>>;

absl::StatusOr<Segments> ReadSegments(absl::Span<const uint8_t> bytes, size_t expected) {
  if (bytes.size() < kHeaderBytes) return Bad("shorter than its header");
  const uint32_t count = ReadUint32(bytes.data(), /*big_endian=*/false);
  if (count != expected || count > kMaxSegments) {
    return Bad(absl::StrCat(count, " segments instead of ", expected));
  }
  Segments segments(count);
  size_t end = bytes.size();
  for (size_t i = count; i-- > 0;) {
    const size_t begin = ReadUint32(&bytes[4 + 4 * i], /*big_endian=*/false);
    if (begin < kHeaderBytes || begin > end) return Bad(absl::StrCat("segment ", i, " has a wrong offset"));
    segments[i] = bytes.subspan(begin, end - begin);
    end = begin;
  }
  return segments;
}

}  // namespace

absl::StatusOr<RawFrame> DecodeRle(const CodedFrame& coded) {
  const PixelFormat& format = coded.format;
  VITRINE_ASSIGN_OR_RETURN(RawFrame frame, NewFrame(coded));
  const bool packed = format.BitsAllocated == 1;
  const size_t pixel_count = size_t{1} * format.Rows * format.Columns;
  const size_t plane_bytes = packed ? (pixel_count + 7) / 8 : pixel_count;
  const size_t bytes_per_sample = frame.bytes_per_sample;
  const size_t plane_count = format.SamplesPerPixel * bytes_per_sample;
  VITRINE_ASSIGN_OR_RETURN(const Segments segments, ReadSegments(coded.bytes, plane_count));

  // Planes in the order of the bytes of a pixel: least significant first.
  std::vector<uint8_t> planes(plane_count * pixel_count);
  std::vector<uint8_t> bits(packed ? plane_bytes : 0);
  for (size_t i = 0; i < plane_count; ++i) {
    const size_t sample = i / bytes_per_sample;
    const size_t byte = bytes_per_sample - 1 - i % bytes_per_sample;
    const absl::Span<uint8_t> plane =
        absl::MakeSpan(planes).subspan((sample * bytes_per_sample + byte) * pixel_count, pixel_count);
    const size_t filled = UnpackSegment(segments[i], packed ? absl::MakeSpan(bits) : plane);
    if (filled != plane_bytes) return Bad(absl::StrCat("segment ", i, ": ", filled, " of ", plane_bytes, " bytes"));
    if (packed) UnpackBits(bits, 0, plane);
  }
  InterleavePlanes(planes, static_cast<int>(plane_count), 1, absl::MakeSpan(frame.samples));
  frame.photometric_interpretation = std::string(WithoutSubsampling(format.PhotometricInterpretation));
  return frame;
}

}  // namespace vitrine::dicom
