#ifndef VITRINE_DICOM_CODEC_DEFLATED_FRAME_H_
#define VITRINE_DICOM_CODEC_DEFLATED_FRAME_H_

#include "absl/status/statusor.h"
#include "dicom/codec/codec.h"
#include "dicom/codec/coded_frame.h"

namespace vitrine::dicom {

// Deflated Image Frame Compression (PS3.5 8.2.16, A.4.13): the frame's native little-endian bytes as raw DEFLATE
// (RFC 1951), perhaps followed by padding. Never inflates to more than the frame and its padding byte, in one
// piece: the operation is asked before and after.
absl::StatusOr<RawFrame> DecodeDeflatedFrame(const CodedFrame& coded);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_CODEC_DEFLATED_FRAME_H_
