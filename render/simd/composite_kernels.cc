#include "render/simd/composite_kernels.h"

#include <algorithm>
#include <bit>
#include <cstdint>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "render/simd/composite_kernels.cc"
#include "hwy/foreach_target.h"  // Must come before highway.h: it compiles this file once per instruction set.
#include "hwy/highway.h"
#include "render/simd/composite_leap-inl.h"
#include "render/simd/composite_march-inl.h"
#include "render/simd/composite_shade-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::render::simd {
namespace HWY_NAMESPACE {
namespace {

// Vectors of rays that leap at the same time.
constexpr int kVectors = 4;

// As many rays as these vectors have lanes; neighbours, so that they leap about equally far.
class RayGroup {
 public:
  static constexpr int kRays = kVectors * kLanes;
  static_assert(kRays <= 64);

  RayGroup(const CompositeRay* rays, size_t count, const image::Vector3& step)
      : rays_(rays), count_(static_cast<int>(count)), step_(step) {
    for (int i = 0; i < count_; ++i) {
      x_[i] = static_cast<float>(rays[i].origin.x);
      y_[i] = static_cast<float>(rays[i].origin.y);
      z_[i] = static_cast<float>(rays[i].origin.z);
      next_[i] = static_cast<float>(rays[i].range.first);
      last_[i] = static_cast<float>(rays[i].range.last);
      transmittance_[i] = 1;
    }
  }

  template <typename Reader>
  HWY_INLINE void Follow(const Leaper<typename Reader::Loads>& leaper, Marcher<Reader>& marcher,
                         const Shader<Reader>& shader, CompositeQueue& queue) {
    while (Leap(leaper)) {
      const int count = CollectRuns();
      marcher.Sample(runs_, count, stored_);
      for (int i = 0; i < count; ++i) {
        if (!marcher.has_room()) shader.Shade(queue);
        marcher.Add(stored_ + i * kLanes, runs_[i]);
        Advance(runs_[i]);
      }
    }
  }

 private:
  // False where all rays are at their ends.
  template <typename Loads>
  HWY_INLINE bool Leap(const Leaper<Loads>& leaper) {
    const Float d;
    typename Leaper<Loads>::Rays rays[kVectors];
    bool any = false;
    for (int v = 0; v < kVectors; ++v) {
      const int i = v * kLanes;
      rays[v].origin = {hn::Load(d, x_ + i), hn::Load(d, y_ + i), hn::Load(d, z_ + i)};
      rays[v].last = hn::Load(d, last_ + i);
      rays[v].k = hn::Load(d, next_ + i);
      any = any || !hn::AllFalse(d, hn::Lt(rays[v].k, rays[v].last));
    }
    if (!any) return false;
    leaper.Leap(rays);
    arrived_ = 0;
    for (int v = 0; v < kVectors; ++v) {
      hn::Store(rays[v].k, d, next_ + v * kLanes);
      uint64_t bits = 0;
      hn::StoreMaskBits(d, rays[v].arrived, reinterpret_cast<uint8_t*>(&bits));
      arrived_ |= bits << (v * kLanes);
    }
    return true;
  }

  // Of the rays that have come to something that can be seen; returns how many there are.
  HWY_INLINE int CollectRuns() {
    int count = 0;
    for (uint64_t rest = arrived_; rest != 0; rest &= rest - 1) {
      const int i = std::countr_zero(rest);
      const int k = static_cast<int>(next_[i]);
      runs_[count++] = {&rays_[i], rays_[i].origin + static_cast<double>(k) * step_,
                        std::min(rays_[i].range.last - k, kLanes), i, transmittance_[i]};
    }
    return count;
  }

  HWY_INLINE void Advance(const Run& run) {
    const int i = run.number;
    transmittance_[i] = run.transmittance;
    next_[i] = run.transmittance < kOpaque ? last_[i] : next_[i] + kLanes;
  }

  const CompositeRay* rays_;
  const int count_;
  const image::Vector3 step_;
  HWY_ALIGN float x_[kRays] = {};
  HWY_ALIGN float y_[kRays] = {};
  HWY_ALIGN float z_[kRays] = {};
  HWY_ALIGN float next_[kRays] = {};  // Sample to go on with.
  uint64_t arrived_ = 0;              // A bit for each ray: whether that sample lies where anything can be seen.
  HWY_ALIGN float last_[kRays] = {};
  HWY_ALIGN float transmittance_[kRays] = {};
  Run runs_[kRays];
  HWY_ALIGN float stored_[kRays * kLanes];
};

template <typename Reader>
void CompositeRaysWith(const CompositeScene& scene, const CompositeDirection& direction, const CompositeRay* rays,
                       size_t count, CompositeQueue& queue) {
  const Leaper<typename Reader::Loads> leaper(scene, direction.step);
  Marcher<Reader> marcher(scene, direction, queue);
  const Shader<Reader> shader(scene, direction);
  for (size_t i = 0; i < count; i += RayGroup::kRays) {
    RayGroup(rays + i, std::min<size_t>(RayGroup::kRays, count - i), direction.step)
        .Follow(leaper, marcher, shader, queue);
  }
  shader.Shade(queue);
}

template <typename Sample>
void CompositeRaysOf(const CompositeScene& scene, const CompositeDirection& direction, const CompositeRay* rays,
                     size_t count, CompositeQueue& queue) {
  WithFasterReader<Sample>(
      [&](auto reader) { CompositeRaysWith<decltype(reader)>(scene, direction, rays, count, queue); });
}

void CompositeRays(const CompositeScene& scene, const CompositeDirection& direction, const CompositeRay* rays,
                   size_t count, CompositeQueue& queue) {
  switch (scene.volume.type) {
    case image::SampleType::kUint8: return CompositeRaysOf<uint8_t>(scene, direction, rays, count, queue);
    case image::SampleType::kUint16: return CompositeRaysOf<uint16_t>(scene, direction, rays, count, queue);
    case image::SampleType::kInt16: return CompositeRaysOf<int16_t>(scene, direction, rays, count, queue);
    case image::SampleType::kFloat32: return CompositeRaysOf<float>(scene, direction, rays, count, queue);
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace vitrine::render::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::render::simd {

HWY_EXPORT(CompositeRays);

void CompositeRays(const CompositeScene& scene, const CompositeDirection& direction, const CompositeRay* rays,
                   size_t count, CompositeQueue& queue) {
  HWY_DYNAMIC_DISPATCH(CompositeRays)(scene, direction, rays, count, queue);
}

}  // namespace vitrine::render::simd
#endif  // HWY_ONCE
