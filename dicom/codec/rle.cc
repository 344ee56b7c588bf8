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

// The bytes that PackBits `codes` stand for. A run or a literal may go on from one row to the next, though PS3.5 G.3
// forbids it.
class PackBits {
 public:
  explicit PackBits(absl::Span<const uint8_t> codes) : source_(codes.data()), end_(source_ + codes.size()) {}

  // Fills `out`; returns how many bytes it could fill.
  size_t Read(absl::Span<uint8_t> out) {
    uint8_t* target = out.data();
    uint8_t* const target_end = target + out.size();
    while (target != target_end && (literals_ > 0 || repeats_ > 0 || NextCode())) {
      const size_t space = target_end - target;
      if (literals_ > 0) {
        const size_t count = std::min({literals_, space, static_cast<size_t>(end_ - source_)});
        if (count == 0) break;
        std::memcpy(target, source_, count);
        source_ += count;
        literals_ -= count;
        target += count;
      } else {
        const size_t count = std::min(repeats_, space);
        std::memset(target, repeated_, count);
        repeats_ -= count;
        target += count;
      }
    }
    return target - out.data();
  }

 private:
  // False at the end of the codes.
  bool NextCode() {
    while (source_ != end_) {
      const int code = static_cast<int8_t>(*source_++);
      if (code >= 0) {
        literals_ = code + 1;
        return true;
      }
      if (code == -128) continue;  // No operation.
      if (source_ == end_) return false;
      repeats_ = 1 - code;
      repeated_ = *source_++;
      return true;
    }
    return false;
  }

  const uint8_t* source_;
  const uint8_t* const end_;
  size_t literals_ = 0;  // Bytes of the current code that are still to come.
  size_t repeats_ = 0;
  uint8_t repeated_ = 0;
};

// Fills `plane`, which is as long as `rows` rows; `segment` names it in errors.
absl::Status UnpackSegment(const CodedFrame& coded, absl::Span<const uint8_t> codes, int rows, size_t segment,
                           absl::Span<uint8_t> plane) {
  PackBits bytes(codes);
  const size_t row_bytes = (plane.size() + rows - 1) / rows;
  for (size_t begin = 0; begin < plane.size(); begin += row_bytes) {
    VITRINE_RETURN_IF_ERROR(coded.operation.Check());
    const absl::Span<uint8_t> row = plane.subspan(begin, row_bytes);
    const size_t filled = bytes.Read(row);
    if (filled != row.size()) {
      return Bad(absl::StrCat("segment ", segment, ": ", begin + filled, " of ", plane.size(), " bytes"));
    }
  }
  return absl::OkStatus();
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
    VITRINE_RETURN_IF_ERROR(UnpackSegment(coded, segments[i], format.Rows, i, packed ? absl::MakeSpan(bits) : plane));
    if (packed) UnpackBits(bits, 0, plane);
  }
  InterleavePlanes(planes, static_cast<int>(plane_count), 1, absl::MakeSpan(frame.samples));
  frame.photometric_interpretation = std::string(WithoutSubsampling(format.PhotometricInterpretation));
  return frame;
}

}  // namespace vitrine::dicom
