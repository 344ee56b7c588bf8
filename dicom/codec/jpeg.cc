#include "dicom/codec/jpeg.h"

#include <algorithm>
#include <cstdint>
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

// A codestream may repeat whole-image scans of a few bytes each: time without bound for little data. Encoders write
// about ten scans for a progressive picture; many more are accepted where the picture is small.
constexpr uint64_t kMaxScans = 200;
constexpr uint64_t kAlwaysAcceptedScans = 24;
constexpr uint64_t kMaxScannedPixels = uint64_t{1} << 30;

// Counts SOS markers. In entropy-coded data FF is followed by 00, so that the pair is always a marker there.
uint64_t CountScans(absl::Span<const uint8_t> bytes) {
  uint64_t scans = 0;
  const uint8_t* position = bytes.data();
  const uint8_t* const end = position + bytes.size();
  while ((position = static_cast<const uint8_t*>(std::memchr(position, 0xFF, end - position))) != nullptr) {
    if (++position == end) break;
    if (*position == 0xDA) ++scans;
  }
  return scans;
}

// Decoders keep the coefficients of all components, 16 bits each and in whole blocks, until the last scan.
absl::Status CheckScans(const CodedFrame& coded, const JpegHeader& header) {
  constexpr uint64_t kLargestUnit = 32;  // Sampling factor 4, 8 samples.
  const auto in_units = [](int size) { return (static_cast<uint64_t>(size) + kLargestUnit - 1) / kLargestUnit; };
  // The data set's size, which is not 0: a codestream of another one is refused.
  const uint64_t pixels = in_units(coded.format.Rows) * in_units(coded.format.Columns) * kLargestUnit * kLargestUnit;
  VITRINE_RETURN_IF_ERROR(CheckFrameBytes(sizeof(int16_t) * pixels * header.frame.components, coded.limits));
  const uint64_t max_scans = std::clamp(kMaxScannedPixels / pixels, kAlwaysAcceptedScans, kMaxScans);
  return CountScans(coded.bytes) > max_scans ? BadCodestream("JPEG", "too many scans") : absl::OkStatus();
}

}  // namespace

absl::StatusOr<RawFrame> DecodeJpeg(const CodedFrame& coded) {
  VITRINE_ASSIGN_OR_RETURN(const JpegHeader header, ReadJpegHeader(coded.bytes));
  if (header.sof == kSofJpegLs) return DecodeJpegLs(coded);
  if (header.multiple_scans) VITRINE_RETURN_IF_ERROR(CheckScans(coded, header));
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
