#include "image/volume.h"

#include <sys/mman.h>

#include <algorithm>
#include <limits>
#include <new>
#include <utility>

namespace vitrine::image {
namespace {

constexpr size_t kHugePage = size_t{2} << 20;

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

size_t Volume::memory_bytes() const {
  return sizeof(*this) + voxels.size() + padding.capacity() * sizeof(uint64_t) +
         BrickCount(lattice) * sizeof(Bricks::Extremes);
}

const Bricks& Volume::bricks() const {
  Serial serial;
  return bricks(serial);
}

}  // namespace vitrine::image
