#ifndef VITRINE_ENCODE_DECODE_MP4_FOR_TEST_H_
#define VITRINE_ENCODE_DECODE_MP4_FOR_TEST_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace vitrine::encode {

struct DecodedMp4 {
  std::vector<std::string> boxes;  // The outermost, in the order of the file.
  // As ffprobe words them.
  std::string codec, pixel_format, rate, average_rate, range, matrix, primaries, transfer, duration;
  int width = 0;
  int height = 0;
  std::vector<std::vector<uint8_t>> frames;  // RGB, rows from the top, columns from the left.
};

// By the commands ffprobe and ffmpeg, which go by what the file says of its colours. Nothing where they refuse it.
DecodedMp4 DecodeMp4(absl::string_view file);

}  // namespace vitrine::encode

#endif  // VITRINE_ENCODE_DECODE_MP4_FOR_TEST_H_
