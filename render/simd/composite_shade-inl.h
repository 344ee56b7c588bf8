// The colours of the samples that contribute. For inclusion in files that Highway compiles once per instruction set.

#if defined(VITRINE_RENDER_SIMD_COMPOSITE_SHADE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINE_RENDER_SIMD_COMPOSITE_SHADE_INL_H_
#undef VITRINE_RENDER_SIMD_COMPOSITE_SHADE_INL_H_
#else
#define VITRINE_RENDER_SIMD_COMPOSITE_SHADE_INL_H_
#endif

#include <algorithm>
#include <cstdint>

#include "hwy/highway.h"
#include "render/simd/composite_cells-inl.h"
#include "render/simd/composite_gradient-inl.h"
#include "render/simd/composite_light-inl.h"
#include "render/simd/composite_march-inl.h"
#include "render/simd/composite_scene.h"
#include "render/simd/exact_sample.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::render::simd {
namespace HWY_NAMESPACE {

template <typename Reader>
class Shader {
 public:
  Shader(const CompositeScene& scene, const CompositeDirection& direction)
      : scene_(scene), direction_(direction), lighting_(scene, direction) {}

  // Adds every sample of the queue to its pixel and empties the queue.
  void Shade(CompositeQueue& queue) const {
    const size_t lanes = hn::Lanes(Float());
    for (std::vector<float>* values : {&queue.x, &queue.y, &queue.z, &queue.entry}) {
      // The lanes past the end repeat the last point; nothing reads their colours.
      if (queue.size > 0) std::fill_n(values->begin() + queue.size, lanes + 1, (*values)[queue.size - 1]);
    }
    if (scene_.function.shaded) {
      for (size_t i = 0; i < queue.size; i += lanes) Store(lighting_.ToView(GradientAt(queue, i)), queue, i);
    }
    for (size_t i = 0; i < queue.size; i += lanes) ShadeVector(queue, i);
    for (size_t s = 0; s < queue.segments.size(); ++s) {
      const CompositeQueue::Segment& segment = queue.segments[s];
      const size_t last = s + 1 < queue.segments.size() ? queue.segments[s + 1].first : queue.size;
      segment.rgb[0] += Sum(queue.x.data(), segment.first, last);
      segment.rgb[1] += Sum(queue.y.data(), segment.first, last);
      segment.rgb[2] += Sum(queue.z.data(), segment.first, last);
    }
    queue.size = 0;
    queue.segments.clear();
  }

 private:
  using Sample = typename Reader::Sample;

  static HWY_INLINE Positions Load(const CompositeQueue& queue, size_t i) {
    const Float d;
    return {hn::LoadU(d, queue.x.data() + i), hn::LoadU(d, queue.y.data() + i), hn::LoadU(d, queue.z.data() + i)};
  }

  static HWY_INLINE void Store(const Positions& values, CompositeQueue& queue, size_t i) {
    const Float d;
    hn::StoreU(values.x, d, queue.x.data() + i);
    hn::StoreU(values.y, d, queue.y.data() + i);
    hn::StoreU(values.z, d, queue.z.data() + i);
  }

  // Replaces the gradients by the weighted colours of the samples.
  HWY_INLINE void ShadeVector(CompositeQueue& queue, size_t i) const {
    const Float d;
    const TransferTable& table = direction_.table;
    const Entry entry(hn::LoadU(d, queue.entry.data() + i));
    const auto weight = hn::LoadU(d, queue.weight.data() + i);
    Light light{weight, hn::Zero(d)};
    if (scene_.function.shaded) {
      light = lighting_.OfStretch(Load(queue, i), Load(queue, i + 1));
      light.of_colour = hn::Mul(light.of_colour, weight);
      light.highlight = hn::Mul(light.highlight, weight);
    }
    const auto lit = [&](const std::vector<float>& colour) HWY_ATTR {
      return hn::MulAdd(entry.LookUp<typename Reader::Loads>(colour), light.of_colour, light.highlight);
    };
    Store({lit(table.red), lit(table.green), lit(table.blue)}, queue, i);
  }

  // Central differences in stored values along the axes of the lattice.
  HWY_INLINE Positions GradientAt(const CompositeQueue& queue, size_t i) const {
    const Float d;
    const VolumeLayout& layout = scene_.layout;
    const Positions absolute = Load(queue, i);
    const NearbyVoxel nearby(layout, {queue.x[i], queue.y[i], queue.z[i]});
    const auto from = [&](FloatVector v, int base)
                          HWY_ATTR { return hn::Sub(v, hn::Set(d, static_cast<float>(base))); };
    const Positions relative{from(absolute.x, nearby.x), from(absolute.y, nearby.y), from(absolute.z, nearby.z)};
    if (!scene_.offsets_fit && !OffsetsFit(layout, Reach(relative.x), Reach(relative.y), Reach(relative.z)))
      return ExactGradient(queue, i);
    const bool interior = IsInterior(absolute.x, layout.columns) && IsInterior(absolute.y, layout.rows) &&
                          IsInterior(absolute.z, layout.slices);
    if (!interior) return BorderGradient(nearby, relative);
    return InteriorGradient<Reader>(layout, nearby.voxels, MakeCells<Sample>(layout, nearby, relative));
  }

  HWY_INLINE double Reach(FloatVector relative) const {
    const Float d;
    return hn::GetLane(hn::MaxOfLanes(d, hn::Abs(relative)));
  }

  static HWY_INLINE bool IsInterior(FloatVector v, int size) {
    const Float d;
    return hn::AllTrue(d, hn::And(hn::Ge(v, hn::Set(d, 1.0f)), hn::Lt(v, hn::Set(d, static_cast<float>(size - 2)))));
  }

  HWY_NOINLINE Positions BorderGradient(const NearbyVoxel& nearby, const Positions& p) const {
    const Float d;
    const auto one = hn::Set(d, 1.0f);
    const auto half = hn::Set(d, 0.5f);
    const auto at = [&](FloatVector x, FloatVector y, FloatVector z) HWY_ATTR {
      return Trilinear<Reader>(scene_.layout, nearby.voxels, MakeCells<Sample>(scene_.layout, nearby, {x, y, z}));
    };
    return {hn::Mul(half, hn::Sub(at(hn::Add(p.x, one), p.y, p.z), at(hn::Sub(p.x, one), p.y, p.z))),
            hn::Mul(half, hn::Sub(at(p.x, hn::Add(p.y, one), p.z), at(p.x, hn::Sub(p.y, one), p.z))),
            hn::Mul(half, hn::Sub(at(p.x, p.y, hn::Add(p.z, one)), at(p.x, p.y, hn::Sub(p.z, one))))};
  }

  HWY_NOINLINE Positions ExactGradient(const CompositeQueue& queue, size_t i) const {
    const Float d;
    HWY_ALIGN float x[kMaxLanes];
    HWY_ALIGN float y[kMaxLanes];
    HWY_ALIGN float z[kMaxLanes];
    for (size_t lane = 0; lane < hn::Lanes(d); ++lane) {
      const image::Vector3 gradient =
          0.5 * ExactDifferences(scene_.volume, {queue.x[i + lane], queue.y[i + lane], queue.z[i + lane]});
      x[lane] = static_cast<float>(gradient.x);
      y[lane] = static_cast<float>(gradient.y);
      z[lane] = static_cast<float>(gradient.z);
    }
    return {hn::Load(d, x), hn::Load(d, y), hn::Load(d, z)};
  }

  static HWY_INLINE float Sum(const float* values, size_t first, size_t last) {
    const Float d;
    auto sum = hn::Zero(d);
    size_t i = first;
    for (; i + hn::Lanes(d) <= last; i += hn::Lanes(d)) sum = hn::Add(sum, hn::LoadU(d, values + i));
    sum = hn::Add(sum, hn::IfThenElseZero(hn::FirstN(d, last - i), hn::LoadU(d, values + i)));
    return hn::GetLane(hn::SumOfLanes(d, sum));
  }

  const CompositeScene& scene_;
  const CompositeDirection& direction_;
  const Lighting lighting_;
};

}  // namespace HWY_NAMESPACE
}  // namespace vitrine::render::simd
HWY_AFTER_NAMESPACE();

#endif  // Guard per instruction set.
