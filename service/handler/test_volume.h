#ifndef VITRINE_SERVICE_HANDLER_TEST_VOLUME_H_
#define VITRINE_SERVICE_HANDLER_TEST_VOLUME_H_

// Volumes with known answers, for tests.

#include <cstring>
#include <functional>
#include <memory>
#include <utility>

#include "service/handler/volume_source.h"

namespace vitrine::service {

// Of 16-bit signed voxels that `value` gives for (column, row, slice).
inline std::shared_ptr<SourceVolume> MakeTestVolume(const image::Lattice& lattice,
                                                    const std::function<int(int, int, int)>& value) {
  auto source = std::make_shared<SourceVolume>();
  image::Volume& volume = source->volume;
  volume.lattice = lattice;
  volume.type = image::SampleType::kInt16;
  volume.voxels = image::VoxelBuffer(volume.voxel_count() * sizeof(int16_t));
  auto* voxel = reinterpret_cast<int16_t*>(volume.voxels.data());
  for (int k = 0; k < lattice.slices; ++k) {
    for (int j = 0; j < lattice.rows; ++j) {
      for (int i = 0; i < lattice.columns; ++i) *voxel++ = static_cast<int16_t>(value(i, j, k));
    }
  }
  source->modality = "CT";
  source->content_hash = 1;
  return source;
}

// As an axial series is acquired: columns to the patient's left, rows to posterior, slices to the head; the outer
// corner at the right, anterior and foot end is at the origin.
inline image::Lattice AxialLattice(int columns, int rows, int slices, double spacing, double slice_spacing) {
  image::Lattice lattice;
  lattice.columns = columns;
  lattice.rows = rows;
  lattice.slices = slices;
  lattice.origin = {spacing / 2, spacing / 2, slice_spacing / 2};
  lattice.column_step = {spacing, 0, 0};
  lattice.row_step = {0, spacing, 0};
  lattice.slice_step = {0, 0, slice_spacing};
  return lattice;
}

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_TEST_VOLUME_H_
