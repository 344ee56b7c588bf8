#ifndef VITRINE_RENDER_SIMD_COMPOSITE_KERNELS_H_
#define VITRINE_RENDER_SIMD_COMPOSITE_KERNELS_H_

// Volume rendering's inner loops, compiled once per instruction set and chosen at run time.

#include <cstddef>

#include "render/simd/composite_scene.h"

namespace vitrine::render::simd {

// Follows each ray through the volume and adds what it sees to its `rgb`. `queue` is empty, and is so again on return.
void CompositeRays(const CompositeScene& scene, const CompositeDirection& direction, const CompositeRay* rays,
                   size_t count, CompositeQueue& queue);

}  // namespace vitrine::render::simd

#endif  // VITRINE_RENDER_SIMD_COMPOSITE_KERNELS_H_
