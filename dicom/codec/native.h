#ifndef VITRINE_DICOM_CODEC_NATIVE_H_
#define VITRINE_DICOM_CODEC_NATIVE_H_

// Uncompressed frames (PS3.5 8.1, 8.2). The operation is asked once per row, and once per pass over the frame where
// planes, bits or byte order are rearranged. Both functions: kBadInstance where fewer bytes are there than the frame
// needs; more are ignored (padding). YBR_FULL_422 and YBR_PARTIAL_422 hold Y Y Cb Cr for each pair of pixels (PS3.3
// C.7.6.3.1.2); both pixels get the pair's chroma, as in DCMTK and pydicom. Where Columns is odd, each row ends with
// half a pair, unless the frame has the bytes of an image without subsampling: such files are mislabelled and decoded
// as what they are.

#include "absl/status/statusor.h"
#include "dicom/codec/codec.h"
#include "dicom/codec/coded_frame.h"

namespace vitrine::dicom {

absl::StatusOr<RawFrame> DecodeNative(const CodedFrame& coded);

// Explicit VR Big Endian (retired, PS3.5 A.3): containers, or for OW each 16-bit word where the container is smaller,
// have their most significant byte first.
absl::StatusOr<RawFrame> DecodeNativeBigEndian(const CodedFrame& coded);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_CODEC_NATIVE_H_
