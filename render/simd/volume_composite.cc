#include "render/simd/volume_composite.h"

#include <algorithm>
#include <atomic>
#include <optional>
#include <vector>

#include "base/status_macros.h"
#include "render/simd/composite_kernels.h"
#include "render/simd/composite_scene.h"
#include "render/simd/kernels.h"

namespace vitrine::render::simd {
namespace {

// Neighbouring rays share voxels: a tile's fit into the second-level cache.
constexpr int kTileWidth = 32;
constexpr int kTileHeight = 16;

struct Tile {
  int left;
  int top;
  int right;
  int bottom;
};

class Composer {
 public:
  Composer(const VolumeJob& job, const Operation& operation, image::Raster& raster)
      : job_(job), operation_(operation), raster_(raster), scene_(job), clipper_(job) {
    if (job.columns.empty()) direction_.emplace(scene_, job.step);
    // The columns of a curved reformation may each have their own direction.
    tile_width_ = job.columns.empty() ? kTileWidth : 1;
    across_ = (job.width + tile_width_ - 1) / tile_width_;
    down_ = (job.height + kTileHeight - 1) / kTileHeight;
  }

  int tiles() const { return across_ * down_; }
  bool stopped() const { return stopped_.load(std::memory_order_relaxed); }

  void Render(int index) {
    const int left = index % across_ * tile_width_;
    const int top = index / across_ * kTileHeight;
    const Tile tile{left, top, std::min(left + tile_width_, job_.width), std::min(top + kTileHeight, job_.height)};
    if (direction_) return Render(tile, *direction_);
    Render(tile, CompositeDirection(scene_, job_.step_of(left)));
  }

 private:
  void Render(const Tile& tile, const CompositeDirection& direction) {
    std::vector<float> rgb(3 * (tile.right - tile.left));
    std::vector<CompositeRay> rays(tile.right - tile.left);
    CompositeQueue queue;
    for (int v = tile.top; v < tile.bottom; ++v) {
      if (stopped()) return;
      if (!operation_.Check().ok()) return stopped_.store(true, std::memory_order_relaxed);
      std::fill(rgb.begin(), rgb.end(), 0.0f);
      for (int u = tile.left; u < tile.right; ++u) {
        const int i = u - tile.left;
        rays[i] = {SamplePosition(job_, u, v, 0), clipper_.Clip(u, v), rgb.data() + 3 * i};
      }
      CompositeRays(scene_, direction, rays.data(), rays.size(), queue);
      QuantizeToBytes(rgb.data(), rgb.size(), raster_.samples.data() + v * raster_.row_bytes() + 3 * tile.left);
    }
  }

  const VolumeJob& job_;
  const Operation& operation_;
  image::Raster& raster_;
  const CompositeScene scene_;
  const RayClipper clipper_;
  std::optional<CompositeDirection> direction_;
  int tile_width_ = 0;
  int across_ = 0;
  int down_ = 0;
  std::atomic<bool> stopped_ = false;
};

}  // namespace

absl::StatusOr<image::Raster> RenderComposite(const VolumeJob& job, Parallel& parallel, const Operation& operation) {
  VITRINE_RETURN_IF_ERROR(operation.Check());
  image::Raster raster{job.width, job.height, 3, 8, {}};
  raster.samples.resize(raster.row_bytes() * raster.height);
  Composer composer(job, operation, raster);
  parallel.For(composer.tiles(), [&composer](int tile) { composer.Render(tile); });
  if (composer.stopped()) return operation.Check();
  return raster;
}

}  // namespace vitrine::render::simd
