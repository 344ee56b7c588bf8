#include "dicom/ybr.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>

namespace vitrine::dicom {
namespace {

using image::Frame;
using image::SampleType;

// R = y * (Y - y_zero) + red * Cr', and so on, with Cb' and Cr' counted from the middle.
struct Coefficients {
  double y_zero;
  double y;
  double red;
  double green_cb;
  double green_cr;
  double blue;
};

// With Kr = 0.299, Kg = 0.587, Kb = 0.114.
Coefficients CoefficientsOf(YbrRange range, int bits) {
  const double unit = std::ldexp(1.0, bits - 8);
  const double top = std::ldexp(1.0, bits) - 1;
  const double chroma = range == YbrRange::kFull ? 1 : top / (224 * unit);
  const double red = 2 * (1 - 0.299) * chroma;
  const double blue = 2 * (1 - 0.114) * chroma;
  const double y = range == YbrRange::kFull ? 1 : top / (219 * unit);
  const double y_zero = range == YbrRange::kFull ? 0 : 16 * unit;
  return {y_zero, y, red, blue * 0.114 / 0.587, red * 0.299 / 0.587, blue};
}

// Fixed point with 20 fractional bits: an 8-bit result is exact but for ties, and 32 bits hold the largest sum.
void ConvertBytes(const Coefficients& c, Frame* frame) {
  constexpr int kShift = 20;
  const auto fixed = [](double value) { return static_cast<int32_t>(std::lround(std::ldexp(value, kShift))); };
  const int32_t y_zero = static_cast<int32_t>(c.y_zero);
  const int32_t luma = fixed(c.y), red = fixed(c.red), blue = fixed(c.blue);
  const int32_t green_cb = fixed(c.green_cb), green_cr = fixed(c.green_cr);
  const auto narrow = [](int32_t value) { return static_cast<uint8_t>(std::clamp(value >> kShift, 0, 255)); };
  uint8_t* const end = frame->samples.data() + frame->samples.size() / 3 * 3;
  for (uint8_t* pixel = frame->samples.data(); pixel != end; pixel += 3) {
    const int32_t y = (pixel[0] - y_zero) * luma + (1 << (kShift - 1));
    const int32_t cb = pixel[1] - 128;
    const int32_t cr = pixel[2] - 128;
    pixel[0] = narrow(y + red * cr);
    pixel[1] = narrow(y - green_cb * cb - green_cr * cr);
    pixel[2] = narrow(y + blue * cb);
  }
}

template <typename Sample>
void ConvertAny(const Coefficients& c, Frame* frame) {
  const double half = std::ldexp(1.0, frame->bits - 1);
  const double top = std::ldexp(1.0, frame->bits) - 1;
  const auto narrow = [top](double value) { return static_cast<Sample>(std::clamp(value, 0.0, top) + 0.5); };
  Sample pixel[3];
  for (size_t at = 0; at + sizeof(pixel) <= frame->samples.size(); at += sizeof(pixel)) {
    std::memcpy(pixel, &frame->samples[at], sizeof(pixel));
    const double y = (pixel[0] - c.y_zero) * c.y;
    const double cb = pixel[1] - half;
    const double cr = pixel[2] - half;
    pixel[0] = narrow(y + c.red * cr);
    pixel[1] = narrow(y - c.green_cb * cb - c.green_cr * cr);
    pixel[2] = narrow(y + c.blue * cb);
    std::memcpy(&frame->samples[at], pixel, sizeof(pixel));
  }
}

}  // namespace

void YbrToRgb(YbrRange range, Frame* frame) {
  const Coefficients coefficients = CoefficientsOf(range, frame->bits);
  if (frame->type == SampleType::kUint16) {
    ConvertAny<uint16_t>(coefficients, frame);
  } else if (frame->bits == 8) {
    ConvertBytes(coefficients, frame);
  } else {
    ConvertAny<uint8_t>(coefficients, frame);
  }
}

}  // namespace vitrine::dicom
