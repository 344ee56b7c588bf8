#ifndef VITRINE_DICOM_CODEC_TESTING_ENCODERS_H_
#define VITRINE_DICOM_CODEC_TESTING_ENCODERS_H_

// Codestreams for tests, made by the libraries' own encoders. Any failure ends the test program.

#include <cstdint>
#include <vector>

#include "dicom/codec/codec.h"

namespace vitrine::dicom::testing {

// A pixel-interleaved picture.
struct Picture {
  int rows = 0;
  int columns = 0;
  int components = 1;
  int precision = 8;
  bool is_signed = false;
  std::vector<int> samples;

  // The samples in little-endian containers of 1, 2 or 4 bytes: what decoders have to return.
  std::vector<uint8_t> Bytes() const;
  // The matching data set, with Bits Allocated 8, 16 or 32.
  PixelFormat Format() const;
};

// Smooth in one direction with some noise; each component differs; uses the whole range of `precision`.
Picture MakePicture(int rows, int columns, int components, int precision, bool is_signed = false);

using Codestream = std::vector<uint8_t>;

// libjpeg-turbo, 8 bits. The color space of three components: what to store and which marker tells it.
enum class JpegColor { kYccJfif, kYccBare, kYccAdobe, kRgbAdobe, kRgbIds, kRgbBare };
struct JpegOptions {
  int quality = 100;
  JpegColor color = JpegColor::kYccJfif;  // One component always is grey.
  bool subsample = false;                 // 4:2:2.
  bool progressive = false;
  bool arithmetic = false;
};
Codestream EncodeJpeg(const Picture& picture, const JpegOptions& options);

// DCMTK's IJG: lossless with this selection value and 8, 12 or 16 bits.
Codestream EncodeJpegLossless(const Picture& picture, int selection_value);
// DCMTK's IJG: lossy, 12 bits, grey.
enum class Jpeg12Process { kExtended, kSpectralSelection, kProgressive };
Codestream EncodeJpeg12(const Picture& picture, Jpeg12Process process);

// CharLS. `interleave` is 0 (none), 1 (line) or 2 (sample).
Codestream EncodeJpegLs(const Picture& picture, int interleave, int near_lossless, bool hp1_transformation = false);

// OpenJPEG. Lossless unless `ratio` is over 1.
struct Jpeg2000Options {
  bool jp2 = false;
  bool component_transformation = false;
  float ratio = 1;
  int tile_size = 0;       // 0 is one tile.
  bool subsample = false;  // Components after the first have half the columns, taken from even ones.
};
Codestream EncodeJpeg2000(const Picture& picture, const Jpeg2000Options& options);

// zlib, raw DEFLATE.
Codestream Deflate(const std::vector<uint8_t>& bytes);

// PackBits of each byte plane with runs and literals (PS3.5 Annex G), straight from the text of the standard.
Codestream EncodeRle(const std::vector<std::vector<uint8_t>>& segments);
// The byte planes of a picture in the order of the standard.
std::vector<std::vector<uint8_t>> RleSegments(const Picture& picture);

}  // namespace vitrine::dicom::testing

#endif  // VITRINE_DICOM_CODEC_TESTING_ENCODERS_H_
