#include "image/bricks.h"

#include <algorithm>
#include <cstdint>
#include <limits>

#include "image/volume.h"

namespace vitrine::image {
namespace {

int BricksAlong(int size) { return (size + Bricks::kSize - 1) / Bricks::kSize; }

// The brick's range of voxels along one axis: its own and the first one of the next brick.
struct Span {
  int first;
  int last;
};

Span SpanOf(int brick, int size) {
  return {brick * Bricks::kSize, std::min(brick * Bricks::kSize + Bricks::kSize, size - 1)};
}

template <typename Sample>
Bricks::Extremes PaddedExtremes(const Volume& volume, Span i, Span j, Span k) {
  const Lattice& lattice = volume.lattice;
  Sample minimum = std::numeric_limits<Sample>::max();
  Sample maximum = std::numeric_limits<Sample>::lowest();
  bool has_padding = false;
  bool has_values = false;
  for (int z = k.first; z <= k.last; ++z) {
    for (int y = j.first; y <= j.last; ++y) {
      const size_t row = (static_cast<size_t>(z) * lattice.rows + y) * lattice.columns;
      const Sample* samples = volume.data<Sample>() + row;
      for (int x = i.first; x <= i.last; ++x) {
        if (volume.is_padding(row + x)) {
          has_padding = true;
          continue;
        }
        has_values = true;
        minimum = std::min(minimum, samples[x]);
        maximum = std::max(maximum, samples[x]);
      }
    }
  }
  if (!has_values) return {1, 0, has_padding};
  return {static_cast<float>(minimum), static_cast<float>(maximum), has_padding};
}

// The extremes of a row of bricks without padding: first over rows and slices, column by column, which becomes vector
// instructions, then over the columns of each brick.
template <typename Sample>
void ExtremesOfRow(const Volume& volume, Span j, Span k, Bricks::Extremes* extremes) {
  const Lattice& lattice = volume.lattice;
  std::vector<Sample> minimum(lattice.columns, std::numeric_limits<Sample>::max());
  std::vector<Sample> maximum(lattice.columns, std::numeric_limits<Sample>::lowest());
  Sample* const low = minimum.data();
  Sample* const high = maximum.data();
  for (int z = k.first; z <= k.last; ++z) {
    for (int y = j.first; y <= j.last; ++y) {
      const Sample* row = volume.data<Sample>() + (static_cast<size_t>(z) * lattice.rows + y) * lattice.columns;
      for (int x = 0; x < lattice.columns; ++x) {
        low[x] = std::min(low[x], row[x]);
        high[x] = std::max(high[x], row[x]);
      }
    }
  }
  for (int a = 0; a < BricksAlong(lattice.columns); ++a) {
    const Span i = SpanOf(a, lattice.columns);
    extremes[a] = {static_cast<float>(*std::min_element(low + i.first, low + i.last + 1)),
                   static_cast<float>(*std::max_element(high + i.first, high + i.last + 1)), false};
  }
}

// Bricks (0, b, c) and on.
template <typename Sample>
void ComputeRow(const Volume& volume, int b, int c, Bricks::Extremes* extremes) {
  const Span j = SpanOf(b, volume.lattice.rows);
  const Span k = SpanOf(c, volume.lattice.slices);
  if (volume.padding.empty()) return ExtremesOfRow<Sample>(volume, j, k, extremes);
  for (int a = 0; a < BricksAlong(volume.lattice.columns); ++a) {
    extremes[a] = PaddedExtremes<Sample>(volume, SpanOf(a, volume.lattice.columns), j, k);
  }
}

// The bricks (a, b, c) of one c.
void ComputeLayer(const Volume& volume, int c, Bricks& bricks) {
  for (int b = 0; b < bricks.rows; ++b) {
    Bricks::Extremes* const row = &bricks.extremes[(static_cast<size_t>(c) * bricks.rows + b) * bricks.columns];
    switch (volume.type) {
      case SampleType::kUint8: ComputeRow<uint8_t>(volume, b, c, row); break;
      case SampleType::kUint16: ComputeRow<uint16_t>(volume, b, c, row); break;
      case SampleType::kInt16: ComputeRow<int16_t>(volume, b, c, row); break;
      case SampleType::kFloat32: ComputeRow<float>(volume, b, c, row); break;
    }
  }
}

}  // namespace

void Bricks::Extremes::Add(const Extremes& other) {
  has_padding |= other.has_padding;
  if (other.minimum > other.maximum) return;
  const bool first = minimum > maximum;
  minimum = first ? other.minimum : std::min(minimum, other.minimum);
  maximum = first ? other.maximum : std::max(maximum, other.maximum);
}

size_t BrickCount(const Lattice& lattice) {
  return static_cast<size_t>(BricksAlong(lattice.columns)) * BricksAlong(lattice.rows) * BricksAlong(lattice.slices);
}

const Bricks& LazyBricks::Of(const Volume& volume, Parallel& parallel) const {
  absl::call_once(state_->once, [&] {
    const Lattice& lattice = volume.lattice;
    Bricks& bricks = state_->bricks;
    bricks = {BricksAlong(lattice.columns), BricksAlong(lattice.rows), BricksAlong(lattice.slices), {}, {}};
    bricks.extremes.resize(BrickCount(lattice));
    parallel.For(bricks.slices, [&](int c) { ComputeLayer(volume, c, bricks); });
    bricks.all = {1, 0, false};
    for (const Bricks::Extremes& one : bricks.extremes) bricks.all.Add(one);
  });
  return state_->bricks;
}

}  // namespace vitrine::image
