#ifndef VITRINE_ENCODE_GIF_H_
#define VITRINE_ENCODE_GIF_H_

#include <string>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "image/raster.h"

namespace vitrine::encode {

struct GifOptions {
  int delay = 10;               // Between pictures, hundredths of a second.
  bool forth_and_back = false;  // After the last picture those before it follow in reverse, down to the second.
};

// A GIF89a file with one colour table for all pictures: the grey ramp, or the palette of encode/palette.h. More than
// one picture repeat for ever. The rasters are complete and of one size and number of channels. INVALID_ARGUMENT for 16
// bits and for sides over 65535. Thread-safe.
absl::StatusOr<std::string> EncodeGif(absl::Span<const image::Raster> frames, const GifOptions& options);

}  // namespace vitrine::encode

#endif  // VITRINE_ENCODE_GIF_H_
