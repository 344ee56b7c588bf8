#ifndef VITRINE_RENDER_SIMD_BRICK_MAP_CACHE_H_
#define VITRINE_RENDER_SIMD_BRICK_MAP_CACHE_H_

#include <cstddef>
#include <list>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "base/parallel.h"
#include "image/volume.h"
#include "render/simd/brick_map.h"
#include "render/simd/transfer_table.h"
#include "render/volume_job.h"

namespace vitrine::render::simd {

// The maps of the last pictures: a hand that turns a volume asks for the same one again and again. Holds no volume; the
// maps of volumes that are gone go with the next look-up. Thread-safe.
class BrickMapCache {
 public:
  // Made where it is not held; two threads that miss at the same time both make one.
  std::shared_ptr<const BrickMap> Get(const std::shared_ptr<const image::Volume>& volume,
                                      std::vector<OpaqueRange> opaque, Interpolation interpolation, Parallel& parallel);

 private:
  // A map has nine to ten bytes a brick, a hundredth of the voxels' or less.
  static constexpr size_t kCapacity = 8;

  struct Entry {
    std::weak_ptr<const image::Volume> volume;
    std::vector<OpaqueRange> opaque;
    Interpolation interpolation;
    std::shared_ptr<const BrickMap> map;
  };

  std::shared_ptr<const BrickMap> Find(const std::shared_ptr<const image::Volume>& volume,
                                       const std::vector<OpaqueRange>& opaque, Interpolation interpolation);

  absl::Mutex mutex_;
  std::list<Entry> entries_ ABSL_GUARDED_BY(mutex_);  // The last used one first.
};

}  // namespace vitrine::render::simd

#endif  // VITRINE_RENDER_SIMD_BRICK_MAP_CACHE_H_
