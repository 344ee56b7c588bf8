#include "image/volume.h"

#include <sys/mman.h>

#include <algorithm>
#include <limits>
#include <new>
#include <utility>

namespace vitrine::image {
namespace {

constexpr size_t kHugePage = size_t{2} << 20;

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
  for (int a = 0; a < volume.bricks.columns; ++a) {
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
  for (int a = 0; a < volume.bricks.columns; ++a) {
    extremes[a] = PaddedExtremes<Sample>(volume, SpanOf(a, volume.lattice.columns), j, k);
  }
}

int BrickCount(int size) { return (size + Bricks::kSize - 1) / Bricks::kSize; }

}  // namespace

Vector3 ToPatient(const Lattice& lattice, const Vector3& voxel) { return lattice.origin + lattice.steps() * voxel; }

Vector3 ToVoxel(const Lattice& lattice, const Vector3& patient) {
  return Inverse(lattice.steps()) * (patient - lattice.origin);
}

Box BoundingBox(const Lattice& lattice) {
  constexpr double kInfinity = std::numeric_limits<double>::infinity();
  Box box{{kInfinity, kInfinity, kInfinity}, {-kInfinity, -kInfinity, -kInfinity}};
  for (int corner = 0; corner < 8; ++corner) {
    const Vector3 p = ToPatient(
        lattice, {(corner & 1) != 0 ? lattice.columns - 0.5 : -0.5, (corner & 2) != 0 ? lattice.rows - 0.5 : -0.5,
                  (corner & 4) != 0 ? lattice.slices - 0.5 : -0.5});
    box.minimum = {std::min(box.minimum.x, p.x), std::min(box.minimum.y, p.y), std::min(box.minimum.z, p.z)};
    box.maximum = {std::max(box.maximum.x, p.x), std::max(box.maximum.y, p.y), std::max(box.maximum.z, p.z)};
  }
  return box;
}

double SmallestSpacing(const Lattice& lattice) {
  return std::min({Length(lattice.column_step), Length(lattice.row_step), Length(lattice.slice_step)});
}

VoxelBuffer::VoxelBuffer(size_t bytes) : size_(bytes) {
  mapping_size_ = (bytes + 2 * kReadable + kHugePage - 1) / kHugePage * kHugePage;
  if (mapping_size_ < bytes) throw std::bad_alloc();
  mapping_ = mmap(nullptr, mapping_size_, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapping_ == MAP_FAILED) throw std::bad_alloc();
  madvise(mapping_, mapping_size_, MADV_HUGEPAGE);  // Only advice: without it, sampling misses the TLB more often.
  data_ = static_cast<uint8_t*>(mapping_) + kReadable;
}

VoxelBuffer::VoxelBuffer(VoxelBuffer&& other) noexcept
    : data_(std::exchange(other.data_, nullptr)),
      size_(std::exchange(other.size_, 0)),
      mapping_(std::exchange(other.mapping_, nullptr)),
      mapping_size_(std::exchange(other.mapping_size_, 0)) {}

VoxelBuffer& VoxelBuffer::operator=(VoxelBuffer&& other) noexcept {
  std::swap(data_, other.data_);
  std::swap(size_, other.size_);
  std::swap(mapping_, other.mapping_);
  std::swap(mapping_size_, other.mapping_size_);
  return *this;
}

VoxelBuffer::~VoxelBuffer() {
  if (mapping_ != nullptr) munmap(mapping_, mapping_size_);
}

Bricks BricksFor(const Lattice& lattice) {
  Bricks bricks{BrickCount(lattice.columns), BrickCount(lattice.rows), BrickCount(lattice.slices), {}};
  bricks.extremes.resize(static_cast<size_t>(bricks.columns) * bricks.rows * bricks.slices);
  return bricks;
}

size_t Volume::memory_bytes() const {
  return sizeof(*this) + voxels.size() + padding.capacity() * sizeof(uint64_t) +
         bricks.extremes.capacity() * sizeof(Bricks::Extremes);
}

void ComputeBricks(Volume& volume, int first, int last) {
  Bricks& bricks = volume.bricks;
  for (int c = first; c < last; ++c) {
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
}

void ComputeBricks(Volume& volume) {
  volume.bricks = BricksFor(volume.lattice);
  ComputeBricks(volume, 0, volume.bricks.slices);
}

}  // namespace vitrine::image
