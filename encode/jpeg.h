#ifndef VITRINE_ENCODE_JPEG_H_
#define VITRINE_ENCODE_JPEG_H_

#include <string>

#include "absl/status/statusor.h"
#include "image/raster.h"

namespace vitrine::encode {

// A JFIF file, baseline sequential (SOF0), standard Huffman tables, accurate integer DCT. `raster` is complete, 8-bit
// and at most 65500 pixels wide and high (INVALID_ARGUMENT otherwise); `quality` is 1 to 100, its meaning in encode.h.
// Thread-safe.
absl::StatusOr<std::string> EncodeJpeg(const image::Raster& raster, int quality);

}  // namespace vitrine::encode

#endif  // VITRINE_ENCODE_JPEG_H_
