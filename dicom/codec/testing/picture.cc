#include <algorithm>
#include <cstring>
#include <random>

#include "dicom/codec/testing/encoders.h"

namespace vitrine::dicom::testing {
namespace {

int ContainerBytes(int precision) { return precision <= 8 ? 1 : precision <= 16 ? 2 : 4; }

}  // namespace

std::vector<uint8_t> Picture::Bytes() const {
  const int bytes = ContainerBytes(precision);
  std::vector<uint8_t> result;
  for (const int sample : samples) {
    for (int i = 0; i < bytes; ++i) result.push_back(static_cast<uint32_t>(sample) >> (8 * i));
  }
  return result;
}

PixelFormat Picture::Format() const {
  PixelFormat format;
  format.Rows = rows;
  format.Columns = columns;
  format.SamplesPerPixel = components;
  format.BitsAllocated = 8 * ContainerBytes(precision);
  format.BitsStored = precision;
  format.HighBit = precision - 1;
  format.is_signed = is_signed;
  format.PhotometricInterpretation = components == 1 ? "MONOCHROME2" : "RGB";
  return format;
}

Picture MakePicture(int rows, int columns, int components, int precision, bool is_signed) {
  Picture picture = {rows, columns, components, precision, is_signed, {}};
  const int64_t span = (int64_t{1} << precision) - 1;
  const int64_t lowest = is_signed ? -(int64_t{1} << (precision - 1)) : 0;
  std::mt19937 random(7);
  for (int row = 0; row < rows; ++row) {
    for (int column = 0; column < columns; ++column) {
      for (int component = 0; component < components; ++component) {
        const int64_t along = (column + component * columns / 3) % columns;
        const int64_t noise = random() % (span / 32 + 1);
        const int64_t value = along * span / std::max(1, columns - 1) + noise - span / 64;
        picture.samples.push_back(static_cast<int>(lowest + std::clamp<int64_t>(value, 0, span)));
      }
    }
  }
  return picture;
}

}  // namespace vitrine::dicom::testing
