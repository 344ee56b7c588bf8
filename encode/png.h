#ifndef VITRINE_ENCODE_PNG_H_
#define VITRINE_ENCODE_PNG_H_

#include <string>

#include "absl/status/statusor.h"
#include "image/raster.h"

namespace vitrine::encode {

// A PNG file (ISO/IEC 15948), greyscale or truecolour, 8 or 16 bits a sample, not interlaced, with no ancillary chunks.
// `raster` is complete. Thread-safe.
absl::StatusOr<std::string> EncodePng(const image::Raster& raster);

}  // namespace vitrine::encode

#endif  // VITRINE_ENCODE_PNG_H_
