#include "dicom/codec/jpeg.h"

#include <cstring>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "dicom/codec/jpeg_baseline.h"
#include "dicom/codec/jpeg_dcmtk.h"
#include "dicom/codec/jpeg_header.h"
#include "dicom/codec/jpeg_ls.h"

namespace vitrine::dicom {
namespace {

// A progressive codestream may repeat whole-image scans of a few bytes each: time without bound for little data. No
// encoder writes more than some dozens.
constexpr int kMaxScans = 200;

// Counts SOS markers. In entropy-coded data FF is followed by 00, so that the pair is always a marker there.
int CountScans(absl::Span<const uint8_t> bytes) {
  int scans = 0;
  const uint8_t* position = bytes.data();
  const uint8_t* const end = position + bytes.size();
  while ((position = static_cast<const uint8_t*>(std::memchr(position, 0xFF, end - position))) != nullptr) {
    if (++position == end) break;
    if (*position == 0xDA) ++scans;
  }
  return scans;
}

}  // namespace

absl::StatusOr<RawFrame> DecodeJpeg(const CodedFrame& coded) {
  VITRINE_ASSIGN_OR_RETURN(const JpegHeader header, ReadJpegHeader(coded.bytes));
  if (header.sof == kSofJpegLs) return DecodeJpegLs(coded);
  if (header.multiple_scans && CountScans(coded.bytes) > kMaxScans) return BadCodestream("JPEG", "too many scans");
  switch (header.sof) {
    case 0xC0:
    case 0xC1:
    case kSofProgressive:
      return header.frame.precision == 8 ? DecodeJpegBaseline(coded, header) : DecodeJpegDcmtk(coded, header);
    case kSofLossless: return DecodeJpegDcmtk(coded, header);
    case kSofExtendedArithmetic:
    case kSofProgressiveArithmetic:
      if (header.frame.precision == 8) return DecodeJpegBaseline(coded, header);
  }
  return MakeError(ErrorCategory::kUnsupported, "The image is compressed with a JPEG process that is not supported",
                   absl::StrCat("SOF ", absl::Hex(header.sof), ", ", header.frame.precision, " bits"));
}

}  // namespace vitrine::dicom
