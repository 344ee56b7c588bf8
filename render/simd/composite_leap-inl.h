// Over what cannot be seen, a ray in each lane. For inclusion in files that Highway compiles once per instruction set.

#if defined(VITRINE_RENDER_SIMD_COMPOSITE_LEAP_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINE_RENDER_SIMD_COMPOSITE_LEAP_INL_H_
#undef VITRINE_RENDER_SIMD_COMPOSITE_LEAP_INL_H_
#else
#define VITRINE_RENDER_SIMD_COMPOSITE_LEAP_INL_H_
#endif

#include <cmath>
#include <cstdint>

#include "hwy/highway.h"
#include "render/simd/composite_cells-inl.h"
#include "render/simd/composite_scene.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::render::simd {
namespace HWY_NAMESPACE {

class Leaper {
 public:
  Leaper(const CompositeScene& scene, const image::Vector3& step)
      : map_(*scene.bricks),
        x_(step.x, map_.columns),
        y_(step.y, map_.rows),
        z_(step.z, map_.slices),
        columns_(static_cast<float>(map_.columns)),
        rows_(static_cast<float>(map_.rows)) {}

  // What the rays of one vector are about.
  struct Rays {
    Positions origin;  // Of sample 0.
    FloatVector last;
    FloatVector k;  // The sample to look at next; integers below 2^24.
    hn::Mask<Float> moving;
    hn::Mask<Float> arrived;  // At a subbrick where anything can be seen.
  };

  // Moves each lane's ray on from sample k to the next one that lies in a subbrick where anything can be seen, or to
  // `last`, until most of the rays have come to one of them. Several vectors at a time, because each waits for its
  // loads.
  template <int kVectors>
  HWY_INLINE void Leap(Rays (&rays)[kVectors]) const {
    const Float d;
    const auto zero = hn::Zero(d);
    for (Rays& r : rays) {
      r.moving = hn::Lt(r.k, r.last);
      r.arrived = hn::Lt(zero, zero);
    }
    size_t moving;
    do {
      moving = 0;
      for (Rays& r : rays) {
        Step(r);
        moving += hn::CountTrue(d, r.moving);
      }
    } while (moving > kVectors * hn::Lanes(d) / 2);
  }

 private:
  HWY_INLINE void Step(Rays& r) const {
    const Float d;
    const Int d_int;
    const Place x = PlaceOf(x_, r.origin.x, r.k);
    const Place y = PlaceOf(y_, r.origin.y, r.k);
    const Place z = PlaceOf(z_, r.origin.z, r.k);
    const auto row = hn::MulAdd(z.brick, hn::Set(d, rows_), y.brick);
    const auto brick = hn::ConvertTo(d_int, hn::MulAdd(row, hn::Set(d, columns_), x.brick));
    const auto four = hn::Set(d, static_cast<float>(kSubbricks));
    // 0 to 63: the bits of two words.
    const auto subbrick = WholeToInt(hn::MulAdd(hn::MulAdd(z.subbrick, four, y.subbrick), four, x.subbrick));
    const auto word = hn::Add(hn::ShiftLeft<1>(brick), hn::ShiftRight<5>(subbrick));
    const auto bits = hn::GatherIndex(d_int, reinterpret_cast<const int32_t*>(map_.visible.data()), word);
    const auto bit = hn::Shl(hn::Set(d_int, 1), hn::And(subbrick, hn::Set(d_int, 31)));
    const auto visible = hn::TestBit(bits, bit);
    r.arrived = hn::Or(r.arrived, hn::And(hn::RebindMask(d, visible), r.moving));
    r.moving = hn::AndNot(hn::RebindMask(d, visible), r.moving);

    const auto bytes = hn::GatherOffset(d_int, reinterpret_cast<const int32_t*>(map_.distance.data()), brick);
    const auto distance = hn::ConvertTo(d, hn::And(bytes, hn::Set(d_int, 0xFF)));
    const auto samples = hn::Min(SamplesToFace(x_, x, distance),
                                 hn::Min(SamplesToFace(y_, y, distance), SamplesToFace(z_, z, distance)));
    const auto whole = hn::Floor(hn::Max(hn::Sub(samples, hn::Set(d, kMargin)), hn::Zero(d)));
    const auto next = hn::Min(hn::Add(r.k, hn::Add(whole, hn::Set(d, 1.0f))), r.last);
    r.k = hn::IfThenElse(r.moving, next, r.k);
    r.moving = hn::And(r.moving, hn::Lt(r.k, r.last));
  }

  // Samples: one that rounding may have put on the wrong side of a face is looked at.
  static constexpr float kMargin = 1.0f / 256;

  struct Axis {
    Axis(double step_along, int bricks)
        : step(static_cast<float>(step_along)),
          samples_per_voxel(std::abs(step_along) < 1e-20 ? 1e20f : static_cast<float>(1 / step_along)),
          forward(step_along >= 0 ? 1.0f : 0.0f),
          last_subbrick(static_cast<float>(kSubbricks * bricks - 1)) {}

    float step;
    float samples_per_voxel;
    float forward;  // 1 where the upper faces are ahead, 0 where the lower ones are.
    float last_subbrick;
  };

  struct Place {
    FloatVector position;
    FloatVector brick;
    FloatVector subbrick;  // Of the brick, 0 to 3.
  };

  static HWY_INLINE Place PlaceOf(const Axis& axis, FloatVector origin, FloatVector k) {
    const Float d;
    Place place;
    place.position = hn::MulAdd(k, hn::Set(d, axis.step), origin);
    const auto inside = hn::Min(hn::Max(hn::Mul(place.position, hn::Set(d, 1.0f / kSubbrickSize)), hn::Zero(d)),
                                hn::Set(d, axis.last_subbrick));
    const auto subbrick = hn::Floor(inside);
    place.brick = hn::Floor(hn::Mul(subbrick, hn::Set(d, 1.0f / kSubbricks)));
    place.subbrick = hn::NegMulAdd(place.brick, hn::Set(d, static_cast<float>(kSubbricks)), subbrick);
    return place;
  }

  // To the face ahead of what is known to be empty: every brick nearer than `distance`, or where that is 0 the
  // subbrick.
  static HWY_INLINE FloatVector SamplesToFace(const Axis& axis, const Place& place, FloatVector distance) {
    const Float d;
    const auto forward = hn::Set(d, axis.forward);
    // Forward to brick + distance, backward to brick - distance + 1.
    const auto signed_distance = hn::Mul(distance, hn::Set(d, 2 * axis.forward - 1));
    const auto of_bricks = hn::Add(hn::Add(place.brick, signed_distance), hn::Set(d, 1 - axis.forward));
    const auto of_subbrick = hn::MulAdd(hn::Add(place.subbrick, forward), hn::Set(d, 1.0f / kSubbricks), place.brick);
    const auto face = hn::IfThenElse(hn::Gt(distance, hn::Zero(d)), of_bricks, of_subbrick);
    const auto voxels = hn::MulSub(face, hn::Set(d, static_cast<float>(image::Bricks::kSize)), place.position);
    return hn::Mul(voxels, hn::Set(d, axis.samples_per_voxel));
  }

  const BrickMap& map_;
  const Axis x_;
  const Axis y_;
  const Axis z_;
  const float columns_;
  const float rows_;
};

}  // namespace HWY_NAMESPACE
}  // namespace vitrine::render::simd
HWY_AFTER_NAMESPACE();

#endif  // Guard per instruction set.
