#ifndef VITRINE_DICOM_CODEC_JPEG2000_HEADER_H_
#define VITRINE_DICOM_CODEC_JPEG2000_HEADER_H_

#include <cstdint>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "dicom/codec/coded_frame.h"

namespace vitrine::dicom {

// What the SIZ marker segment says (ISO/IEC 15444-1 A.5.1): enough to check sizes before OpenJPEG takes memory for
// every tile and component.
struct Jpeg2000Header {
  absl::Span<const uint8_t> codestream;  // Part of the input, without the boxes of a JP2 file.
  StreamHeader frame;
  uint64_t tiles = 0;
  uint64_t tile_pixels = 0;  // Of the largest tile.
};

// Accepts a bare codestream or a JP2 file (Annex I). kBadInstance where there is no valid header, kUnsupported where
// components differ in their precision.
absl::StatusOr<Jpeg2000Header> ReadJpeg2000Header(absl::Span<const uint8_t> bytes);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_CODEC_JPEG2000_HEADER_H_
