#ifndef VITRINE_DICOM_CODEC_JPEG_BASELINE_H_
#define VITRINE_DICOM_CODEC_JPEG_BASELINE_H_

#include "absl/status/statusor.h"
#include "dicom/codec/codec.h"
#include "dicom/codec/coded_frame.h"
#include "dicom/codec/jpeg_header.h"

namespace vitrine::dicom {

// Lossy JPEG with 8-bit samples (baseline, extended, progressive) through libjpeg-turbo. Three components that are
// Y, Cb, Cr (see IsYcc()) come back as RGB. kBadInstance where coefficients are missing or corrupt; a missing end of
// image alone is accepted. `header` is the codestream's.
absl::StatusOr<RawFrame> DecodeJpegBaseline(const CodedFrame& coded, const JpegHeader& header);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_CODEC_JPEG_BASELINE_H_
