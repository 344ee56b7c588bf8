#ifndef VITRINE_ENCODE_DECODE_FOR_TEST_H_
#define VITRINE_ENCODE_DECODE_FOR_TEST_H_

// Picture files -> Raster, through decoders that share nothing with our encoders. Tests only. An empty raster (width 0)
// when the decoder refuses the file or warns about it.

#include <cstddef>
#include <cstdlib>
#include <memory>
#include <string>

#include "absl/strings/string_view.h"
#include "image/raster.h"

namespace vitrine::encode {

image::Raster DecodeWithLibpng(absl::string_view png);
image::Raster DecodeWithSpng(absl::string_view png);
image::Raster DecodeWithLibjpeg(absl::string_view jpeg);

// What libspng makes of a raster with its default settings, for comparisons of size.
std::string EncodeWithSpng(const image::Raster& raster);

// As libjpeg hands it out: a copy would count in comparisons of time.
struct LibjpegFile {
  absl::string_view view() const { return {reinterpret_cast<const char*>(bytes.get()), size}; }

  std::unique_ptr<unsigned char, decltype(&std::free)> bytes;
  size_t size = 0;
};

// What libjpeg makes of a raster's rows with its defaults and the chroma sampling of encode/: 4:4:4 from quality 90 on,
// 4:2:0 below.
LibjpegFile EncodeWithLibjpeg(const image::Raster& raster, int quality);

}  // namespace vitrine::encode

#endif  // VITRINE_ENCODE_DECODE_FOR_TEST_H_
