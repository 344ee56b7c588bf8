#ifndef VITRINE_ENCODE_DECODE_GIF_FOR_TEST_H_
#define VITRINE_ENCODE_DECODE_GIF_FOR_TEST_H_

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"

namespace vitrine::encode {

struct DecodedGifFrame {
  std::vector<uint8_t> rgb;  // Rows from the top, columns from the left.
  int delay = 0;             // Hundredths of a second.
};

// The pictures of a GIF89a, by the letter of its specification and without giflib: global colour table, whole frames,
// no interlace, no transparency. Empty for anything else.
std::vector<DecodedGifFrame> DecodeGif(absl::string_view file);

}  // namespace vitrine::encode

#endif  // VITRINE_ENCODE_DECODE_GIF_FOR_TEST_H_
