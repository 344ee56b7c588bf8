#ifndef VITRINE_DICOM_CODEC_JPEG_H_
#define VITRINE_DICOM_CODEC_JPEG_H_

#include "absl/status/statusor.h"
#include "dicom/codec/codec.h"
#include "dicom/codec/coded_frame.h"

namespace vitrine::dicom {

// Any transfer syntax of the JPEG and JPEG-LS families. Transfer syntaxes are mislabelled too often to be trusted: the
// frame header chooses the decoder (PS3.5 8.2.1). kUnsupported for hierarchical and lossless arithmetic coding.
absl::StatusOr<RawFrame> DecodeJpeg(const CodedFrame& coded);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_CODEC_JPEG_H_
