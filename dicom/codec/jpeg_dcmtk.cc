#include "dicom/codec/jpeg_dcmtk.h"

#include "dcmtk/config/osconfig.h"
// DCMTK's headers need its configuration first.
#include <limits>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "dcmtk/dcmjpeg/djcparam.h"
#include "dcmtk/dcmjpeg/djdijg12.h"
#include "dcmtk/dcmjpeg/djdijg16.h"
#include "dcmtk/dcmjpeg/djdijg8.h"

namespace vitrine::dicom {
namespace {

// One of DCMTK's decompressors with its warnings counted instead of logged: the library goes on after a warning, with
// invented samples where data are missing.
template <typename Decompressor>
class Counting : public Decompressor {
 public:
  Counting(const DJCodecParameter& parameter, int& warnings) : Decompressor(parameter, OFFalse), warnings_(warnings) {}

  void emitMessage(int level) const override {
    if (level < 0) ++warnings_;
  }

 private:
  int& warnings_;
};

std::unique_ptr<DJDecoder> NewDecompressor(int precision, const DJCodecParameter& parameter, int& warnings) {
  if (precision <= 8) return std::make_unique<Counting<DJDecompressIJG8Bit>>(parameter, warnings);
  if (precision <= 12) return std::make_unique<Counting<DJDecompressIJG12Bit>>(parameter, warnings);
  return std::make_unique<Counting<DJDecompressIJG16Bit>>(parameter, warnings);
}

// DCMTK takes a codestream in pieces and asks for more where one ends. Too long for any marker segment (65537 bytes) to
// lie in more than two.
constexpr size_t kPieceBytes = 256 << 10;

// DCMTK does not write to the codestream, but takes it as not const.
OFCondition Feed(DJDecoder& decompressor, absl::Span<const uint8_t> bytes, RawFrame& frame) {
  return decompressor.decode(const_cast<uint8_t*>(bytes.data()), static_cast<Uint32>(bytes.size()),
                             frame.samples.data(), static_cast<Uint32>(frame.samples.size()), OFFalse);
}

absl::Status Decompress(const CodedFrame& coded, const JpegHeader& header, RawFrame& frame) {
  const DJCodecParameter parameter(ECC_lossyYCbCr, EDC_never, EUC_never, EPC_colorByPixel);
  int warnings = 0;
  const std::unique_ptr<DJDecoder> decompressor = NewDecompressor(header.frame.precision, parameter, warnings);
  if (decompressor->bytesPerSample() != frame.bytes_per_sample) {
    return MakeError(ErrorCategory::kUnsupported, "The image is compressed with a JPEG process that is not supported",
                     absl::StrCat(header.frame.precision, " bits"));
  }
  OFCondition condition = decompressor->init();
  if (condition.good()) condition = EJ_Suspension;
  for (size_t begin = 0; begin < coded.bytes.size() && condition == EJ_Suspension && warnings == 0;
       begin += kPieceBytes) {
    VITRINE_RETURN_IF_ERROR(coded.operation.Check());
    condition = Feed(*decompressor, coded.bytes.subspan(begin, kPieceBytes), frame);
  }
  if (condition == EJ_Suspension && !header.multiple_scans && warnings == 0) {
    constexpr uint8_t kEndOfImage[] = {0xFF, 0xD9};
    condition = Feed(*decompressor, kEndOfImage, frame);
  }
  if (condition.bad()) return BadCodestream("JPEG", condition.text());
  if (warnings > 0) return BadCodestream("JPEG", absl::StrCat(warnings, " warnings"));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<RawFrame> DecodeJpegDcmtk(const CodedFrame& coded, const JpegHeader& header) {
  VITRINE_ASSIGN_OR_RETURN(RawFrame frame, NewFrame(coded, header.frame));
  if (frame.samples.size() > std::numeric_limits<Uint32>::max() ||
      coded.bytes.size() > std::numeric_limits<Uint32>::max()) {
    return MakeError(ErrorCategory::kTooLarge, "A frame of the image is larger than this service decodes");
  }
  VITRINE_RETURN_IF_ERROR(Decompress(coded, header, frame));
  const std::string& declared = coded.format.PhotometricInterpretation;
  if (header.sof == kSofLossless) {
    frame.photometric_interpretation = std::string(WithoutSubsampling(declared));
  } else if (header.frame.components == 3) {
    frame.photometric_interpretation = IsYcc(header, declared) ? "YBR_FULL" : "RGB";
  }
  return frame;
}

}  // namespace vitrine::dicom
