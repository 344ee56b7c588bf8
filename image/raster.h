#ifndef VITRINE_IMAGE_RASTER_H_
#define VITRINE_IMAGE_RASTER_H_

// A finished picture: display values, ready to encode.

#include <cstddef>
#include <cstdint>
#include <vector>

namespace vitrine::image {

// Rows from top to bottom, columns from left to right, `channels` samples a pixel (1: grey, 0 is black; 3: R, G, B),
// each of `bits` 8 or 16 in native byte order, full range, no padding between rows. Grey rasters are display values
// (PS3.14 P-Values or manufacturer-dependent); RGB rasters are in the colour space of the source.
struct Raster {
  int width = 0;
  int height = 0;
  int channels = 1;
  int bits = 8;
  std::vector<uint8_t> samples;

  size_t row_bytes() const { return static_cast<size_t>(width) * channels * (bits / 8); }
};

}  // namespace vitrine::image

#endif  // VITRINE_IMAGE_RASTER_H_
