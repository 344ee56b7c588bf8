#ifndef VITRINE_ENCODE_PALETTE_H_
#define VITRINE_ENCODE_PALETTE_H_

#include <array>
#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "image/raster.h"

namespace vitrine::encode {

struct Rgb {
  uint8_t red = 0;
  uint8_t green = 0;
  uint8_t blue = 0;
};

// 256 colours that stand for those of some pictures, chosen by median cut: the box of colours whose values differ the
// most, weighted by how often they occur, is cut in two at the median until there are 256. Pictures of at most 256
// colours, no two of which share the 6 highest bits of all channels, are shown as they are. Deterministic. Immutable.
class Palette {
 public:
  // Rasters of 3 channels and 8 bits.
  explicit Palette(absl::Span<const image::Raster> frames);

  const std::array<Rgb, 256>& colors() const { return colors_; }
  // The colour that stands for one that occurs in the pictures.
  uint8_t IndexOf(Rgb color) const { return index_[CellOf(color)]; }

 private:
  // Colours are told apart by the 6 highest bits of each channel.
  static uint32_t CellOf(Rgb color) {
    return static_cast<uint32_t>(color.red >> 2) << 12 | static_cast<uint32_t>(color.green >> 2) << 6 |
           static_cast<uint32_t>(color.blue >> 2);
  }

  std::array<Rgb, 256> colors_ = {};
  std::vector<uint8_t> index_;  // By cell.
};

}  // namespace vitrine::encode

#endif  // VITRINE_ENCODE_PALETTE_H_
