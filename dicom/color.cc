#include "dicom/color.h"

#include <algorithm>
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

// Writes Convert(container) for every sample, in place where the sizes are equal.
template <typename Container, typename Sample, typename Convert>
std::vector<uint8_t> ConvertSamples(std::vector<uint8_t> samples, Convert convert) {
  const size_t count = samples.size() / sizeof(Container);
  std::vector<uint8_t> converted;
  if constexpr (sizeof(Container) == sizeof(Sample)) {
    converted = std::move(samples);
  } else {
    converted.resize(count * sizeof(Sample));
  }
  const uint8_t* const source = samples.empty() ? converted.data() : samples.data();
  uint8_t* const target = converted.data();
  for (size_t i = 0; i < count; ++i) {
    Container container;
    std::memcpy(&container, source + i * sizeof(Container), sizeof(Container));
    const Sample sample = convert(container);
    std::memcpy(target + i * sizeof(Sample), &sample, sizeof(Sample));
  }
  return converted;
}

// Grey integers of type Sample.
template <typename Container, typename Sample>
std::vector<uint8_t> ExtractAll(std::vector<uint8_t> samples, SampleBits bits) {
  const bool whole = sizeof(Container) == sizeof(Sample) && bits.bits == 8 * sizeof(Container);
  if (whole && std::is_integral_v<Sample>) return samples;
  return ConvertSamples<Container, Sample>(std::move(samples), [bits](Container container) {
    if constexpr (std::is_signed_v<Sample>) return static_cast<Sample>(ExtractSigned(container, bits));
    return static_cast<Sample>(ExtractUnsigned(container, bits));
  });
}

template <typename Container>
Frame IntegerGrey(RawFrame raw, bool is_signed) {
  const SampleBits bits = BitsOf(raw);
  const SampleType type = bits.bits > 16                ? SampleType::kFloat32
                          : is_signed                   ? SampleType::kInt16
                          : bits.bits > 8               ? SampleType::kUint16
                                                        : SampleType::kUint8;
  Frame frame = NewPicture(raw, 1, type, bits.bits);
  switch (type) {
    case SampleType::kUint8: frame.samples = ExtractAll<Container, uint8_t>(std::move(raw.samples), bits); break;
    case SampleType::kUint16: frame.samples = ExtractAll<Container, uint16_t>(std::move(raw.samples), bits); break;
    case SampleType::kInt16: frame.samples = ExtractAll<Container, int16_t>(std::move(raw.samples), bits); break;
    case SampleType::kFloat32:
      frame.samples = ConvertSamples<Container, float>(std::move(raw.samples), [&](Container container) {
        return is_signed ? static_cast<float>(ExtractSigned(container, bits))
                         : static_cast<float>(ExtractUnsigned(container, bits));
      });
      break;
  }
  return frame;
}

Frame FloatGrey(RawFrame raw) {
  Frame frame = NewPicture(raw, 1, SampleType::kFloat32, 32);
  if (raw.bytes_per_sample == 4) {
    frame.samples = std::move(raw.samples);
  } else {
    frame.samples = ConvertSamples<double, float>(std::move(raw.samples), [](double value) {
      constexpr double kLargest = std::numeric_limits<float>::max();
      return static_cast<float>(std::isfinite(value) ? std::clamp(value, -kLargest, kLargest) : value);
    });
  }
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

template <typename Container, typename Sample>
void ApplyPalette(const RawFrame& raw, bool is_signed, const Palette& palette, std::vector<uint8_t>* rgb) {
  const SampleBits bits = BitsOf(raw);
  const size_t count = raw.samples.size() / sizeof(Container);
  rgb->resize(count * 3 * sizeof(Sample));
  uint8_t* target = rgb->data();
  for (size_t i = 0; i < count; ++i) {
    Container container;
    std::memcpy(&container, raw.samples.data() + i * sizeof(Container), sizeof(Container));
    const int64_t stored =
        is_signed ? ExtractSigned(container, bits) : static_cast<int64_t>(ExtractUnsigned(container, bits));
    for (const Palette::Channel& channel : palette.channels) {
      const auto last = static_cast<int64_t>(channel.entries.size()) - 1;
      const auto sample =
          static_cast<Sample>(channel.entries[std::clamp<int64_t>(stored - channel.first, 0, last)]);
      std::memcpy(target, &sample, sizeof(Sample));
      target += sizeof(Sample);
    }
  }
}

absl::StatusOr<Frame> PaletteColor(const RawFrame& raw, bool is_signed, const Palette& palette) {
  if (raw.bytes_per_sample > 2) {
    return MakeError(ErrorCategory::kUnsupported, "Palette images with more than 16 bits are not supported");
  }
  const bool wide = palette.bits > 8;
  Frame frame = NewPicture(raw, 3, wide ? SampleType::kUint16 : SampleType::kUint8, palette.bits);
  if (raw.bytes_per_sample == 1) {
    if (wide) {
      ApplyPalette<uint8_t, uint16_t>(raw, is_signed, palette, &frame.samples);
    } else {
      ApplyPalette<uint8_t, uint8_t>(raw, is_signed, palette, &frame.samples);
    }
  } else if (wide) {
    ApplyPalette<uint16_t, uint16_t>(raw, is_signed, palette, &frame.samples);
  } else {
    ApplyPalette<uint16_t, uint8_t>(raw, is_signed, palette, &frame.samples);
  }
  return frame;
}

// Y, Cb and Cr to R, G and B, each in [0, 2^bits): luma and chroma are scaled about their zero points.
struct YbrModel {
  double y_zero;
  double y_scale;
  double c_scale;
};

YbrModel ModelOf(absl::string_view photometric_interpretation, int bits) {
  if (photometric_interpretation == "YBR_FULL") return {0, 1, 1};
  // Y from 16 to 235, Cb and Cr from 16 to 240, in 8 bits (ITU-R BT.601).
  const double unit = std::ldexp(1.0, bits - 8);
  const double full = std::ldexp(1.0, bits) - 1;
  return {16 * unit, full / (219 * unit), full / (224 * unit)};
}

template <typename Sample>
void YbrToRgb(const YbrModel& model, int bits, std::vector<uint8_t>* samples) {
  const float half = std::ldexp(1.0f, bits - 1);
  const float top = std::ldexp(1.0f, bits) - 1;
  const auto y_zero = static_cast<float>(model.y_zero);
  const auto y_scale = static_cast<float>(model.y_scale);
  const auto red = static_cast<float>(1.402 * model.c_scale);
  const auto green_cb = static_cast<float>(0.344136 * model.c_scale);
  const auto green_cr = static_cast<float>(0.714136 * model.c_scale);
  const auto blue = static_cast<float>(1.772 * model.c_scale);
  const auto round = [top](float value) { return static_cast<Sample>(std::clamp(value, 0.0f, top) + 0.5f); };
  for (size_t at = 0; at + 3 * sizeof(Sample) <= samples->size(); at += 3 * sizeof(Sample)) {
    Sample pixel[3];
    std::memcpy(pixel, samples->data() + at, sizeof(pixel));
    const float y = (static_cast<float>(pixel[0]) - y_zero) * y_scale;
    const float cb = static_cast<float>(pixel[1]) - half;
    const float cr = static_cast<float>(pixel[2]) - half;
    pixel[0] = round(y + red * cr);
    pixel[1] = round(y - green_cb * cb - green_cr * cr);
    pixel[2] = round(y + blue * cb);
    std::memcpy(samples->data() + at, pixel, sizeof(pixel));
  }
}

template <typename Container>
Frame RgbSamples(RawFrame raw) {
  SampleBits bits = BitsOf(raw);
  if (bits.bits > 16) bits = {16, bits.shift + bits.bits - 16};
  const bool wide = bits.bits > 8;
  Frame frame = NewPicture(raw, 3, wide ? SampleType::kUint16 : SampleType::kUint8, bits.bits);
  frame.samples = wide ? ExtractAll<Container, uint16_t>(std::move(raw.samples), bits)
                       : ExtractAll<Container, uint8_t>(std::move(raw.samples), bits);
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
  if (model == "RGB" || model == "YBR_ICT" || model == "YBR_RCT" || model == "XYB") return frame;
  if (model != "YBR_FULL" && model != "YBR_FULL_422" && model != "YBR_PARTIAL_422") {
    return MakeError(ErrorCategory::kUnsupported, "The image has a colour model that is not supported", model);
  }
  const YbrModel ybr = ModelOf(model == "YBR_FULL_422" ? "YBR_FULL" : model, frame.bits);
  if (frame.type == SampleType::kUint8) {
    YbrToRgb<uint8_t>(ybr, frame.bits, &frame.samples);
  } else {
    YbrToRgb<uint16_t>(ybr, frame.bits, &frame.samples);
  }
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

absl::StatusOr<Frame> ToPicture(RawFrame raw, const PixelFormat& format, const Palette* palette) {
  VITRINE_RETURN_IF_ERROR(CheckSize(raw));
  if (raw.samples_per_pixel == 3) return TrueColor(std::move(raw), format);
  if (raw.samples_per_pixel != 1) return MakeError(ErrorCategory::kUnsupported, "The image has too many channels");
  return palette == nullptr ? Grey(std::move(raw), format) : PaletteColor(raw, format.is_signed, *palette);
}

}  // namespace vitrine::dicom
