// Cells of samples that lie near each other, for inclusion in files that Highway compiles once per instruction set.

#if defined(VITRINE_RENDER_SIMD_COMPOSITE_CELLS_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINE_RENDER_SIMD_COMPOSITE_CELLS_INL_H_
#undef VITRINE_RENDER_SIMD_COMPOSITE_CELLS_INL_H_
#else
#define VITRINE_RENDER_SIMD_COMPOSITE_CELLS_INL_H_
#endif

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <limits>

#include "hwy/highway.h"
#include "image/geometry.h"
#include "render/simd/volume_layout.h"
#include "render/simd/volume_sampler-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::render::simd {
namespace HWY_NAMESPACE {

// Voxel coordinates of one sample a lane.
struct Positions {
  FloatVector x;
  FloatVector y;
  FloatVector z;
};

// A voxel near all samples of a vector: positions relative to it are small, so that single precision and 32-bit offsets
// do.
struct NearbyVoxel {
  int x;
  int y;
  int z;
  const uint8_t* voxels;

  NearbyVoxel(const VolumeLayout& layout, const image::Vector3& position)
      : x(Inside(position.x, layout.columns)),
        y(Inside(position.y, layout.rows)),
        z(Inside(position.z, layout.slices)),
        voxels(layout.voxels + x * int64_t{layout.voxel_bytes} + y * layout.row_bytes + z * layout.slice_bytes) {}

 private:
  static int Inside(double coordinate, int size) {
    return static_cast<int>(std::clamp(std::floor(coordinate), 0.0, size - 1.0));
  }
};

// Clamps the coordinate to the volume; where its last voxel is the lower one, the cell below ends there.
template <bool kInside>
HWY_INLINE IntVector SplitAxis(FloatVector relative, int nearby, int size, FloatVector& fraction) {
  const Float d;
  auto position = relative;
  auto cell = hn::Floor(position);
  if constexpr (!kInside) {
    const auto low = hn::Set(d, static_cast<float>(-nearby));
    const auto high = hn::Set(d, static_cast<float>(size - 1 - nearby));
    const auto last_cell = hn::Set(d, static_cast<float>(std::max(size - 2, 0) - nearby));
    position = hn::Min(hn::Max(relative, low), high);
    cell = hn::Min(hn::Floor(position), last_cell);
  }
  fraction = hn::Sub(position, cell);
  return WholeToInt(cell);
}

// `relative` counts from `nearby`; the offsets do so too.
template <typename Sample, bool kInside = false>
HWY_INLINE Cells MakeCells(const VolumeLayout& layout, const NearbyVoxel& nearby, const Positions& relative) {
  const Int d;
  Cells cells;
  const auto x = SplitAxis<kInside>(relative.x, nearby.x, layout.columns, cells.x);
  const auto y = SplitAxis<kInside>(relative.y, nearby.y, layout.rows, cells.y);
  const auto z = SplitAxis<kInside>(relative.z, nearby.z, layout.slices, cells.z);
  const auto columns = hn::ShiftLeft<sizeof(Sample) / 2>(x);
  const auto rows = hn::Mul(y, hn::Set(d, static_cast<int32_t>(layout.row_bytes)));
  const auto slices = hn::Mul(z, hn::Set(d, static_cast<int32_t>(layout.slice_bytes)));
  cells.offset = hn::Add(hn::Add(columns, rows), slices);
  return cells;
}

// Whether the offsets of samples that are up to `dx`, `dy`, `dz` voxels from the nearby one fit into 32 bits.
inline bool OffsetsFit(const VolumeLayout& layout, double dx, double dy, double dz) {
  const double reach = (dx + 2) * layout.voxel_bytes + (dy + 2) * static_cast<double>(layout.row_bytes) +
                       (dz + 2) * static_cast<double>(layout.slice_bytes);
  return reach < std::numeric_limits<int32_t>::max();
}

}  // namespace HWY_NAMESPACE
}  // namespace vitrine::render::simd
HWY_AFTER_NAMESPACE();

#endif  // Guard per instruction set.
