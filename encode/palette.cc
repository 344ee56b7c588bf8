#include "encode/palette.h"

#include <algorithm>

namespace vitrine::encode {
namespace {

constexpr size_t kCells = 1 << 18;
constexpr size_t kColors = 256;

// The colours of the pictures that fall into one cell.
struct Cell {
  uint32_t number = 0;
  uint64_t count = 0;
  std::array<uint64_t, 3> sum = {};  // Of red, green and blue.

  double mean(int channel) const { return static_cast<double>(sum[channel]) / static_cast<double>(count); }
};

using Cells = absl::Span<Cell>;

struct Box {
  Cells cells;
  int channel = 0;    // In which the cells differ the most,
  double spread = 0;  // by this sum of squares.
};

Box MakeBox(Cells cells) {
  Box box{cells, 0, 0};
  for (int channel = 0; channel < 3; ++channel) {
    double count = 0;
    double sum = 0;
    double squares = 0;
    for (const Cell& cell : cells) {
      const double value = cell.mean(channel);
      count += static_cast<double>(cell.count);
      sum += static_cast<double>(cell.count) * value;
      squares += static_cast<double>(cell.count) * value * value;
    }
    const double spread = squares - sum * sum / count;
    if (spread > box.spread && cells.size() > 1) {
      box.spread = spread;
      box.channel = channel;
    }
  }
  return box;
}

// Two boxes of about as many pixels each, none empty.
std::pair<Box, Box> Cut(const Box& box) {
  std::sort(box.cells.begin(), box.cells.end(), [&](const Cell& a, const Cell& b) {
    const double difference = a.mean(box.channel) - b.mean(box.channel);
    return difference != 0 ? difference < 0 : a.number < b.number;
  });
  uint64_t total = 0;
  for (const Cell& cell : box.cells) total += cell.count;
  uint64_t lower = box.cells[0].count;
  size_t size = 1;
  while (size + 1 < box.cells.size() && 2 * (lower + box.cells[size].count) <= total) {
    lower += box.cells[size].count;
    ++size;
  }
  return {MakeBox(box.cells.subspan(0, size)), MakeBox(box.cells.subspan(size))};
}

std::vector<Cell> Histogram(absl::Span<const image::Raster> frames, uint32_t (*cell_of)(Rgb)) {
  std::vector<Cell> cells(kCells);
  for (const image::Raster& frame : frames) {
    for (size_t i = 0; i + 2 < frame.samples.size(); i += 3) {
      const Rgb color = {frame.samples[i], frame.samples[i + 1], frame.samples[i + 2]};
      Cell& cell = cells[cell_of(color)];
      ++cell.count;
      cell.sum[0] += color.red;
      cell.sum[1] += color.green;
      cell.sum[2] += color.blue;
    }
  }
  for (size_t i = 0; i < cells.size(); ++i) cells[i].number = static_cast<uint32_t>(i);
  std::erase_if(cells, [](const Cell& cell) { return cell.count == 0; });
  return cells;
}

Rgb MeanOf(Cells cells) {
  uint64_t count = 0;
  std::array<uint64_t, 3> sum = {};
  for (const Cell& cell : cells) {
    count += cell.count;
    for (int channel = 0; channel < 3; ++channel) sum[channel] += cell.sum[channel];
  }
  const auto rounded = [&](int channel) { return static_cast<uint8_t>((sum[channel] + count / 2) / count); };
  return {rounded(0), rounded(1), rounded(2)};
}

}  // namespace

Palette::Palette(absl::Span<const image::Raster> frames) : index_(kCells) {
  std::vector<Cell> cells = Histogram(frames, CellOf);
  std::vector<Box> boxes = {MakeBox(absl::MakeSpan(cells))};
  while (boxes.size() < kColors) {
    const auto widest =
        std::max_element(boxes.begin(), boxes.end(), [](const Box& a, const Box& b) { return a.spread < b.spread; });
    if (widest->spread <= 0) break;
    auto [lower, upper] = Cut(*widest);
    *widest = lower;
    boxes.push_back(upper);
  }
  for (size_t i = 0; i < boxes.size(); ++i) {
    colors_[i] = MeanOf(boxes[i].cells);
    for (const Cell& cell : boxes[i].cells) index_[cell.number] = static_cast<uint8_t>(i);
  }
}

}  // namespace vitrine::encode
