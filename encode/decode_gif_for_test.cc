#include "encode/decode_gif_for_test.h"

#include <string>

namespace vitrine::encode {
namespace {

class Reader {
 public:
  explicit Reader(absl::string_view rest) : rest_(rest) {}

  bool failed() const { return failed_; }
  absl::string_view Take(size_t size) {
    if (size > rest_.size()) {
      failed_ = true;
      return {};
    }
    const absl::string_view taken = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return taken;
  }
  int Byte() {
    const absl::string_view byte = Take(1);
    return byte.empty() ? 0 : static_cast<uint8_t>(byte[0]);
  }
  int Uint16() {
    const int low = Byte();
    return low | Byte() << 8;
  }
  // Clause 15: data sub-blocks up to the terminator.
  std::string SubBlocks() {
    std::string data;
    for (int size = Byte(); size > 0 && !failed_; size = Byte()) data += std::string(Take(size));
    return data;
  }

 private:
  absl::string_view rest_;
  bool failed_ = false;
};

// Appendix F: variable-length-code LZW.
std::vector<uint8_t> Unpack(const std::string& data, int minimum_bits) {
  const int clear = 1 << minimum_bits;
  std::vector<std::string> table;
  const auto reset = [&] {
    table.clear();
    for (int i = 0; i < clear + 2; ++i) table.push_back(i < clear ? std::string(1, static_cast<char>(i)) : "");
  };
  reset();
  int bits = minimum_bits + 1;
  std::string previous;
  std::vector<uint8_t> indices;
  size_t position = 0;
  while (position + bits <= data.size() * 8) {
    int code = 0;
    for (int i = 0; i < bits; ++i, ++position) code |= (data[position / 8] >> (position % 8) & 1) << i;
    if (code == clear) {
      reset();
      bits = minimum_bits + 1;
      previous.clear();
      continue;
    }
    if (code == clear + 1) break;
    if (code > static_cast<int>(table.size())) return {};
    const std::string entry = code < static_cast<int>(table.size()) ? table[code] : previous + previous.substr(0, 1);
    indices.insert(indices.end(), entry.begin(), entry.end());
    if (!previous.empty() && table.size() < 4096) table.push_back(previous + entry.substr(0, 1));
    if (static_cast<int>(table.size()) == 1 << bits && bits < 12) ++bits;
    previous = entry;
  }
  return indices;
}

}  // namespace

std::vector<DecodedGifFrame> DecodeGif(absl::string_view file) {
  Reader reader(file);
  if (reader.Take(6) != "GIF89a") return {};
  const int width = reader.Uint16();
  const int height = reader.Uint16();
  const int flags = reader.Byte();
  reader.Take(2);
  if ((flags & 0x80) == 0) return {};
  const absl::string_view colors = reader.Take(size_t{3} << ((flags & 7) + 1));
  std::vector<DecodedGifFrame> frames;
  int delay = 0;
  for (int introducer = reader.Byte(); introducer != 0x3B && !reader.failed(); introducer = reader.Byte()) {
    if (introducer == 0x21) {
      const int label = reader.Byte();
      const std::string data = reader.SubBlocks();
      if (label == 0xF9) delay = static_cast<uint8_t>(data[1]) | static_cast<uint8_t>(data[2]) << 8;
      continue;
    }
    if (introducer != 0x2C || reader.Uint16() != 0 || reader.Uint16() != 0) return {};
    if (reader.Uint16() != width || reader.Uint16() != height || reader.Byte() != 0) return {};
    const int minimum_bits = reader.Byte();
    const std::vector<uint8_t> indices = Unpack(reader.SubBlocks(), minimum_bits);
    if (indices.size() != static_cast<size_t>(width) * height) return {};
    DecodedGifFrame frame{{}, delay};
    for (const uint8_t index : indices) {
      const absl::string_view color = colors.substr(size_t{3} * index, 3);
      frame.rgb.insert(frame.rgb.end(), color.begin(), color.end());
    }
    frames.push_back(std::move(frame));
  }
  if (reader.failed()) return {};
  return frames;
}

}  // namespace vitrine::encode
