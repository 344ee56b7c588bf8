#ifndef VITRINE_DICOM_TRANSFER_SYNTAXES_H_
#define VITRINE_DICOM_TRANSFER_SYNTAXES_H_

// The transfer syntaxes (PS3.6 Table A-1) that say how the data set itself is encoded.

#include "absl/strings/string_view.h"

namespace vitrine::dicom {

inline constexpr absl::string_view kImplicitLittleEndian = "1.2.840.10008.1.2";
inline constexpr absl::string_view kExplicitLittleEndian = "1.2.840.10008.1.2.1";
inline constexpr absl::string_view kDeflatedLittleEndian = "1.2.840.10008.1.2.1.99";
inline constexpr absl::string_view kExplicitBigEndian = "1.2.840.10008.1.2.2";
// GE private: an implicit little-endian data set with big-endian pixel data.
inline constexpr absl::string_view kImplicitGe = "1.2.840.113619.5.2";

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_TRANSFER_SYNTAXES_H_
