#include "dicom/color.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "dicom/samples.h"
#include "dicom/ybr.h"

namespace vitrine::dicom {
namespace {

using image::Frame;
using image::SampleType;

SampleBits BitsOf(const RawFrame& raw) { return {raw.bits_stored, raw.high_bit + 1 - raw.bits_stored}; }

Frame NewPicture(const RawFrame& raw, int channels, SampleType type, int bits) {
  Frame frame;
  frame.rows = raw.rows;
  frame.columns = raw.columns;
  frame.channels = channels;
  frame.type = type;
  frame.bits = bits;
  return frame;
}

// Writes convert(container) for every sample: in place where the sizes are equal.
template <typename Container, typename Sample, typename Convert>
void ConvertSamples(std::vector<uint8_t>* samples, Convert convert) {
  const size_t count = samples->size() / sizeof(Container);
  const auto convert_one = [convert](const uint8_t* from, uint8_t* to) {
    Container container;
    std::memcpy(&container, from, sizeof(Container));
    const Sample sample = convert(container);
    std::memcpy(to, &sample, sizeof(Sample));
  };
  if constexpr (sizeof(Container) == sizeof(Sample)) {
    uint8_t* const data = samples->data();
    for (size_t i = 0; i < count; ++i) convert_one(data + i * sizeof(Sample), data + i * sizeof(Sample));
  } else {
    std::vector<uint8_t> converted(count * sizeof(Sample));
    const uint8_t* const source = samples->data();
    uint8_t* const target = converted.data();
    for (size_t i = 0; i < count; ++i) convert_one(source + i * sizeof(Container), target + i * sizeof(Sample));
    *samples = std::move(converted);
  }
}

// Integers of type Sample.
template <typename Container, typename Sample>
void ExtractAll(SampleBits bits, std::vector<uint8_t>* samples) {
  if (sizeof(Container) == sizeof(Sample) && bits.bits == 8 * sizeof(Container)) return;
  ConvertSamples<Container, Sample>(samples, [bits](Container container) {
    if constexpr (std::is_signed_v<Sample>) return static_cast<Sample>(ExtractSigned(container, bits));
    return static_cast<Sample>(ExtractUnsigned(container, bits));
  });
}

SampleType GreyType(int bits, bool is_signed) {
  if (bits > 16) return SampleType::kFloat32;
  if (is_signed) return SampleType::kInt16;
  return bits > 8 ? SampleType::kUint16 : SampleType::kUint8;
}

template <typename Container>
Frame IntegerGrey(RawFrame raw, bool is_signed) {
  const SampleBits bits = BitsOf(raw);
  Frame frame = NewPicture(raw, 1, GreyType(bits.bits, is_signed), bits.bits);
  frame.samples = std::move(raw.samples);
  switch (frame.type) {
    case SampleType::kUint8: ExtractAll<Container, uint8_t>(bits, &frame.samples); break;
    case SampleType::kUint16: ExtractAll<Container, uint16_t>(bits, &frame.samples); break;
    case SampleType::kInt16: ExtractAll<Container, int16_t>(bits, &frame.samples); break;
    case SampleType::kFloat32:
      ConvertSamples<Container, float>(&frame.samples, [bits, is_signed](Container container) {
        return is_signed ? static_cast<float>(ExtractSigned(container, bits))
                         : static_cast<float>(ExtractUnsigned(container, bits));
      });
      break;
  }
  return frame;
}

Frame FloatGrey(RawFrame raw) {
  Frame frame = NewPicture(raw, 1, SampleType::kFloat32, 32);
  frame.samples = std::move(raw.samples);
  if (raw.bytes_per_sample == 4) return frame;
  ConvertSamples<double, float>(&frame.samples, NarrowToFloat);
  return frame;
}

absl::StatusOr<Frame> Grey(RawFrame raw, const PixelFormat& format) {
  if (format.is_float) return FloatGrey(std::move(raw));
  switch (raw.bytes_per_sample) {
    case 1: return IntegerGrey<uint8_t>(std::move(raw), format.is_signed);
    case 2: return IntegerGrey<uint16_t>(std::move(raw), format.is_signed);
    case 4: return IntegerGrey<uint32_t>(std::move(raw), format.is_signed);
    default: return IntegerGrey<uint64_t>(std::move(raw), format.is_signed);
  }
}

// The colours of all values that `bits` can hold, by their bits.
template <typename Sample>
std::vector<std::array<Sample, 3>> Colors(const Palette& palette, int bits, bool is_signed) {
  std::vector<std::array<Sample, 3>> colors(size_t{1} << bits);
  for (size_t i = 0; i < colors.size(); ++i) {
    const auto value = static_cast<int64_t>(i);
    const int64_t stored = is_signed && i >= colors.size() / 2 ? value - static_cast<int64_t>(colors.size()) : value;
    for (size_t c = 0; c < 3; ++c) {
      const Palette::Channel& channel = palette.channels[c];
      const auto last = static_cast<int64_t>(channel.entries.size()) - 1;
      colors[i][c] = static_cast<Sample>(channel.entries[std::clamp<int64_t>(stored - channel.first, 0, last)]);
    }
  }
  return colors;
}

template <typename Container, typename Sample>
std::vector<uint8_t> ApplyPalette(const RawFrame& raw, bool is_signed, const Palette& palette) {
  const SampleBits bits = BitsOf(raw);
  const auto colors = Colors<Sample>(palette, bits.bits, is_signed);
  const size_t count = raw.samples.size() / sizeof(Container);
  std::vector<uint8_t> rgb(count * sizeof(colors[0]));
  for (size_t i = 0; i < count; ++i) {
    Container container;
    std::memcpy(&container, &raw.samples[i * sizeof(Container)], sizeof(Container));
    std::memcpy(&rgb[i * sizeof(colors[0])], &colors[ExtractUnsigned(container, bits)], sizeof(colors[0]));
  }
  return rgb;
}

absl::StatusOr<Frame> PaletteColor(const RawFrame& raw, bool is_signed, const Palette& palette) {
  if (raw.bytes_per_sample > 2) {
    return MakeError(ErrorCategory::kUnsupported, "Palette images with more than 16 bits are not supported");
  }
  const bool wide = palette.bits > 8;
  Frame frame = NewPicture(raw, 3, wide ? SampleType::kUint16 : SampleType::kUint8, palette.bits);
  if (raw.bytes_per_sample == 1) {
    frame.samples = wide ? ApplyPalette<uint8_t, uint16_t>(raw, is_signed, palette)
                         : ApplyPalette<uint8_t, uint8_t>(raw, is_signed, palette);
  } else {
    frame.samples = wide ? ApplyPalette<uint16_t, uint16_t>(raw, is_signed, palette)
                         : ApplyPalette<uint16_t, uint8_t>(raw, is_signed, palette);
  }
  return frame;
}

template <typename Container>
Frame RgbSamples(RawFrame raw) {
  SampleBits bits = BitsOf(raw);
  if (bits.bits > 16) bits = {16, bits.shift + bits.bits - 16};
  const bool wide = bits.bits > 8;
  Frame frame = NewPicture(raw, 3, wide ? SampleType::kUint16 : SampleType::kUint8, bits.bits);
  frame.samples = std::move(raw.samples);
  if (wide) {
    ExtractAll<Container, uint16_t>(bits, &frame.samples);
  } else {
    ExtractAll<Container, uint8_t>(bits, &frame.samples);
  }
  return frame;
}

absl::StatusOr<Frame> TrueColor(RawFrame raw, const PixelFormat& format) {
  const std::string model =
      raw.photometric_interpretation.empty() ? format.PhotometricInterpretation : raw.photometric_interpretation;
  Frame frame;
  switch (raw.bytes_per_sample) {
    case 1: frame = RgbSamples<uint8_t>(std::move(raw)); break;
    case 2: frame = RgbSamples<uint16_t>(std::move(raw)); break;
    case 4: frame = RgbSamples<uint32_t>(std::move(raw)); break;
    default: frame = RgbSamples<uint64_t>(std::move(raw)); break;
  }
  if (model == "RGB" || model == "YBR_ICT" || model == "YBR_RCT") return frame;
  const bool full = model == "YBR_FULL" || model == "YBR_FULL_422";
  if (!full && model != "YBR_PARTIAL_422") {
    return MakeError(ErrorCategory::kUnsupported, "The image has a colour model that is not supported", model);
  }
  YbrToRgb(full ? YbrRange::kFull : YbrRange::kPartial, &frame);
  return frame;
}

absl::Status CheckSize(const RawFrame& raw) {
  const uint64_t expected =
      uint64_t{1} * raw.rows * raw.columns * raw.samples_per_pixel * static_cast<uint64_t>(raw.bytes_per_sample);
  const bool bits_fit =
      raw.bits_stored >= 1 && raw.high_bit + 1 >= raw.bits_stored && raw.high_bit < 8 * raw.bytes_per_sample;
  if (raw.samples.size() == expected && bits_fit) return absl::OkStatus();
  return MakeError(ErrorCategory::kInternal, "A frame was not decoded completely",
                   absl::StrCat(raw.samples.size(), " bytes of ", expected, ", bits ", raw.bits_stored, " to ",
                                raw.high_bit, " of ", raw.bytes_per_sample, " bytes"));
}

}  // namespace

absl::Status CheckPictureBytes(const PixelFormat& format, const Palette* palette, const Limits& limits) {
  const uint64_t pixels = uint64_t{1} * format.Rows * format.Columns;
  if (palette != nullptr) return CheckFrameBytes(pixels * 3 * (palette->bits > 8 ? 2 : 1), limits);
  const bool is_integer_grey = format.SamplesPerPixel == 1 && !format.is_float;
  return is_integer_grey
             ? CheckFrameBytes(pixels * BytesPerSample(GreyType(format.BitsStored, format.is_signed)), limits)
             : absl::OkStatus();
}

absl::StatusOr<Frame> ToPicture(RawFrame raw, const PixelFormat& format, const Palette* palette) {
  VITRINE_RETURN_IF_ERROR(CheckSize(raw));
  if (raw.samples_per_pixel == 3) return TrueColor(std::move(raw), format);
  if (raw.samples_per_pixel != 1) return MakeError(ErrorCategory::kUnsupported, "The image has too many channels");
  return palette == nullptr ? Grey(std::move(raw), format) : PaletteColor(raw, format.is_signed, *palette);
}

}  // namespace vitrine::dicom
