#include "encode/yuv.h"

#include <algorithm>
#include <cstring>

namespace vitrine::encode {
namespace {

// ITU-R BT.709, 3.2 to 3.5, in 65536ths: Y' = 16 + 219/255 (0.2126 R + 0.7152 G + 0.0722 B), and so on.
constexpr int kShift = 16;
constexpr double kOne = 1 << kShift;
constexpr double kRed = 0.2126;
constexpr double kGreen = 0.7152;
constexpr double kBlue = 0.0722;
constexpr uint8_t kNeutral = 128;

constexpr int Fixed(double value) { return static_cast<int>(value < 0 ? value - 0.5 : value + 0.5); }

struct Weights {
  int red, green, blue;
};
constexpr Weights Scaled(double scale, double red, double green, double blue) {
  return {Fixed(kOne * scale * red), Fixed(kOne * scale * green), Fixed(kOne * scale * blue)};
}
constexpr Weights kLuma = Scaled(219.0 / 255, kRed, kGreen, kBlue);
constexpr Weights kCb = Scaled(112.0 / 255 / (1 - kBlue), -kRed, -kGreen, 1 - kBlue);
constexpr Weights kCr = Scaled(112.0 / 255 / (1 - kRed), 1 - kRed, -kGreen, -kBlue);

// Of a sum of `1 << bits` pixels.
template <int bits>
uint8_t Component(const Weights& weights, int red, int green, int blue, int offset) {
  const int sum = weights.red * red + weights.green * green + weights.blue * blue;
  return static_cast<uint8_t>(((sum + (1 << (kShift + bits - 1))) >> (kShift + bits)) + offset);
}

const uint8_t* RowOf(const image::Raster& raster, int y) {
  return raster.samples.data() + std::min(y, raster.height - 1) * raster.row_bytes();
}

void GreyRow(const uint8_t* samples, int width, uint8_t* luma) {
  constexpr int kScale = Fixed(kOne * 219 / 255);
  for (int x = 0; x < width; ++x) {
    luma[x] = static_cast<uint8_t>(16 + ((kScale * samples[x] + (1 << (kShift - 1))) >> kShift));
  }
}

void LumaRow(const uint8_t* samples, int width, uint8_t* luma) {
  for (int x = 0; x < width; ++x, samples += 3) luma[x] = Component<0>(kLuma, samples[0], samples[1], samples[2], 16);
}

// A chroma sample lies on the even column between two rows: its neighbours count half as much, both rows the same.
void ChromaRow(const uint8_t* above, const uint8_t* below, int width, uint8_t* blue, uint8_t* red) {
  for (int x = 0; x < width; x += 2) {
    const int left = 3 * std::max(x - 1, 0);
    const int right = 3 * std::min(x + 1, width - 1);
    int sums[3];
    for (int c = 0; c < 3; ++c) {
      sums[c] = above[left + c] + 2 * above[3 * x + c] + above[right + c] + below[left + c] + 2 * below[3 * x + c] +
                below[right + c];
    }
    blue[x / 2] = Component<3>(kCb, sums[0], sums[1], sums[2], 128);
    red[x / 2] = Component<3>(kCr, sums[0], sums[1], sums[2], 128);
  }
}

}  // namespace

void ConvertToYuv(const image::Raster& raster, const YuvPlanes& planes) {
  const bool colour = raster.channels == 3;
  const int width = raster.width;
  for (int y = 0; y < EvenSide(raster.height); ++y) {
    uint8_t* const luma = planes.luma + static_cast<ptrdiff_t>(y) * planes.luma_stride;
    (colour ? LumaRow : GreyRow)(RowOf(raster, y), width, luma);
    if (width % 2 != 0) luma[width] = luma[width - 1];
  }
  for (int y = 0; y < raster.height; y += 2) {
    const ptrdiff_t offset = static_cast<ptrdiff_t>(y / 2) * planes.chroma_stride;
    if (colour) {
      ChromaRow(RowOf(raster, y), RowOf(raster, y + 1), width, planes.blue + offset, planes.red + offset);
    } else {
      std::memset(planes.blue + offset, kNeutral, EvenSide(width) / 2);
      std::memset(planes.red + offset, kNeutral, EvenSide(width) / 2);
    }
  }
}

}  // namespace vitrine::encode
