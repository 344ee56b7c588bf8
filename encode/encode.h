#ifndef VITRINE_ENCODE_ENCODE_H_
#define VITRINE_ENCODE_ENCODE_H_

// Raster -> picture file bytes.

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "base/operation.h"
#include "encode/mp4.h"
#include "image/raster.h"

namespace vitrine::encode {

enum class Format { kJpeg, kPng, kGif, kRaw, kMp4 };

struct Options {
  Format format = Format::kJpeg;

  // JPEG only, 1 to 100: the Independent JPEG Group's scale. From 90 on, colour is kept at full resolution (4:4:4);
  // below, chroma is halved both ways (4:2:0).
  int quality = 90;
};

struct AnimationOptions {
  double rate = 10;             // Pictures a second, above 0. A GIF counts in hundredths of a second, from 2 on.
  bool forth_and_back = false;  // Plays to the last picture and back to the first.
};

// "image/jpeg", "image/png", "image/gif", "application/octet-stream", "video/mp4".
absl::string_view MediaType(Format format);

// JPEG is baseline, sequential, 8-bit Huffman (PS3.18 8.7.4) and takes 8-bit rasters; PNG takes 8 and 16 bits, and is
// lossless; GIF takes 8 bits, is lossless for grey, and shows colours through a palette; kRaw is the samples alone,
// those of 16 bits little endian. INVALID_ARGUMENT for a raster or options outside that, and for MP4, which is no
// picture. Thread-safe.
absl::StatusOr<std::string> Encode(const image::Raster& raster, const Options& options);

// A GIF of all the frames, at least one and all of one size and kind, that repeats for ever. Errors as Encode().
absl::StatusOr<std::string> EncodeAnimation(absl::Span<const image::Raster> frames, const AnimationOptions& options);

// The same as an MP4, which does not say that it repeats. Errors as Mp4Encoder::Encode() and Encode().
absl::StatusOr<std::string> EncodeVideo(absl::Span<const image::Raster> frames, const AnimationOptions& options,
                                        const Mp4Encoder& encoder, const Operation& operation);

}  // namespace vitrine::encode

#endif  // VITRINE_ENCODE_ENCODE_H_
