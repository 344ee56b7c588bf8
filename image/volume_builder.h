#ifndef VITRINE_IMAGE_VOLUME_BUILDER_H_
#define VITRINE_IMAGE_VOLUME_BUILDER_H_

// Puts a volume together from decoded slices, straight into its voxels.

#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "base/parallel.h"
#include "image/frame.h"
#include "image/tone_curve.h"
#include "image/volume.h"

namespace vitrine::image {

// What becomes of the slices' values.
enum class VoxelValues {
  kStored,    // Kept; the volume has the rescale that all slices share.
  kModality,  // Rescaled, slice by slice, to floating point; the volume's rescale is the identity.
};

enum class SliceFit {
  kPlaced,
  kOtherFormat,   // Another matrix, or values that the voxels cannot hold.
  kOtherRescale,  // kStored: another rescale than the slice before, a slope that is not above 0, or a Modality LUT.
};

class VolumeBuilder {
 public:
  // `stored_type` is that of the slices. `places` as in dicom::VolumePlan: where the slices lie in the lattice's slice
  // coordinates, ascending by at least 1 from 0 to lattice.slices - 1. Takes the memory of the voxels, zeroed.
  VolumeBuilder(const Lattice& lattice, std::vector<double> places, SampleType stored_type, VoxelValues values);

  // The same for slices that lie in `voxels` already, one after the other, as many as the lattice has; for stored
  // values.
  VolumeBuilder(const Lattice& lattice, SampleType stored_type, VoxelBuffer voxels);

  // The memory that a finished volume takes at most, padding bits and bricks included; for limits, before it is taken.
  static uint64_t MemoryBytes(const Lattice& lattice, SampleType stored_type, VoxelValues values);

  // Places slice `index` of `places`. Of the curve, the modality stage and the padding count; values that are no number
  // are padding too. Different slices may be placed at the same time by different threads.
  SliceFit Place(int index, const Frame& frame, const ToneCurve& curve);

  // Places slice `index` of those that lie in the voxels already.
  SliceFit Place(int index, const ToneCurve& curve);

  // When all slices are placed: interpolates what lies between them and fills padding voxels in. An interpolated voxel
  // is padding where the nearer of its two neighbours is; where only the other one is, it has the nearer one's value.
  // Once.
  Volume Finish(Parallel& parallel);

 private:
  bool AcceptRescale(const Modality& modality);
  template <typename Stored>
  SliceFit PlaceSamples(size_t first, const Frame& frame, const ToneCurve& curve);
  template <typename Voxel>
  void Resample();
  void FillPadding(Parallel& parallel);
  template <typename Sample>
  void MarkPadding(const Sample* samples, size_t first, const std::optional<Padding>& padding);
  // The padding bits' words, taken on first use.
  uint64_t* PaddingWords();

  const std::vector<double> places_;
  const VoxelValues values_;
  Volume volume_;
  absl::Mutex mutex_;
  std::optional<Rescale> rescale_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace vitrine::image

#endif  // VITRINE_IMAGE_VOLUME_BUILDER_H_
