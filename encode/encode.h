#ifndef VITRINE_ENCODE_ENCODE_H_
#define VITRINE_ENCODE_ENCODE_H_

// Raster -> picture file bytes.

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "image/raster.h"

namespace vitrine::encode {

enum class Format { kJpeg, kPng };

struct Options {
  Format format = Format::kJpeg;

  // JPEG only, 1 to 100: the Independent JPEG Group's scale. From 90 on, colour is kept at full resolution (4:4:4);
  // below, chroma is halved both ways (4:2:0).
  int quality = 90;
};

// "image/jpeg", "image/png".
absl::string_view MediaType(Format format);

// JPEG is baseline, sequential, 8-bit Huffman (PS3.18 8.7.4) and takes 8-bit rasters; PNG takes 8 and 16 bits, and is
// lossless. INVALID_ARGUMENT for a raster or options outside that. Thread-safe.
absl::StatusOr<std::string> Encode(const image::Raster& raster, const Options& options);

}  // namespace vitrine::encode

#endif  // VITRINE_ENCODE_ENCODE_H_
