#ifndef VITRINE_DICOM_CODEC_JPEG_HEADER_H_
#define VITRINE_DICOM_CODEC_JPEG_HEADER_H_

// What the marker segments before the first scan of a JPEG (ISO/IEC 10918-1 Annex B) or JPEG-LS (14495-1 Annex C)
// codestream say: enough to choose a decoder and to check sizes before one runs.

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "dicom/codec/coded_frame.h"

namespace vitrine::dicom {

// The coding processes by the second byte of their SOF marker.
inline constexpr int kSofProgressive = 0xC2;
inline constexpr int kSofLossless = 0xC3;
inline constexpr int kSofExtendedArithmetic = 0xC9;
inline constexpr int kSofProgressiveArithmetic = 0xCA;
inline constexpr int kSofJpegLs = 0xF7;

struct JpegHeader {
  int sof = 0;
  StreamHeader frame;
  std::string component_ids;          // One char each.
  std::vector<int> sampling_factors;  // Of each component: horizontal times vertical.
  bool has_jfif = false;
  int adobe_transform = -1;  // Of the APP14 segment; -1 where there is none.
  bool multiple_scans = false;
  bool is_arithmetic = false;
};

// kBadInstance where there is no complete header.
absl::StatusOr<JpegHeader> ReadJpegHeader(absl::Span<const uint8_t> codestream);

// Whether lossy samples of three components are Y, Cb, Cr. Evidence in the codestream decides, the data set where there
// is none (PS3.5 8.2.1): components named R, G, B; JFIF; the transform of APP14; a first component with more samples
// than the others, as only luminance has; Photometric Interpretation.
bool IsYcc(const JpegHeader& header, absl::string_view photometric_interpretation);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_CODEC_JPEG_HEADER_H_
