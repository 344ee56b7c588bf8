#ifndef VITRINE_ENCODE_MP4_H_
#define VITRINE_ENCODE_MP4_H_

#include <cstdint>
#include <string>

#include "absl/base/call_once.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/operation.h"
#include "encode/ffmpeg.h"
#include "image/raster.h"

namespace vitrine::encode {

struct Mp4Options {
  double rate = 10;             // Pictures a second, above 0. Below 0.01 it is 0.01.
  bool forth_and_back = false;  // After the last picture those before it follow in reverse, down to the second.
  uint64_t max_bytes = 256ull << 20;
};

// H.264 in an MP4 file that plays while it arrives (its index comes first). Loads the libraries when it is first asked
// for anything. Thread-safe.
class Mp4Encoder {
 public:
  // `folder` as LoadFfmpeg() takes it.
  explicit Mp4Encoder(std::string folder = "") : folder_(std::move(folder)) {}

  // Whether there is an encoder: kUnsupported where not.
  absl::Status Check() const;

  // The rasters, at least one, are complete and of one size and number of channels. A side that is odd grows by one
  // pixel, a repetition of its last. 4:2:0, BT.709, limited range, one thread: equal input gives equal bytes.
  // kInvalidRequest for 16 bits, kTooLarge for sizes that CheckMp4Size() refuses and files over max_bytes; asks
  // `operation` between the pictures.
  absl::StatusOr<std::string> Encode(absl::Span<const image::Raster> frames, const Mp4Options& options,
                                     const Operation& operation) const;

 private:
  const absl::StatusOr<Ffmpeg>& Library() const;

  const std::string folder_;
  mutable absl::once_flag once_;
  mutable absl::StatusOr<Ffmpeg> library_;
};

// kTooLarge where a picture of this size is over what level 5.2 of H.264 allows (A.3.1), the highest that players have
// in common: 36864 macroblocks of 16 x 16 pixels, and at most 543 in a row or column.
absl::Status CheckMp4Size(int width, int height);

}  // namespace vitrine::encode

#endif  // VITRINE_ENCODE_MP4_H_
