// The light on samples. For inclusion in files that Highway compiles once per instruction set.

#if defined(VITRINE_RENDER_SIMD_COMPOSITE_LIGHT_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINE_RENDER_SIMD_COMPOSITE_LIGHT_INL_H_
#undef VITRINE_RENDER_SIMD_COMPOSITE_LIGHT_INL_H_
#else
#define VITRINE_RENDER_SIMD_COMPOSITE_LIGHT_INL_H_
#endif

#include <cmath>

#include "hwy/contrib/math/math-inl.h"
#include "hwy/highway.h"
#include "render/simd/composite_cells-inl.h"
#include "render/simd/composite_scene.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::render::simd {
namespace HWY_NAMESPACE {

// What a sample of colour c shows is c * of_colour + highlight.
struct Light {
  FloatVector of_colour;
  FloatVector highlight;
};

// image::TransferFunction's lighting.
class Lighting {
 public:
  Lighting(const CompositeScene& scene, const CompositeDirection& direction)
      : function_(scene.function),
        to_view_(direction.to_view),
        whole_power_(WholePower(scene.function.specular_power)) {}

  // A gradient along the axes of the lattice, in a view space whose z axis is the line of sight.
  HWY_INLINE Positions ToView(const Positions& gradient) const {
    const image::Matrix3& m = to_view_;
    return {Mix(gradient, m.x.x, m.y.x, m.z.x), Mix(gradient, m.x.y, m.y.y, m.z.y), Mix(gradient, m.x.z, m.y.z, m.z.z)};
  }

  // Of samples with these gradients, in view space, where their stretches begin and end.
  HWY_INLINE Light OfStretch(const Positions& begin, const Positions& end) const {
    static_assert(kLightsPerSample == 3);
    const Float d;
    const Positions gain{hn::Sub(end.x, begin.x), hn::Sub(end.y, begin.y), hn::Sub(end.z, begin.z)};
    const Cosine first = At(1.0f / 6, begin, gain);
    const Cosine middle = At(1.0f / 2, begin, gain);
    const Cosine last = At(5.0f / 6, begin, gain);
    const auto one = hn::Set(d, 1.0f);
    const auto sum = hn::Add(
        hn::Add(hn::IfThenElse(first.is_flat, one, first.value), hn::IfThenElse(middle.is_flat, one, middle.value)),
        hn::IfThenElse(last.is_flat, one, last.value));
    Light light{hn::MulAdd(Share(function_.diffuse), sum, hn::Set(d, static_cast<float>(function_.ambient))),
                hn::Zero(d)};
    if (function_.specular == 0) return light;
    FloatVector powers[] = {first.value, middle.value, last.value};
    RaiseToPower(powers[0], powers[1], powers[2]);
    light.highlight = hn::Mul(Share(function_.specular), hn::Add(hn::Add(hn::IfThenZeroElse(first.is_flat, powers[0]),
                                                                         hn::IfThenZeroElse(middle.is_flat, powers[1])),
                                                                 hn::IfThenZeroElse(last.is_flat, powers[2])));
    return light;
  }

 private:
  // Squares below it may have lost their digits.
  static constexpr float kFlat = 1e-30f;

  static int WholePower(double power) {
    return power >= 0 && power <= 1024 && power == std::floor(power) ? static_cast<int>(power) : -1;
  }

  static HWY_INLINE FloatVector Mix(const Positions& v, double x, double y, double z) {
    const Float d;
    return hn::MulAdd(
        v.x, hn::Set(d, static_cast<float>(x)),
        hn::MulAdd(v.y, hn::Set(d, static_cast<float>(y)), hn::Mul(v.z, hn::Set(d, static_cast<float>(z)))));
  }

  struct Cosine {
    FloatVector value;
    hn::Mask<Float> is_flat;  // There the gradient is zero, and the value has no meaning.
  };

  static HWY_INLINE Cosine At(float t, const Positions& begin, const Positions& gain) {
    const Float d;
    const auto at = hn::Set(d, t);
    const auto x = hn::MulAdd(at, gain.x, begin.x);
    const auto y = hn::MulAdd(at, gain.y, begin.y);
    const auto z = hn::MulAdd(at, gain.z, begin.z);
    const auto squared = hn::MulAdd(x, x, hn::MulAdd(y, y, hn::Mul(z, z)));
    return {hn::Min(hn::Mul(hn::Abs(z), InverseRoot(squared)), hn::Set(d, 1.0f)), hn::Lt(squared, hn::Set(d, kFlat))};
  }

  static HWY_INLINE FloatVector Share(double of_light) {
    return hn::Set(Float(), static_cast<float>(of_light / kLightsPerSample));
  }

  // Newton's method: full precision, in less time than a root and a division. Its first guess has 12 bits on x86 and 8
  // elsewhere.
  static HWY_INLINE FloatVector InverseRoot(FloatVector v) {
    constexpr int kSteps = HWY_ARCH_X86 && HWY_TARGET != HWY_SCALAR ? 1 : 2;
    const Float d;
    const auto half = hn::Mul(v, hn::Set(d, -0.5f));
    auto root = hn::ApproximateReciprocalSqrt(v);
    for (int step = 0; step < kSteps; ++step) {
      root = hn::Mul(root, hn::MulAdd(hn::Mul(half, root), root, hn::Set(d, 1.5f)));
    }
    return root;
  }

  // specular_power; the usual whole powers by repeated squaring.
  HWY_INLINE void RaiseToPower(FloatVector& a, FloatVector& b, FloatVector& c) const {
    const Float d;
    if (whole_power_ < 0) {
      a = Power(a);
      b = Power(b);
      c = Power(c);
      return;
    }
    auto x = hn::Set(d, 1.0f);
    auto y = x;
    auto z = x;
    for (int rest = whole_power_; rest != 0; rest >>= 1) {
      if ((rest & 1) != 0) {
        x = hn::Mul(x, a);
        y = hn::Mul(y, b);
        z = hn::Mul(z, c);
      }
      a = hn::Mul(a, a);
      b = hn::Mul(b, b);
      c = hn::Mul(c, c);
    }
    a = x;
    b = y;
    c = z;
  }

  HWY_NOINLINE FloatVector Power(FloatVector cosine) const {
    const Float d;
    const auto logarithm = hn::Log(d, hn::Max(cosine, hn::Set(d, 1e-30f)));
    return hn::Exp(
        d, hn::Max(hn::Mul(logarithm, hn::Set(d, static_cast<float>(function_.specular_power))), hn::Set(d, -80.0f)));
  }

  const image::TransferFunction& function_;
  const image::Matrix3 to_view_;
  const int whole_power_;  // Or -1.
};

}  // namespace HWY_NAMESPACE
}  // namespace vitrine::render::simd
HWY_AFTER_NAMESPACE();

#endif  // Guard per instruction set.
