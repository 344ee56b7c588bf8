#ifndef VITRINE_IMAGE_BRICKS_H_
#define VITRINE_IMAGE_BRICKS_H_

// The extremes of a volume's voxels, region by region.

#include <cstddef>
#include <memory>
#include <vector>

#include "absl/base/call_once.h"
#include "base/parallel.h"

namespace vitrine::image {

struct Lattice;
struct Volume;

// What a brick of cells holds, so that renderers can pass over it. Brick (a, b, c) is about all samples whose voxel
// coordinates, each clamped to [0, size - 1], have the integer parts [kSize * a, kSize * (a + 1)) and so on: its
// extremes are those of the voxels [kSize * a, kSize * (a + 1)], the upper neighbours included.
struct Bricks {
  static constexpr int kSize = 8;

  struct Extremes {
    float minimum = 0;  // Of the voxels that are not padding, as stored; minimum > maximum where all are padding.
    float maximum = 0;
    bool has_padding = false;

    // Becomes the extremes of both regions.
    void Add(const Extremes& other);
  };

  int columns = 0;  // Bricks in each direction: ceil(size / kSize).
  int rows = 0;
  int slices = 0;
  std::vector<Extremes> extremes;  // Columns fastest, slices slowest.
  Extremes all;                    // Of the whole volume.

  const Extremes& at(int a, int b, int c) const { return extremes[(static_cast<size_t>(c) * rows + b) * columns + a]; }
};

// How many a lattice needs.
size_t BrickCount(const Lattice& lattice);

// The bricks of one volume, computed when they are first asked for. Movable; not to be asked afterwards.
class LazyBricks {
 public:
  // `volume` is the same at every call and does not change from the first one on, but for the values of padding voxels.
  // Thread-safe.
  const Bricks& Of(const Volume& volume, Parallel& parallel) const;

 private:
  struct State {
    absl::once_flag once;
    Bricks bricks;
  };

  std::unique_ptr<State> state_ = std::make_unique<State>();
};

}  // namespace vitrine::image

#endif  // VITRINE_IMAGE_BRICKS_H_
