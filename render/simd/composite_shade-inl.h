// The colours of the samples that contribute. For inclusion in files that Highway compiles once per instruction set.

#if defined(VITRINE_RENDER_SIMD_COMPOSITE_SHADE_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINE_RENDER_SIMD_COMPOSITE_SHADE_INL_H_
#undef VITRINE_RENDER_SIMD_COMPOSITE_SHADE_INL_H_
#else
#define VITRINE_RENDER_SIMD_COMPOSITE_SHADE_INL_H_
#endif

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "hwy/contrib/math/math-inl.h"
#include "hwy/highway.h"
#include "render/simd/composite_cells-inl.h"
#include "render/simd/composite_march-inl.h"
#include "render/simd/composite_scene.h"
#include "render/simd/exact_differences.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::render::simd {
namespace HWY_NAMESPACE {

template <typename Sample>
class Shader {
 public:
  Shader(const CompositeScene& scene, const CompositeDirection& direction) : scene_(scene), direction_(direction) {}

  // Adds every sample of the queue to its pixel and empties the queue.
  void Shade(CompositeQueue& queue) const {
    const size_t lanes = hn::Lanes(Float());
    for (std::vector<float>* values : {&queue.x, &queue.y, &queue.z, &queue.entry}) {
      // The lanes past the end repeat the last sample; nothing reads their colours.
      if (queue.size > 0) std::fill_n(values->begin() + queue.size, lanes, (*values)[queue.size - 1]);
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
  // Replaces the coordinates of the samples by their weighted colours.
  HWY_INLINE void ShadeVector(CompositeQueue& queue, size_t i) const {
    const Float d;
    const TransferTable& table = direction_.table;
    const auto entry = hn::LoadU(d, queue.entry.data() + i);
    const auto weight = hn::LoadU(d, queue.weight.data() + i);
    const auto index = hn::ConvertTo(Int(), entry);
    const auto fraction = hn::Sub(entry, hn::ConvertTo(d, index));
    auto light = weight;
    auto highlight = hn::Zero(d);
    if (scene_.function.shaded) {
      Light(GradientAt(queue, i), light, highlight);
      light = hn::Mul(light, weight);
      highlight = hn::Mul(highlight, weight);
    }
    hn::StoreU(hn::MulAdd(LookUp(table.red.data(), index, fraction), light, highlight), d, queue.x.data() + i);
    hn::StoreU(hn::MulAdd(LookUp(table.green.data(), index, fraction), light, highlight), d, queue.y.data() + i);
    hn::StoreU(hn::MulAdd(LookUp(table.blue.data(), index, fraction), light, highlight), d, queue.z.data() + i);
  }

  // Along the axes of the lattice, not scaled.
  HWY_INLINE Positions GradientAt(const CompositeQueue& queue, size_t i) const {
    const Float d;
    const VolumeLayout& layout = scene_.layout;
    const Positions absolute{hn::LoadU(d, queue.x.data() + i), hn::LoadU(d, queue.y.data() + i),
                             hn::LoadU(d, queue.z.data() + i)};
    const NearbyVoxel nearby(layout, {queue.x[i], queue.y[i], queue.z[i]});
    const auto from = [&](FloatVector v, int base)
                          HWY_ATTR { return hn::Sub(v, hn::Set(d, static_cast<float>(base))); };
    const Positions relative{from(absolute.x, nearby.x), from(absolute.y, nearby.y), from(absolute.z, nearby.z)};
    if (!scene_.offsets_fit && !OffsetsFit(layout, Reach(relative.x), Reach(relative.y), Reach(relative.z)))
      return ExactGradient(queue, i);
    const bool interior = IsInterior(absolute.x, layout.columns) && IsInterior(absolute.y, layout.rows) &&
                          IsInterior(absolute.z, layout.slices);
    if (!interior) return BorderGradient(nearby, relative);
    const auto gradient =
        detail::InteriorGradient<Sample>(layout, nearby.voxels, MakeCells<Sample>(layout, nearby, relative));
    return {gradient.x, gradient.y, gradient.z};
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
    const auto at = [&](FloatVector x, FloatVector y, FloatVector z) HWY_ATTR {
      return Trilinear<Sample>(scene_.layout, nearby.voxels, MakeCells<Sample>(scene_.layout, nearby, {x, y, z}));
    };
    return {hn::Sub(at(hn::Add(p.x, one), p.y, p.z), at(hn::Sub(p.x, one), p.y, p.z)),
            hn::Sub(at(p.x, hn::Add(p.y, one), p.z), at(p.x, hn::Sub(p.y, one), p.z)),
            hn::Sub(at(p.x, p.y, hn::Add(p.z, one)), at(p.x, p.y, hn::Sub(p.z, one)))};
  }

  HWY_NOINLINE Positions ExactGradient(const CompositeQueue& queue, size_t i) const {
    const Float d;
    HWY_ALIGN float x[kMaxLanes];
    HWY_ALIGN float y[kMaxLanes];
    HWY_ALIGN float z[kMaxLanes];
    for (size_t lane = 0; lane < hn::Lanes(d); ++lane) {
      const image::Vector3 gradient =
          ExactDifferences(scene_.volume, {queue.x[i + lane], queue.y[i + lane], queue.z[i + lane]});
      x[lane] = static_cast<float>(gradient.x);
      y[lane] = static_cast<float>(gradient.y);
      z[lane] = static_cast<float>(gradient.z);
    }
    return {hn::Load(d, x), hn::Load(d, y), hn::Load(d, z)};
  }

  // image::TransferFunction's lighting, for a gradient along the axes of the lattice.
  HWY_INLINE void Light(const Positions& gradient, FloatVector& light, FloatVector& highlight) const {
    const Float d;
    const image::TransferFunction& function = scene_.function;
    const image::Matrix3& m = scene_.to_patient;
    const auto x = Mix(gradient, m.x.x, m.y.x, m.z.x);
    const auto y = Mix(gradient, m.x.y, m.y.y, m.z.y);
    const auto z = Mix(gradient, m.x.z, m.y.z, m.z.z);
    const auto along_sight = Mix({x, y, z}, direction_.sight.x, direction_.sight.y, direction_.sight.z);
    const auto squared = hn::MulAdd(x, x, hn::MulAdd(y, y, hn::Mul(z, z)));
    const auto flat = hn::Eq(squared, hn::Zero(d));
    const auto one = hn::Set(d, 1.0f);
    const auto cosine = hn::IfThenElse(flat, one, hn::Min(hn::Div(hn::Abs(along_sight), hn::Sqrt(squared)), one));
    light = hn::MulAdd(hn::Set(d, static_cast<float>(function.diffuse)), cosine,
                       hn::Set(d, static_cast<float>(function.ambient)));
    if (function.specular == 0) return;
    highlight = hn::IfThenZeroElse(flat, hn::Mul(hn::Set(d, static_cast<float>(function.specular)), Power(cosine)));
  }

  static HWY_INLINE FloatVector Mix(const Positions& v, double x, double y, double z) {
    const Float d;
    return hn::MulAdd(
        v.x, hn::Set(d, static_cast<float>(x)),
        hn::MulAdd(v.y, hn::Set(d, static_cast<float>(y)), hn::Mul(v.z, hn::Set(d, static_cast<float>(z)))));
  }

  // cosine^specular_power; the usual whole powers by repeated squaring.
  HWY_INLINE FloatVector Power(FloatVector cosine) const {
    const Float d;
    const double power = scene_.function.specular_power;
    if (power >= 0 && power <= 1024 && power == std::floor(power)) {
      auto result = hn::Set(d, 1.0f);
      for (int rest = static_cast<int>(power); rest != 0; rest >>= 1) {
        if ((rest & 1) != 0) result = hn::Mul(result, cosine);
        cosine = hn::Mul(cosine, cosine);
      }
      return result;
    }
    const auto logarithm = hn::Log(d, hn::Max(cosine, hn::Set(d, 1e-30f)));
    return hn::Exp(d, hn::Max(hn::Mul(logarithm, hn::Set(d, static_cast<float>(power))), hn::Set(d, -80.0f)));
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
};

}  // namespace HWY_NAMESPACE
}  // namespace vitrine::render::simd
HWY_AFTER_NAMESPACE();

#endif  // Guard per instruction set.
