#ifndef VITRINE_DICOM_CODEC_JPEG2000_H_
#define VITRINE_DICOM_CODEC_JPEG2000_H_

#include "absl/status/statusor.h"
#include "dicom/codec/codec.h"
#include "dicom/codec/coded_frame.h"

namespace vitrine::dicom {

// JPEG 2000 Part 1 and Part 2, and High-Throughput JPEG 2000 (ISO/IEC 15444-1, -2, -15), through OpenJPEG on the
// caller's thread alone. Accepts bare codestreams and, though DICOM forbids them, JP2 files, of which all but the
// codestream is ignored. Samples are in two's complement whether or not SIZ says that they are signed; Pixel
// Representation decides. A multiple component transformation is undone and gives RGB. Components with fewer samples
// than the image are replicated. kBadInstance for an incomplete codestream. OpenJPEG cannot be
// interrupted: the operation is asked whenever it reads on, which is before every tile or so, and before each component
// is taken over.
absl::StatusOr<RawFrame> DecodeJpeg2000(const CodedFrame& coded);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_CODEC_JPEG2000_H_
