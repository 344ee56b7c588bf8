#ifndef VITRINE_DICOM_CODEC_JPEG2000_CODING_H_
#define VITRINE_DICOM_CODEC_JPEG2000_CODING_H_

#include "absl/status/status.h"
#include "dicom/codec/jpeg2000_header.h"

namespace vitrine::dicom {

// OpenJPEG keeps records for each tile, precinct, code-block and layer before it reads any coded data, and a few bytes
// in a header ask for gigabytes of them. kUnsupported where the codestream wants more than is in proportion to the
// frame: far more than encoders use. kBadInstance or kUnsupported where its headers cannot be followed.
absl::Status CheckCodingEffort(const Jpeg2000Header& header);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_CODEC_JPEG2000_CODING_H_
