#ifndef VITRINE_IMAGE_VOLUME_H_
#define VITRINE_IMAGE_VOLUME_H_

// A scalar volume on a regular lattice, as renderers sample it.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "base/parallel.h"
#include "image/bricks.h"
#include "image/frame.h"
#include "image/geometry.h"
#include "image/tone_curve.h"

namespace vitrine::image {

// Where voxels lie. The centre of voxel (i, j, k) is at origin + i * column_step + j * row_step + k * slice_step. The
// steps are linearly independent and need not be orthogonal: in a stack acquired with a tilted gantry slice_step is not
// normal to the slices.
//
// "Voxel coordinates" are (i, j, k) as real numbers: integers at the centres, so that the volume reaches from -1/2 to
// columns - 1/2 and so on.
struct Lattice {
  int columns = 0;
  int rows = 0;
  int slices = 0;
  Vector3 origin;       // mm, LPS.
  Vector3 column_step;  // mm, from a voxel to its neighbour in the next column.
  Vector3 row_step;
  Vector3 slice_step;

  Matrix3 steps() const { return {column_step, row_step, slice_step}; }
};

Vector3 ToPatient(const Lattice& lattice, const Vector3& voxel);
Vector3 ToVoxel(const Lattice& lattice, const Vector3& patient);
// Around the outer edges of all voxels.
Box BoundingBox(const Lattice& lattice);
// Of the three steps' lengths, mm.
double SmallestSpacing(const Lattice& lattice);

// Memory for voxels: zeroed, not taken from the system before it is touched, readable (as zeros) for kReadable bytes
// before the first and past the last byte, on huge pages where the system has them. Movable.
class VoxelBuffer {
 public:
  static constexpr size_t kReadable = 64;

  VoxelBuffer() = default;
  // Throws std::bad_alloc as new[] does.
  explicit VoxelBuffer(size_t bytes);
  VoxelBuffer(VoxelBuffer&& other) noexcept;
  VoxelBuffer& operator=(VoxelBuffer&& other) noexcept;
  ~VoxelBuffer();

  uint8_t* data() { return data_; }
  const uint8_t* data() const { return data_; }
  size_t size() const { return size_; }

 private:
  uint8_t* data_ = nullptr;
  size_t size_ = 0;
  void* mapping_ = nullptr;
  size_t mapping_size_ = 0;
};

// A value; immutable once built and then shared between threads.
struct Volume {
  Lattice lattice;

  // Stored values, columns fastest, slices slowest, native byte order, no gaps. kFloat32: all finite. A padding voxel
  // holds the smallest value of those that are not.
  SampleType type = SampleType::kInt16;
  VoxelBuffer voxels;

  // Modality value (HU for CT) = slope * stored + intercept; slope > 0, so that extremes of the one are extremes of the
  // other.
  Rescale rescale;

  // One bit a voxel in the order of the voxels, the lowest bit of the first word first; set for padding (PS3.3
  // C.7.5.1.1.2) and for values that are no number. Empty where no voxel is padding.
  std::vector<uint64_t> padding;

  // Computed by the first call: on the CPU, planes with a window through a volume without padding do without. From then
  // on the volume must not change. Thread-safe.
  const Bricks& bricks(Parallel& parallel) const { return bricks_.Of(*this, parallel); }
  const Bricks& bricks() const;  // On the caller's thread alone.

  size_t voxel_count() const { return static_cast<size_t>(lattice.columns) * lattice.rows * lattice.slices; }
  size_t memory_bytes() const;  // The bricks included, computed or not.
  bool is_padding(size_t voxel) const { return !padding.empty() && (padding[voxel / 64] >> (voxel % 64) & 1) != 0; }
  template <typename Sample>
  const Sample* data() const {
    return reinterpret_cast<const Sample*>(voxels.data());
  }

 private:
  LazyBricks bricks_;
};

}  // namespace vitrine::image

#endif  // VITRINE_IMAGE_VOLUME_H_
