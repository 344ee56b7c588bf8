#include "dicom/codec/codec.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "dicom/codec/coded_frame.h"
#include "dicom/codec/deflated_frame.h"
#include "dicom/codec/jpeg.h"
#include "dicom/codec/jpeg2000.h"
#include "dicom/codec/native.h"
#include "dicom/codec/rle.h"

namespace vitrine::dicom {
namespace {

struct TransferSyntax {
  absl::string_view uid;
  Decoder decode;
};

// PS3.6 Table A-1 and PS3.5 Annex A.
constexpr TransferSyntax kTransferSyntaxes[] = {
    {"1.2.840.10008.1.2", DecodeNative},             // Implicit VR Little Endian
    {"1.2.840.10008.1.2.1", DecodeNative},           // Explicit VR Little Endian
    {"1.2.840.10008.1.2.1.98", DecodeNative},        // Encapsulated Uncompressed Explicit VR Little Endian
    {"1.2.840.10008.1.2.1.99", DecodeNative},        // Deflated Explicit VR Little Endian: the data set is inflated
    {"1.2.840.10008.1.2.2", DecodeNativeBigEndian},  // Explicit VR Big Endian
    {"1.2.840.10008.1.2.4.50", DecodeJpeg},          // JPEG Baseline (Process 1)
    {"1.2.840.10008.1.2.4.51", DecodeJpeg},          // JPEG Extended (Process 2 & 4)
    {"1.2.840.10008.1.2.4.52", DecodeJpeg},          // JPEG Extended (Process 3 & 5), retired
    {"1.2.840.10008.1.2.4.53", DecodeJpeg},          // JPEG Spectral Selection (Process 6 & 8), retired
    {"1.2.840.10008.1.2.4.54", DecodeJpeg},          // JPEG Spectral Selection (Process 7 & 9), retired
    {"1.2.840.10008.1.2.4.55", DecodeJpeg},          // JPEG Full Progression (Process 10 & 12), retired
    {"1.2.840.10008.1.2.4.56", DecodeJpeg},          // JPEG Full Progression (Process 11 & 13), retired
    {"1.2.840.10008.1.2.4.57", DecodeJpeg},          // JPEG Lossless (Process 14)
    {"1.2.840.10008.1.2.4.70", DecodeJpeg},          // JPEG Lossless, Selection Value 1
    {"1.2.840.10008.1.2.4.80", DecodeJpeg},          // JPEG-LS Lossless
    {"1.2.840.10008.1.2.4.81", DecodeJpeg},          // JPEG-LS Near-lossless
    {"1.2.840.10008.1.2.4.90", DecodeJpeg2000},      // JPEG 2000 Lossless Only
    {"1.2.840.10008.1.2.4.91", DecodeJpeg2000},      // JPEG 2000
    {"1.2.840.10008.1.2.4.92", DecodeJpeg2000},      // JPEG 2000 Part 2 Multi-component Lossless Only
    {"1.2.840.10008.1.2.4.93", DecodeJpeg2000},      // JPEG 2000 Part 2 Multi-component
    {"1.2.840.10008.1.2.4.201", DecodeJpeg2000},     // HTJ2K Lossless Only
    {"1.2.840.10008.1.2.4.202", DecodeJpeg2000},     // HTJ2K RPCL Lossless Only
    {"1.2.840.10008.1.2.4.203", DecodeJpeg2000},     // HTJ2K
    {"1.2.840.10008.1.2.5", DecodeRle},              // RLE Lossless
    {"1.2.840.10008.1.2.8.1", DecodeDeflatedFrame},  // Deflated Image Frame Compression
};

const TransferSyntax* Find(absl::string_view uid) {
  const auto* const found = std::find_if(std::begin(kTransferSyntaxes), std::end(kTransferSyntaxes),
                                         [uid](const TransferSyntax& row) { return row.uid == uid; });
  return found == std::end(kTransferSyntaxes) ? nullptr : found;
}

}  // namespace

absl::StatusOr<RawFrame> DecodeFrame(absl::string_view transfer_syntax_uid, const CodedFrame& coded) {
  const TransferSyntax* const transfer_syntax = Find(transfer_syntax_uid);
  if (transfer_syntax == nullptr) {
    return MakeError(ErrorCategory::kUnsupported, "The image has a transfer syntax that is not supported",
                     transfer_syntax_uid);
  }
  VITRINE_RETURN_IF_ERROR(CheckFormat(coded.format, coded.limits));
  return transfer_syntax->decode(coded);
}

bool IsSupported(absl::string_view transfer_syntax_uid) { return Find(transfer_syntax_uid) != nullptr; }

}  // namespace vitrine::dicom
