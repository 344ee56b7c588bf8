#include "dicom/codec/coded_frame.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace vitrine::dicom {
namespace {

bool IsContainer(int bits_allocated) {
  return bits_allocated == 1 || bits_allocated == 8 || bits_allocated == 16 || bits_allocated == 32 ||
         bits_allocated == 64;
}

// One byte for packed bits: they are unpacked.
int ContainerBytes(int bits) { return bits <= 8 ? 1 : bits <= 16 ? 2 : bits <= 32 ? 4 : 8; }

uint64_t SampleBytes(const PixelFormat& format, int bytes_per_sample) {
  return uint64_t{1} * format.Rows * format.Columns * format.SamplesPerPixel * static_cast<uint64_t>(bytes_per_sample);
}

absl::StatusOr<RawFrame> NewFrame(const CodedFrame& coded, int bytes_per_sample) {
  const PixelFormat& format = coded.format;
  const uint64_t bytes = SampleBytes(format, bytes_per_sample);
  VITRINE_RETURN_IF_ERROR(CheckFrameBytes(bytes, coded.limits));
  RawFrame frame;
  frame.rows = format.Rows;
  frame.columns = format.Columns;
  frame.samples_per_pixel = format.SamplesPerPixel;
  frame.bytes_per_sample = bytes_per_sample;
  frame.photometric_interpretation = format.PhotometricInterpretation;
  frame.bits_stored = format.BitsStored;
  frame.high_bit = format.HighBit;
  frame.samples.resize(bytes);
  return frame;
}

}  // namespace

absl::Status CheckFormat(const PixelFormat& format, const Limits& limits) {
  if (format.Rows < 1 || format.Columns < 1) {
    return MakeError(ErrorCategory::kBadInstance, "The image has no Rows or no Columns");
  }
  if (format.Rows > limits.max_rows || format.Columns > limits.max_columns) {
    return MakeError(ErrorCategory::kTooLarge, "The image has more Rows or Columns than this service decodes",
                     absl::StrCat(format.Columns, "x", format.Rows));
  }
  if (format.SamplesPerPixel < 1 || format.SamplesPerPixel > 4) {
    return MakeError(ErrorCategory::kBadInstance, "The image has an invalid Samples per Pixel",
                     absl::StrCat(format.SamplesPerPixel));
  }
  if (!IsContainer(format.BitsAllocated)) {
    return MakeError(ErrorCategory::kUnsupported, "The image has a Bits Allocated that is not supported",
                     absl::StrCat(format.BitsAllocated));
  }
  const bool bits_fit = format.BitsStored >= 1 && format.BitsStored <= format.BitsAllocated &&
                        format.HighBit >= format.BitsStored - 1 && format.HighBit < format.BitsAllocated;
  if (!format.is_float && !bits_fit) {
    return MakeError(ErrorCategory::kBadInstance, "The image's Bits Allocated, Bits Stored and High Bit do not fit",
                     absl::StrCat(format.BitsAllocated, "/", format.BitsStored, "/", format.HighBit));
  }
  return CheckFrameBytes(SampleBytes(format, ContainerBytes(format.BitsAllocated)), limits);
}

absl::Status CheckFrameBytes(uint64_t bytes, const Limits& limits) {
  if (bytes <= limits.max_frame_bytes) return absl::OkStatus();
  return MakeError(ErrorCategory::kTooLarge, "A frame of the image is larger than this service decodes",
                   absl::StrCat(bytes, " bytes, limit ", limits.max_frame_bytes));
}

absl::StatusOr<RawFrame> NewFrame(const CodedFrame& coded) {
  return NewFrame(coded, ContainerBytes(coded.format.BitsAllocated));
}

absl::StatusOr<RawFrame> NewFrame(const CodedFrame& coded, const StreamHeader& header) {
  const PixelFormat& format = coded.format;
  if (header.rows != format.Rows || header.columns != format.Columns || header.components != format.SamplesPerPixel) {
    return MakeError(ErrorCategory::kBadInstance,
                     "The compressed frame and the image's Rows, Columns or Samples per "
                     "Pixel contradict each other",
                     absl::StrCat("codestream ", header.columns, "x", header.rows, "x", header.components,
                                  ", data set ", format.Columns, "x", format.Rows, "x", format.SamplesPerPixel));
  }
  if (format.is_float) {
    return MakeError(ErrorCategory::kBadInstance, "The image's floating point pixel data have an integer compression");
  }
  if (header.precision < 1 || header.precision > 32) {
    return MakeError(ErrorCategory::kUnsupported, "The compressed frame has a sample size that is not supported",
                     absl::StrCat(header.precision, " bits"));
  }
  VITRINE_ASSIGN_OR_RETURN(RawFrame frame, NewFrame(coded, ContainerBytes(header.precision)));
  const bool data_set_fits = format.HighBit < header.precision && header.precision <= format.BitsAllocated;
  if (!data_set_fits) {
    frame.bits_stored =
        header.precision <= format.BitsAllocated ? std::min(header.precision, format.BitsStored) : header.precision;
    frame.high_bit = frame.bits_stored - 1;
  }
  return frame;
}

absl::string_view WithoutSubsampling(absl::string_view photometric_interpretation) {
  return photometric_interpretation == "YBR_FULL_422" ? "YBR_FULL" : photometric_interpretation;
}

absl::Status BadCodestream(absl::string_view codec, absl::string_view detail) {
  return MakeError(ErrorCategory::kBadInstance, absl::StrCat("The image's ", codec, " data are damaged or incomplete"),
                   detail);
}

}  // namespace vitrine::dicom
