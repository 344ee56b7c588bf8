#ifndef VITRINE_RENDER_EGL_EGL_PLAN_H_
#define VITRINE_RENDER_EGL_EGL_PLAN_H_

// What the caller's thread works out before the GL thread draws.

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "render/renderer.h"
#include "render/resample_weights.h"
#include "render/tone_plan.h"

namespace vitrine::render::egl {

// Input samples [first, first + count) that an axis reaches.
struct Reach {
  int first = 0;
  int count = 0;
};

struct EglPlan {
  AxisWeights axes[2];  // 0: x, 1: y.
  Reach reach[2];
  TonePlan tone;

  // The axes that are resampled, in the order that makes the picture between them the smaller one.
  std::vector<int> order;

  // Of targets, buffers and readback together.
  uint64_t bytes = 0;
  int64_t longest_side = 0;     // Of any texture.
  uint64_t largest_buffer = 0;  // Of weights or a table, in bytes.
};

// `job` is valid.
EglPlan MakeEglPlan(const RenderJob& job);

}  // namespace vitrine::render::egl

#endif  // VITRINE_RENDER_EGL_EGL_PLAN_H_
