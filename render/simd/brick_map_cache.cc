#include "render/simd/brick_map_cache.h"

#include <utility>

namespace vitrine::render::simd {

std::shared_ptr<const BrickMap> BrickMapCache::Get(const std::shared_ptr<const image::Volume>& volume,
                                                   std::vector<OpaqueRange> opaque, Interpolation interpolation,
                                                   Parallel& parallel) {
  if (auto map = Find(volume, opaque, interpolation); map != nullptr) return map;
  auto map = std::make_shared<const BrickMap>(MakeBrickMap(*volume, opaque, interpolation, parallel));
  absl::MutexLock lock(&mutex_);
  entries_.push_front({volume, std::move(opaque), interpolation, map});
  if (entries_.size() > kCapacity) entries_.pop_back();
  return map;
}

std::shared_ptr<const BrickMap> BrickMapCache::Find(const std::shared_ptr<const image::Volume>& volume,
                                                    const std::vector<OpaqueRange>& opaque,
                                                    Interpolation interpolation) {
  absl::MutexLock lock(&mutex_);
  entries_.remove_if([](const Entry& entry) { return entry.volume.expired(); });
  for (auto entry = entries_.begin(); entry != entries_.end(); ++entry) {
    if (entry->volume.lock() != volume || entry->interpolation != interpolation || entry->opaque != opaque) continue;
    entries_.splice(entries_.begin(), entries_, entry);
    return entry->map;
  }
  return nullptr;
}

}  // namespace vitrine::render::simd
