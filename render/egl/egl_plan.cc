#include "render/egl/egl_plan.h"

#include <algorithm>

namespace vitrine::render::egl {
namespace {

Reach ReachOf(const AxisWeights& axis) {
  const auto [low, high] = std::minmax(axis.first.front(), axis.first.back());
  return {low, high + axis.taps - low};
}

uint64_t Area(int width, int height) { return static_cast<uint64_t>(width) * height; }

}  // namespace

EglPlan MakeEglPlan(const RenderJob& job) {
  const Region& source = job.source;
  EglPlan plan;
  plan.axes[0] = MakeAxisWeights(job.frame->columns, source.left, source.width, job.width, job.flip_horizontal);
  plan.axes[1] = MakeAxisWeights(job.frame->rows, source.top, source.height, job.height, job.flip_vertical);
  for (int a = 0; a < 2; ++a) {
    plan.reach[a] = ReachOf(plan.axes[a]);
    if (!plan.axes[a].copies) plan.order.push_back(a);
  }
  const uint64_t rows_first = Area(job.width, plan.reach[1].count);
  const uint64_t columns_first = Area(plan.reach[0].count, job.height);
  if (plan.order.size() == 2 && columns_first < rows_first) plan.order = {1, 0};

  const uint64_t channels = job.frame->channels == 3 ? 4 : 1;  // Targets have one channel or four.
  const uint64_t output = Area(job.width, job.height) * channels * (job.bits / 8);
  plan.bytes = 2 * output;
  if (plan.order.size() == 2) plan.bytes += std::min(rows_first, columns_first) * channels * sizeof(float);
  for (const int a : plan.order) {
    plan.bytes += plan.axes[a].weights.size() * sizeof(float);
    plan.largest_buffer = std::max<uint64_t>(plan.largest_buffer, plan.axes[a].weights.size() * sizeof(float));
  }
  plan.longest_side = std::max({job.width, job.height, job.frame->columns, job.frame->rows});

  plan.tone = PlanTone(job, plan.reach[1].first, plan.reach[1].count);
  plan.largest_buffer = std::max<uint64_t>(plan.largest_buffer, plan.tone.table.size() * sizeof(float));
  return plan;
}

}  // namespace vitrine::render::egl
