#ifndef VITRINE_IMAGE_UNORDERED_SLICES_H_
#define VITRINE_IMAGE_UNORDERED_SLICES_H_

// Slices of which nobody knows for sure yet where they belong, in memory that becomes a volume's once that is known.

#include <cstddef>
#include <vector>

#include "base/parallel.h"
#include "image/frame.h"
#include "image/volume.h"

namespace vitrine::image {

class UnorderedSlices {
 public:
  // Takes the memory for `slices` grey slices, zeroed.
  UnorderedSlices(int columns, int rows, SampleType type, int slices);

  // Copies a frame to slice `index`; false where its matrix, type or channels are others. Different slices may be set
  // at the same time by different threads.
  bool Set(int index, const Frame& frame);

  SampleType type() const { return type_; }

  // The slices in another order: that at order[i] comes i-th. `order` names every slice once. They are gone
  // afterwards. Takes little memory beside the slices'.
  VoxelBuffer TakeOrdered(const std::vector<int>& order, Parallel& parallel);

 private:
  void Reorder(const std::vector<int>& order, size_t begin, size_t end);

  const int columns_;
  const int rows_;
  const SampleType type_;
  const size_t slice_bytes_;
  VoxelBuffer voxels_;
};

}  // namespace vitrine::image

#endif  // VITRINE_IMAGE_UNORDERED_SLICES_H_
