#ifndef VITRINE_DICOM_VOLUME_GEOMETRY_H_
#define VITRINE_DICOM_VOLUME_GEOMETRY_H_

// From the positions of parallel slices to a lattice.

#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "dicom/volume_frames.h"
#include "image/volume.h"

namespace vitrine::dicom {

// How far real positions, which writers round, may be from what they are taken for.
//   Directions: each component within 5e-4 of the other slices' (a quarter of a millimetre at the far corner of a field
//     of 500 mm); rows perpendicular to columns within 1e-3.
//   Pixel spacing: within 1e-4 of each other, relative.
//   Same position: less than 1 % of the mean distance between slices apart, or less than 0.001 mm.
//   On one line: at most 0.1 mm, or a quarter of the pixel spacing where that is less, beside the line through the
//   first
//     and the last slice.
//   Evenly spaced: at most 0.05 mm, or a tenth of the mean distance where that is less, away from the even position.
//   Missing: a distance of more than 1.5 times both neighbouring ones, or the only neighbouring one.
constexpr double kDirectionTolerance = 5e-4;
constexpr double kOrthogonalityTolerance = 1e-3;
constexpr double kSpacingTolerance = 1e-4;

// Whether the frames' planes are parallel and their pixels of one size, within the tolerances. Both have positions,
// directions and spacings, as all frames below.
bool SameGrid(const VolumeFrame& a, const VolumeFrame& b);

// How many frames have the position along the normal of another one that counts before them.
int CountSharedPositions(absl::Span<const VolumeFrame> frames);

struct SliceStack {
  image::Lattice lattice;  // Right-handed: slices follow each other along row direction x column direction.
  std::vector<int> order;  // The frames' indices from the lattice's first slice to the last.
  // Where the frames of `order` lie, in the lattice's slice coordinates: ascending by at least 1 from 0 to slices - 1.
  // Whole numbers where the slices are evenly spaced.
  std::vector<double> places;
};

// The lattice of at least one frame of one grid. In a stack whose positions advance obliquely to its planes (gantry
// tilt), slice_step is the true vector between neighbours. Unevenly spaced slices get an even lattice that begins and
// ends with them, with the largest spacing that is no more than their smallest distance.
//
// kInvalidRequest where they form none, with the end of the sentence "n images are left out: ...".
absl::StatusOr<SliceStack> StackSlices(absl::Span<const VolumeFrame> frames);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_VOLUME_GEOMETRY_H_
