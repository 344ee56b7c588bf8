#include "render/egl/volume_plan.h"

#include <algorithm>
#include <cmath>

namespace vitrine::render::egl {
namespace {

using image::Vector3;

// Voxels that a chunk may cross and samples that it may have: the position is then exact to about 1e-6 voxels.
constexpr double kChunkVoxels = 32;
constexpr int kMostChunkSamples = 64;

void Append(const Vector3& v, std::vector<double>& values) { values.insert(values.end(), {v.x, v.y, v.z}); }

double LargestComponent(const Vector3& v) { return std::max({std::abs(v.x), std::abs(v.y), std::abs(v.z)}); }

void SetColumns(const VolumeJob& job, VolumePlan& plan) {
  const image::Matrix3 steps = job.volume->lattice.steps();
  double largest = 0;  // Component of a step, in voxels.
  plan.columns.reserve(static_cast<size_t>(job.width) * kDoublesPerColumn);
  for (int u = 0; u < job.width; ++u) {
    const Vector3& step = job.step_of(u);
    const Vector3 sight = steps * step;
    const double length = Length(sight);
    Append(job.origin_of(u), plan.columns);
    Append(job.down_of(u), plan.columns);
    Append(step, plan.columns);
    Append(length > 0 ? Normalized(sight) : Vector3{}, plan.columns);
    plan.columns.push_back(length);
    largest = std::max(largest, LargestComponent(step));
  }
  plan.chunk = static_cast<int>(std::clamp(kChunkVoxels / largest, 1.0, static_cast<double>(kMostChunkSamples)));
}

}  // namespace

VolumePlan MakeVolumePlan(const VolumeJob& job) {
  const bool composite = job.reduction == Reduction::kComposite;
  VolumePlan plan;
  plan.variant = {job.volume->type, job.reduction, job.interpolation == Interpolation::kCubic,
                  !job.volume->padding.empty(), composite && job.transfer_function->shaded};
  SetColumns(job, plan);
  const RayClipper clipper(job);
  for (const RayClipper::Slab& slab : clipper.slabs()) {
    Append(slab.normal, plan.slabs);
    plan.slabs.push_back(slab.low);
    plan.slabs.push_back(slab.high);
  }
  if (composite) {
    plan.transfer = TabulateTransfer(*job.transfer_function, job.volume->rescale);
  } else {
    plan.tone = PlanVolumeTone(job.tone);
  }
  const uint64_t columns = plan.columns.size() * sizeof(double);
  const uint64_t luts = plan.tone.luts.size() * sizeof(float);
  const uint64_t pixel = static_cast<uint64_t>(composite ? 4 : 1) * (job.bits / 8);  // Targets have 1 channel or 4.
  plan.bytes = 2 * pixel * job.width * job.height + columns + luts;
  plan.largest_buffer = std::max(columns, luts);
  return plan;
}

}  // namespace vitrine::render::egl
