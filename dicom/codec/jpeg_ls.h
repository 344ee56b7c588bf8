#ifndef VITRINE_DICOM_CODEC_JPEG_LS_H_
#define VITRINE_DICOM_CODEC_JPEG_LS_H_

#include "absl/status/statusor.h"
#include "dicom/codec/codec.h"
#include "dicom/codec/coded_frame.h"

namespace vitrine::dicom {

// JPEG-LS (ISO/IEC 14495-1), lossless and near-lossless, any interleave mode, through CharLS. Samples keep the data
// set's colour model; the HP colour transformations, not allowed in DICOM but met, are undone. CharLS
// cannot be interrupted: the operation is asked before and after.
absl::StatusOr<RawFrame> DecodeJpegLs(const CodedFrame& coded);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_CODEC_JPEG_LS_H_
