#include "dicom/image_pixel.h"

#include <algorithm>
#include <iterator>
#include <optional>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace vitrine::dicom {
namespace {

struct ColorModel {
  absl::string_view name;
  int samples_per_pixel;
  bool supported;
};

// PS3.3 C.7.6.3.1.2, the retired ones of earlier editions included.
constexpr ColorModel kColorModels[] = {
    {"MONOCHROME1", 1, true},
    {"MONOCHROME2", 1, true},
    {"PALETTE COLOR", 1, true},
    {"RGB", 3, true},
    {"YBR_FULL", 3, true},
    {"YBR_FULL_422", 3, true},
    {"YBR_PARTIAL_422", 3, true},
    {"YBR_ICT", 3, true},
    {"YBR_RCT", 3, true},
    {"YBR_PARTIAL_420", 3, false},
    {"XYB", 3, false},
    {"HSV", 3, false},
    {"ARGB", 4, false},
    {"CMYK", 4, false},
};

absl::Status Bad(absl::string_view message, absl::string_view detail = {}) {
  return MakeError(ErrorCategory::kBadInstance, message, detail);
}

absl::StatusOr<int> ReadSize(const Item& root, Tag tag, absl::string_view name, int limit) {
  const std::optional<int64_t> value = root.Int(tag);
  if (!value || *value < 1) return Bad(absl::StrCat("The image has no valid ", name));
  if (*value > limit) {
    return MakeError(ErrorCategory::kTooLarge, absl::StrCat("The image has more ", name, " than this service accepts"),
                     absl::StrCat(*value));
  }
  return static_cast<int>(*value);
}

absl::Status ReadColorModel(const Item& root, PixelFormat* format) {
  const std::string text = absl::AsciiStrToUpper(root.String(tags::PhotometricInterpretation));
  const std::optional<int64_t> samples = root.Int(tags::SamplesPerPixel);
  const absl::string_view name = !text.empty() ? absl::string_view(text) : samples == 3 ? "RGB" : "MONOCHROME2";
  const auto* const model =
      std::find_if(std::begin(kColorModels), std::end(kColorModels), [&](const auto& row) { return row.name == name; });
  if (model == std::end(kColorModels)) return Bad("The image has no valid Photometric Interpretation", name);
  if (!model->supported) {
    return MakeError(ErrorCategory::kUnsupported,
                     absl::StrCat("Images with Photometric Interpretation ", model->name, " are not supported"));
  }
  if (samples && *samples != model->samples_per_pixel) {
    return Bad("Samples per Pixel and Photometric Interpretation contradict each other",
               absl::StrCat(*samples, " for ", model->name));
  }
  format->SamplesPerPixel = model->samples_per_pixel;
  format->PhotometricInterpretation = std::string(model->name);
  format->PlanarConfiguration = root.Int(tags::PlanarConfiguration) == 1 ? 1 : 0;
  return absl::OkStatus();
}

absl::Status ReadFloatBits(PixelElement element, PixelFormat* format) {
  if (format->SamplesPerPixel != 1) return Bad("Float Pixel Data must have one sample per pixel");
  format->is_float = true;
  format->is_signed = true;
  format->BitsAllocated = element == PixelElement::kFloatPixelData ? 32 : 64;
  format->BitsStored = format->BitsAllocated;
  format->HighBit = format->BitsStored - 1;
  return absl::OkStatus();
}

absl::Status ReadBits(const Item& root, PixelFormat* format) {
  const std::optional<int64_t> allocated = root.Int(tags::BitsAllocated);
  if (!allocated || *allocated < 1 || *allocated > 64) return Bad("The image has no valid Bits Allocated");
  constexpr int kContainers[] = {1, 8, 16, 32, 64};
  if (std::find(std::begin(kContainers), std::end(kContainers), *allocated) == std::end(kContainers)) {
    return MakeError(ErrorCategory::kUnsupported,
                     absl::StrCat("Images with Bits Allocated ", *allocated, " are not supported"));
  }
  const int64_t stored = root.Int(tags::BitsStored).value_or(*allocated);
  if (stored < 1 || stored > *allocated) {
    return Bad("Bits Stored and Bits Allocated of the image contradict each other",
               absl::StrCat(stored, " of ", *allocated));
  }
  const int64_t high_bit = root.Int(tags::HighBit).value_or(stored - 1);
  format->BitsAllocated = static_cast<int>(*allocated);
  format->BitsStored = static_cast<int>(stored);
  format->HighBit = static_cast<int>(high_bit >= stored - 1 && high_bit < *allocated ? high_bit : stored - 1);
  format->is_signed = root.Int(tags::PixelRepresentation) == 1;
  if (format->is_signed && format->SamplesPerPixel > 1) return Bad("Colour samples must not be signed");
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PixelFormat> ReadPixelFormat(const Item& root, const PixelData& pixel_data, const Limits& limits) {
  PixelFormat format;
  VITRINE_ASSIGN_OR_RETURN(format.Rows, ReadSize(root, tags::Rows, "Rows", limits.max_rows));
  VITRINE_ASSIGN_OR_RETURN(format.Columns, ReadSize(root, tags::Columns, "Columns", limits.max_columns));
  VITRINE_RETURN_IF_ERROR(ReadColorModel(root, &format));
  format.is_ow = pixel_data.is_ow;
  VITRINE_RETURN_IF_ERROR(pixel_data.element == PixelElement::kPixelData ? ReadBits(root, &format)
                                                                         : ReadFloatBits(pixel_data.element, &format));
  VITRINE_RETURN_IF_ERROR(CheckFormat(format, limits));
  return format;
}

absl::StatusOr<int> ReadNumberOfFrames(const Item& root, const Limits& limits) {
  if (!root.Has(tags::NumberOfFrames)) return 1;
  const std::optional<int64_t> frames = root.Int(tags::NumberOfFrames);
  if (!frames || *frames < 0) return Bad("The image has no valid Number of Frames");
  if (*frames > limits.max_frames) {
    return MakeError(ErrorCategory::kTooLarge, "The image has more frames than this service accepts",
                     absl::StrCat(*frames, ", limit ", limits.max_frames));
  }
  return std::max(1, static_cast<int>(*frames));
}

absl::Status CheckNativeLength(uint64_t length, int frames, PixelFormat* format) {
  if (format->PhotometricInterpretation == "YBR_FULL_422") {
    PixelFormat full = *format;
    full.PhotometricInterpretation = "YBR_FULL";
    if (length * 8 >= NativeFrameBits(full) * frames) *format = full;
  }
  const uint64_t needed = (NativeFrameBits(*format) * frames + 7) / 8;
  if (length >= needed) return absl::OkStatus();
  return Bad("The pixel data are shorter than Rows, Columns and Number of Frames need",
             absl::StrCat(length, " bytes, ", needed, " needed"));
}

}  // namespace vitrine::dicom
