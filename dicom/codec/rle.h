#ifndef VITRINE_DICOM_CODEC_RLE_H_
#define VITRINE_DICOM_CODEC_RLE_H_

#include "absl/status/statusor.h"
#include "dicom/codec/codec.h"
#include "dicom/codec/coded_frame.h"

namespace vitrine::dicom {

// RLE Lossless (PS3.5 Annex G): a header of 64 bytes, then one PackBits segment for each byte of a sample, most
// significant first, sample after sample. Frames with Bits Allocated 1 have one segment of packed bits for each sample.
// kBadInstance for another number of segments and for segments that hold less than the frame; what a segment holds
// beyond the frame is padding.
absl::StatusOr<RawFrame> DecodeRle(const CodedFrame& coded);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_CODEC_RLE_H_
