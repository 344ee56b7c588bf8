#include "render/simd/composite_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "render/simd/composite_kernels.cc"
#include "hwy/foreach_target.h"  // Must come before highway.h: it compiles this file once per instruction set.
#include "hwy/highway.h"
#include "render/simd/composite_march-inl.h"
#include "render/simd/composite_shade-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::render::simd {
namespace HWY_NAMESPACE {
namespace {

template <typename Sample>
void CompositeRaysOf(const CompositeScene& scene, const CompositeDirection& direction, const CompositeRay* rays,
                     size_t count, CompositeQueue& queue) {
  Marcher<Sample> marcher(scene, direction, queue);
  const Shader<Sample> shader(scene, direction);
  for (size_t i = 0; i < count; ++i) {
    const CompositeRay& ray = rays[i];
    float transmittance = 1;
    queue.segments.push_back({queue.size, ray.rgb});
    int k = marcher.March(ray, ray.range.first, transmittance);
    while (k < ray.range.last) {
      shader.Shade(queue);
      queue.segments.push_back({0, ray.rgb});
      k = marcher.March(ray, k, transmittance);
    }
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
