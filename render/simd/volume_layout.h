#ifndef VITRINE_RENDER_SIMD_VOLUME_LAYOUT_H_
#define VITRINE_RENDER_SIMD_VOLUME_LAYOUT_H_

#include <cstdint>
#include <limits>

#include "image/volume.h"

namespace vitrine::render::simd {

// Where the voxels of a volume lie in memory. Borrows the volume.
struct VolumeLayout {
  explicit VolumeLayout(const image::Volume& volume)
      : voxels(volume.voxels.data()),
        columns(volume.lattice.columns),
        rows(volume.lattice.rows),
        slices(volume.lattice.slices),
        voxel_bytes(image::BytesPerSample(volume.type)),
        row_bytes(int64_t{columns} * voxel_bytes),
        slice_bytes(row_bytes * rows),
        next_row(rows > 1 ? row_bytes : 0),
        next_slice(slices > 1 ? slice_bytes : 0) {}

  const uint8_t* voxels;
  int columns;
  int rows;
  int slices;
  int voxel_bytes;
  int64_t row_bytes;
  int64_t slice_bytes;

  // From a voxel to its upper neighbour; 0 where the volume is one voxel thick.
  int64_t next_row;
  int64_t next_slice;

  // Whether a slice can be addressed with the 32 bits of a gather. Where it cannot, no Beam is usable.
  bool has_short_slices() const { return slice_bytes < std::numeric_limits<int32_t>::max(); }
};

}  // namespace vitrine::render::simd

#endif  // VITRINE_RENDER_SIMD_VOLUME_LAYOUT_H_
