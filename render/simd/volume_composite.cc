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
constexpr int kTileWidth = 64;
constexpr int kTileHeight = 32;
constexpr int kBlock = 4;

struct Tile {
  int left;
  int top;
  int right;
  int bottom;
};

class Composer {
 public:
  Composer(const VolumeJob& job, BrickMapCache& maps, Parallel& parallel, const Operation& operation,
           image::Raster& raster)
      : job_(job), operation_(operation), raster_(raster), scene_(job, maps, parallel), clipper_(job) {
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
    const int width = tile.right - tile.left;
    std::vector<float> rgb(3 * width * kBlock);
    std::vector<CompositeRay> rays;
    CompositeQueue queue;
    for (int top = tile.top; top < tile.bottom; top += kBlock) {
      if (stopped()) return;
      if (!operation_.Check().ok()) return stopped_.store(true, std::memory_order_relaxed);
      std::fill(rgb.begin(), rgb.end(), 0.0f);
      rays.clear();
      const Tile band{tile.left, top, tile.right, std::min(top + kBlock, tile.bottom)};
      AddRays(band, rgb.data(), rays);
      CompositeRays(scene_, direction, rays.data(), rays.size(), queue);
      for (int v = band.top; v < band.bottom; ++v) {
        QuantizeToBytes(rgb.data() + 3 * width * (v - band.top), 3 * width,
                        raster_.samples.data() + v * raster_.row_bytes() + 3 * tile.left);
      }
    }
  }

  // Of a band no higher than a block, block by block: kernels take rays that follow each other together.
  void AddRays(const Tile& band, float* rgb, std::vector<CompositeRay>& rays) const {
    const int width = band.right - band.left;
    for (int left = band.left; left < band.right; left += kBlock) {
      for (int v = band.top; v < band.bottom; ++v) {
        for (int u = left; u < std::min(left + kBlock, band.right); ++u) {
          rays.push_back(
              {SamplePosition(job_, u, v, 0), clipper_.Clip(u, v), rgb + 3 * ((v - band.top) * width + u - band.left)});
        }
      }
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

absl::StatusOr<image::Raster> RenderComposite(const VolumeJob& job, BrickMapCache& maps, Parallel& parallel,
                                              const Operation& operation) {
  VITRINE_RETURN_IF_ERROR(operation.Check());
  image::Raster raster{job.width, job.height, 3, 8, {}};
  raster.samples.resize(raster.row_bytes() * raster.height);
  Composer composer(job, maps, parallel, operation, raster);
  parallel.For(composer.tiles(), [&composer](int tile) { composer.Render(tile); });
  if (composer.stopped()) return operation.Check();
  return raster;
}

}  // namespace vitrine::render::simd
