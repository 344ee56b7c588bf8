#ifndef VITRINE_DICOM_CODEC_JPEG_DCMTK_H_
#define VITRINE_DICOM_CODEC_JPEG_DCMTK_H_

#include "absl/status/statusor.h"
#include "dicom/codec/codec.h"
#include "dicom/codec/coded_frame.h"
#include "dicom/codec/jpeg_header.h"

namespace vitrine::dicom {

// JPEG that libjpeg-turbo does not know, through DCMTK's three builds of the IJG library: lossless (process 14, any
// selection value, 2 to 16 bits) and lossy with 12-bit samples. Samples are not colour converted. kBadInstance where
// data are missing or corrupt; a missing end of image alone is accepted. The operation is
// asked for every 256 KiB of the codestream. `header` is the codestream's.
absl::StatusOr<RawFrame> DecodeJpegDcmtk(const CodedFrame& coded, const JpegHeader& header);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_CODEC_JPEG_DCMTK_H_
