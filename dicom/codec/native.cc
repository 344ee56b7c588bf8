#include "dicom/codec/native.h"

#include <algorithm>
#include <cstring>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "dicom/codec/interleave.h"
#include "dicom/codec/packed_bits.h"

namespace vitrine::dicom {
namespace {

bool IsSubsampled(const PixelFormat& format) {
  return format.SamplesPerPixel == 3 && format.BitsAllocated != 1 &&
         (format.PhotometricInterpretation == "YBR_FULL_422" || format.PhotometricInterpretation == "YBR_PARTIAL_422");
}

uint64_t PixelCount(const PixelFormat& format) { return uint64_t{1} * format.Rows * format.Columns; }

absl::Status TooShort(uint64_t needed, uint64_t present) {
  return MakeError(ErrorCategory::kBadInstance, "The image's pixel data are shorter than its Rows and Columns need",
                   absl::StrCat(needed, " bytes needed, ", present, " present"));
}

// Y Y Cb Cr samples of kBytes each; where Columns is odd, the last Y of a row is padding.
template <size_t kBytes>
absl::Status ExpandPairs(const CodedFrame& coded, uint8_t* pixels) {
  const int columns = coded.format.Columns;
  const int pairs_per_row = (columns + 1) / 2;
  for (int64_t row = 0; row < coded.format.Rows; ++row) {
    VITRINE_RETURN_IF_ERROR(coded.operation.Check());
    const uint8_t* source = coded.bytes.data() + row * pairs_per_row * 4 * kBytes;
    uint8_t* target = pixels + row * columns * 3 * kBytes;
    for (int column = 0; column < columns; ++column) {
      const uint8_t* pair = source + (column / 2) * 4 * kBytes;
      std::memcpy(target, pair + (column % 2) * kBytes, kBytes);
      std::memcpy(target + kBytes, pair + 2 * kBytes, 2 * kBytes);
      target += 3 * kBytes;
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<RawFrame> DecodeSubsampled(const CodedFrame& coded) {
  const PixelFormat& format = coded.format;
  VITRINE_ASSIGN_OR_RETURN(RawFrame frame, NewFrame(coded));
  const size_t needed = NativeFrameBits(format) / 8;
  if (coded.bytes.size() < needed) return TooShort(needed, coded.bytes.size());
  switch (format.BitsAllocated) {
    case 8: VITRINE_RETURN_IF_ERROR(ExpandPairs<1>(coded, frame.samples.data())); break;
    case 16: VITRINE_RETURN_IF_ERROR(ExpandPairs<2>(coded, frame.samples.data())); break;
    case 32: VITRINE_RETURN_IF_ERROR(ExpandPairs<4>(coded, frame.samples.data())); break;
    case 64: VITRINE_RETURN_IF_ERROR(ExpandPairs<8>(coded, frame.samples.data())); break;
  }
  frame.photometric_interpretation = std::string(WithoutSubsampling(format.PhotometricInterpretation));
  return frame;
}

absl::Status CopyRows(const CodedFrame& coded, RawFrame* frame) {
  const size_t row_bytes = frame->samples.size() / frame->rows;
  for (size_t begin = 0; begin < frame->samples.size(); begin += row_bytes) {
    VITRINE_RETURN_IF_ERROR(coded.operation.Check());
    std::memcpy(&frame->samples[begin], &coded.bytes[begin], row_bytes);
  }
  return absl::OkStatus();
}

absl::StatusOr<RawFrame> DecodeFull(const CodedFrame& coded) {
  const PixelFormat& format = coded.format;
  VITRINE_ASSIGN_OR_RETURN(RawFrame frame, NewFrame(coded));
  const size_t size = frame.samples.size();
  if (coded.bytes.size() < size) return TooShort(size, coded.bytes.size());
  if (format.SamplesPerPixel > 1 && format.PlanarConfiguration == 1 && !IsSubsampled(format)) {
    InterleavePlanes(coded.bytes.first(size), format.SamplesPerPixel, frame.bytes_per_sample,
                     absl::MakeSpan(frame.samples));
  } else {
    VITRINE_RETURN_IF_ERROR(CopyRows(coded, &frame));
  }
  frame.photometric_interpretation = std::string(WithoutSubsampling(format.PhotometricInterpretation));
  return frame;
}

absl::StatusOr<RawFrame> DecodeBits(const CodedFrame& coded) {
  const PixelFormat& format = coded.format;
  VITRINE_ASSIGN_OR_RETURN(RawFrame frame, NewFrame(coded));
  const uint64_t needed = (coded.first_bit + frame.samples.size() + 7) / 8;
  if (coded.bytes.size() < needed) return TooShort(needed, coded.bytes.size());
  if (format.SamplesPerPixel > 1 && format.PlanarConfiguration == 1) {
    std::vector<uint8_t> planes(frame.samples.size());
    UnpackBits(coded.bytes, coded.first_bit, absl::MakeSpan(planes));
    InterleavePlanes(planes, format.SamplesPerPixel, 1, absl::MakeSpan(frame.samples));
  } else {
    UnpackBits(coded.bytes, coded.first_bit, absl::MakeSpan(frame.samples));
  }
  return frame;
}

template <size_t kBytes>
void ReverseEach(absl::Span<uint8_t> bytes) {
  for (size_t i = 0; i + kBytes <= bytes.size(); i += kBytes) std::reverse(&bytes[i], &bytes[i] + kBytes);
}

}  // namespace

uint64_t NativeFrameBits(const PixelFormat& format) {
  const uint64_t bits = format.BitsAllocated;
  if (IsSubsampled(format)) return bits * format.Rows * ((format.Columns + 1) / 2) * 4;
  return bits * PixelCount(format) * format.SamplesPerPixel;
}

absl::StatusOr<RawFrame> DecodeNative(const CodedFrame& coded) {
  VITRINE_RETURN_IF_ERROR(coded.operation.Check());
  if (coded.first_bit < 0) return MakeError(ErrorCategory::kInternal, "A frame starts before its pixel data");
  const PixelFormat& format = coded.format;
  if (format.BitsAllocated == 1) return DecodeBits(coded);
  const size_t skipped = std::min<size_t>(coded.first_bit / 8, coded.bytes.size());
  const CodedFrame aligned = {coded.bytes.subspan(skipped), 0, format, coded.limits, coded.operation};
  const uint64_t full_bytes = PixelCount(format) * format.SamplesPerPixel * (format.BitsAllocated / 8);
  if (IsSubsampled(format) && aligned.bytes.size() < full_bytes) return DecodeSubsampled(aligned);
  return DecodeFull(aligned);
}

absl::StatusOr<RawFrame> DecodeNativeBigEndian(const CodedFrame& coded) {
  VITRINE_RETURN_IF_ERROR(coded.operation.Check());
  const int unit_bits = std::max(coded.format.BitsAllocated, coded.format.is_ow ? 16 : 8);
  if (unit_bits == 8) return DecodeNative(coded);
  const uint64_t frame_bytes = (coded.first_bit + NativeFrameBits(coded.format) + 15) / 16 * 2;
  const absl::Span<const uint8_t> source = coded.bytes.first(std::min<uint64_t>(frame_bytes, coded.bytes.size()));
  std::vector<uint8_t> swapped(source.begin(), source.end());
  switch (unit_bits) {
    case 16: ReverseEach<2>(absl::MakeSpan(swapped)); break;
    case 32: ReverseEach<4>(absl::MakeSpan(swapped)); break;
    case 64: ReverseEach<8>(absl::MakeSpan(swapped)); break;
  }
  // A half word at the end has no partner to be swapped with: it is not a sample.
  swapped.resize(swapped.size() / 2 * 2);
  return DecodeNative({swapped, coded.first_bit, coded.format, coded.limits, coded.operation});
}

}  // namespace vitrine::dicom
