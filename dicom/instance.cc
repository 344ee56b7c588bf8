#include "dicom/instance.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "dicom/codec/codec.h"
#include "dicom/color.h"
#include "dicom/dataset.h"
#include "dicom/fragments.h"
#include "dicom/image_pixel.h"
#include "dicom/native_bytes.h"
#include "dicom/native_view.h"
#include "dicom/palette.h"
#include "dicom/part10.h"
#include "dicom/read_instance.h"
#include "dicom/read_instance_info.h"
#include "dicom/tone.h"
#include "dicom/transfer_syntaxes.h"

namespace vitrine::dicom {
namespace {

// Everything that frames are decoded from. DCMTK's data set is gone once this is filled: nothing here changes any more.
struct Contents {
  Limits limits;
  InstanceInfo info;
  Part10 part10;
  PixelFormat format;
  std::string pixel_syntax;               // Transfer syntax of the pixel data.
  std::vector<uint32_t> first_fragments;  // Encapsulated pixel data: see FirstFragments().
  std::optional<Palette> palette;         // PALETTE COLOR.
  std::optional<Tone> tone;               // Grey.
  Calibration calibration;
};

class ParsedInstance : public Instance {
 public:
  explicit ParsedInstance(Contents contents) : c_(std::move(contents)) {}

  const InstanceInfo& info() const override { return c_.info; }

  FrameCalibration CalibrationOf(int number) const override { return c_.calibration.Of(number); }

  absl::StatusOr<DecodedFrame> DecodeFrame(int number, const Operation& operation) const override {
    VITRINE_RETURN_IF_ERROR(CheckNumber(number));
    DecodedFrame decoded;
    if (std::optional<image::Frame> borrowed = BorrowFrame()) {
      decoded.frame = *std::move(borrowed);
    } else {
      VITRINE_ASSIGN_OR_RETURN(RawFrame raw, DecodeRaw(number, operation));
      VITRINE_RETURN_IF_ERROR(operation.Check());
      VITRINE_ASSIGN_OR_RETURN(decoded.frame,
                               ToPicture(std::move(raw), c_.format, c_.palette ? &*c_.palette : nullptr));
    }
    if (c_.tone) decoded.tone = c_.tone->CurveFor(number, decoded.frame);
    return decoded;
  }

  absl::StatusOr<StoredFrame> ReadStoredFrame(int number) const override {
    VITRINE_RETURN_IF_ERROR(CheckNumber(number));
    const absl::string_view data = *c_.part10.data;
    if (!c_.part10.pixel_data.encapsulated) {
      const bool big_endian = c_.pixel_syntax == kExplicitBigEndian;
      return StoredFrame{NativeFrameBytes(Slice(data, c_.part10.pixel_data.value), c_.format, number, big_endian),
                         std::string(kExplicitLittleEndian)};
    }
    std::string joined;
    const absl::Span<const uint8_t> bytes = Codestream(number, &joined);
    return StoredFrame{std::string(bytes.begin(), bytes.end()), c_.pixel_syntax};
  }

  uint64_t memory_bytes() const override {
    uint64_t bytes = sizeof(*this) + c_.part10.data->capacity();
    bytes += c_.part10.pixel_data.fragments.capacity() * sizeof(Extent);
    bytes += c_.first_fragments.capacity() * sizeof(uint32_t);
    bytes += c_.calibration.memory_bytes();
    if (c_.tone) bytes += c_.tone->memory_bytes();
    if (c_.palette) {
      for (const Palette::Channel& channel : c_.palette->channels) bytes += channel.entries.capacity() * 2;
    }
    return bytes;
  }

 private:
  // Only of a single frame: it is most of the file that it keeps alive.
  std::optional<image::Frame> BorrowFrame() const {
    const bool plain = !c_.part10.pixel_data.encapsulated && c_.pixel_syntax == kExplicitLittleEndian;
    if (!plain || !c_.tone || c_.info.NumberOfFrames != 1) return std::nullopt;
    return BorrowGreyFrame(c_.part10.data, c_.part10.pixel_data.value, c_.format);
  }

  absl::StatusOr<RawFrame> DecodeRaw(int number, const Operation& operation) const {
    return c_.part10.pixel_data.encapsulated ? DecodeEncapsulated(number, operation) : DecodeNative(number, operation);
  }

  absl::Status CheckNumber(int number) const {
    if (number >= 1 && number <= c_.info.NumberOfFrames) return absl::OkStatus();
    return MakeError(ErrorCategory::kNotFound,
                     absl::StrCat("The instance has no frame ", number, "; it has ", c_.info.NumberOfFrames));
  }

  // Of one encapsulated frame; `*joined` as for JoinFragments().
  absl::Span<const uint8_t> Codestream(int number, std::string* joined) const {
    const absl::Span<const Extent> fragments = c_.part10.pixel_data.fragments;
    const uint32_t first = c_.first_fragments[number - 1];
    return JoinFragments(*c_.part10.data, fragments.subspan(first, c_.first_fragments[number] - first), joined);
  }

  absl::StatusOr<RawFrame> DecodeEncapsulated(int number, const Operation& operation) const {
    std::string joined;
    const absl::Span<const uint8_t> codestream = Codestream(number, &joined);
    return dicom::DecodeFrame(c_.pixel_syntax, {codestream, 0, c_.format, c_.limits, operation});
  }

  // Frames follow each other without padding, 1-bit ones inside a byte. Bytes that are swapped in pairs are handed over
  // from an even offset on.
  absl::StatusOr<RawFrame> DecodeNative(int number, const Operation& operation) const {
    const uint64_t frame_bits = NativeFrameBits(c_.format);
    const uint64_t first_bit = frame_bits * (number - 1);
    const uint64_t begin = first_bit / 16 * 2;
    const uint64_t end = (first_bit + frame_bits + 15) / 16 * 2;
    const absl::string_view bytes = Slice(*c_.part10.data, c_.part10.pixel_data.value).substr(begin, end - begin);
    const auto* const data = reinterpret_cast<const uint8_t*>(bytes.data());
    return dicom::DecodeFrame(
        c_.pixel_syntax, {absl::MakeConstSpan(data, bytes.size()), static_cast<int>(first_bit - begin * 8), c_.format,
                          c_.limits, operation});
  }

  const Contents c_;
};

absl::Status NoImage(const std::string& sop_class) {
  return MakeError(
      ErrorCategory::kUnsupported,
      absl::StrCat("The instance holds no image", sop_class.empty() ? "" : ": it is a ", UidKeyword(sop_class)));
}

bool IsNativeSyntax(absl::string_view uid) {
  return uid == kImplicitLittleEndian || uid == kExplicitLittleEndian || uid == kExplicitBigEndian ||
         uid == kDeflatedLittleEndian || uid == kImplicitGe;
}

// Native pixel data need no transfer syntax but their byte order: some writers keep that of the compressed original.
absl::Status ReadPixelSyntax(Contents* c) {
  const std::string& uid = c->part10.TransferSyntaxUID;
  if (!c->part10.pixel_data.encapsulated) {
    const bool big_endian = c->part10.big_endian || uid == kImplicitGe;
    c->pixel_syntax = std::string(big_endian ? kExplicitBigEndian : kExplicitLittleEndian);
    return absl::OkStatus();
  }
  if (IsNativeSyntax(uid)) {
    return MakeError(ErrorCategory::kBadInstance, "The pixel data are compressed and the transfer syntax denies it");
  }
  c->pixel_syntax = uid;
  if (IsSupported(uid)) return absl::OkStatus();
  return MakeError(ErrorCategory::kUnsupported,
                   absl::StrCat("The transfer syntax of the image is not supported: ", UidKeyword(uid)));
}

absl::Status ReadFrameLayout(const Item& root, Contents* c) {
  VITRINE_ASSIGN_OR_RETURN(c->format, ReadPixelFormat(root, c->part10.pixel_data, c->limits));
  VITRINE_ASSIGN_OR_RETURN(const int frames, ReadNumberOfFrames(root, c->limits));
  const PixelData& pixel_data = c->part10.pixel_data;
  if (pixel_data.encapsulated) {
    VITRINE_ASSIGN_OR_RETURN(c->first_fragments, FirstFragments(*c->part10.data, pixel_data, frames));
  } else {
    VITRINE_RETURN_IF_ERROR(CheckNativeLength(pixel_data.value.length, frames, &c->format));
  }
  c->info.PhotometricInterpretation = c->format.PhotometricInterpretation;
  c->info.Rows = c->format.Rows;
  c->info.Columns = c->format.Columns;
  c->info.NumberOfFrames = frames;
  return absl::OkStatus();
}

absl::Status ReadColorAndTone(const Item& root, Contents* c) {
  if (c->format.PhotometricInterpretation == "PALETTE COLOR") {
    VITRINE_ASSIGN_OR_RETURN(c->palette, ReadPalette(root, c->format.is_signed));
  } else if (c->format.SamplesPerPixel == 1) {
    VITRINE_ASSIGN_OR_RETURN(c->tone, Tone::Read(root, c->format, c->info.NumberOfFrames));
    c->info.windows = c->tone->windows();
  }
  return CheckPictureBytes(c->format, c->palette ? &*c->palette : nullptr, c->limits);
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Instance>> ReadInstance(Part10 part10, const Dataset& dataset,
                                                             const Limits& limits) {
  Contents c;
  c.limits = limits;
  c.part10 = std::move(part10);
  const Item root = dataset.root();
  c.info = ReadInstanceInfo(root);
  c.info.TransferSyntaxUID = c.part10.TransferSyntaxUID;
  if (c.part10.pixel_data.element == PixelElement::kNone) return NoImage(c.info.SOPClassUID);
  VITRINE_RETURN_IF_ERROR(ReadPixelSyntax(&c));
  VITRINE_RETURN_IF_ERROR(ReadFrameLayout(root, &c));
  VITRINE_RETURN_IF_ERROR(ReadColorAndTone(root, &c));
  c.calibration = Calibration::Read(root, c.info.NumberOfFrames);
  return std::shared_ptr<const Instance>(std::make_shared<const ParsedInstance>(std::move(c)));
}

absl::StatusOr<std::shared_ptr<const Instance>> Instance::Parse(Bytes bytes, const Limits& limits) {
  VITRINE_ASSIGN_OR_RETURN(Part10 part10, ScanPart10(std::move(bytes), limits));
  VITRINE_ASSIGN_OR_RETURN(const Dataset dataset, Dataset::Parse(part10));
  return ReadInstance(std::move(part10), dataset, limits);
}

}  // namespace vitrine::dicom
