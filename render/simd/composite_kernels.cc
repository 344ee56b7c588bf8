#include "render/simd/composite_kernels.h"

#include <algorithm>

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

// As many rays as a vector has lanes; neighbours, so that they leap about equally far.
class RayGroup {
 public:
  RayGroup(const CompositeRay* rays, size_t count) : rays_(rays), count_(static_cast<int>(count)) {
    for (int i = 0; i < count_; ++i) {
      x_[i] = static_cast<float>(rays[i].origin.x);
      y_[i] = static_cast<float>(rays[i].origin.y);
      z_[i] = static_cast<float>(rays[i].origin.z);
      next_[i] = static_cast<float>(rays[i].range.first);
      last_[i] = static_cast<float>(rays[i].range.last);
      transmittance_[i] = 1;
    }
  }

  template <typename Sample>
  HWY_INLINE void Follow(const Leaper& leaper, Marcher<Sample>& marcher, const Shader<Sample>& shader,
                         CompositeQueue& queue) {
    const Float d;
    const int lanes = static_cast<int>(hn::Lanes(d));
    const Positions origin{hn::Load(d, x_), hn::Load(d, y_), hn::Load(d, z_)};
    const auto last = hn::Load(d, last_);
    while (!hn::AllFalse(d, hn::Lt(hn::Load(d, next_), last))) {
      hn::Store(leaper.Next(origin, hn::Load(d, next_), last), d, next_);
      for (int i = 0; i < count_; ++i) {
        if (next_[i] >= last_[i]) continue;
        if (!marcher.has_room()) shader.Shade(queue);
        marcher.Look(rays_[i], static_cast<int>(next_[i]), transmittance_[i]);
        next_[i] = transmittance_[i] < kOpaque ? last_[i] : next_[i] + lanes;
      }
    }
  }

 private:
  const CompositeRay* rays_;
  const int count_;
  HWY_ALIGN float x_[kMaxLanes] = {};
  HWY_ALIGN float y_[kMaxLanes] = {};
  HWY_ALIGN float z_[kMaxLanes] = {};
  HWY_ALIGN float next_[kMaxLanes] = {};
  HWY_ALIGN float last_[kMaxLanes] = {};
  HWY_ALIGN float transmittance_[kMaxLanes] = {};
};

template <typename Sample>
void CompositeRaysOf(const CompositeScene& scene, const CompositeDirection& direction, const CompositeRay* rays,
                     size_t count, CompositeQueue& queue) {
  const Leaper leaper(scene, direction.step);
  Marcher<Sample> marcher(scene, direction, queue);
  const Shader<Sample> shader(scene, direction);
  const size_t lanes = hn::Lanes(Float());
  for (size_t i = 0; i < count; i += lanes) {
    RayGroup(rays + i, std::min(lanes, count - i)).Follow(leaper, marcher, shader, queue);
  }
  shader.Shade(queue);
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
