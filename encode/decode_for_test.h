#ifndef VITRINE_ENCODE_DECODE_FOR_TEST_H_
#define VITRINE_ENCODE_DECODE_FOR_TEST_H_

// Picture files -> Raster, through decoders that share nothing with our encoders. Tests only. An empty raster (width 0)
// when the decoder refuses the file or warns about it.

#include <string>

#include "absl/strings/string_view.h"
#include "image/raster.h"

namespace vitrine::encode {

image::Raster DecodeWithLibpng(absl::string_view png);
image::Raster DecodeWithSpng(absl::string_view png);
image::Raster DecodeWithLibjpeg(absl::string_view jpeg);

// What libspng makes of a raster with its default settings, for comparisons of size.
std::string EncodeWithSpng(const image::Raster& raster);

}  // namespace vitrine::encode

#endif  // VITRINE_ENCODE_DECODE_FOR_TEST_H_
