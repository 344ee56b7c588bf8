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
#include "render/simd/subbrick_distance.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::render::simd {
namespace HWY_NAMESPACE {

template <typename Loads>
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
  // `last`, until some of the rays have come to one of them. Several vectors at a time, because each waits for its
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
    } while (moving > kVectors * hn::Lanes(d) * 7 / 8);
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
    const auto slice = hn::Add(hn::ShiftLeft<2>(brick), WholeToInt(z.subbrick));
    const Slices slices = SlicesAt(slice);
    const auto field = hn::ShiftLeft<1>(WholeToInt(hn::MulAdd(y.subbrick, four, x.subbrick)));
    const auto of_subbricks = hn::And(hn::Shr(slices.subbrick_distances, field), hn::Set(d_int, kFarthestSubbrick));
    const auto visible = hn::RebindMask(d, hn::Eq(of_subbricks, hn::Zero(d_int)));
    r.arrived = hn::Or(r.arrived, hn::And(visible, r.moving));
    r.moving = hn::AndNot(visible, r.moving);

    const Distance distance{hn::ConvertTo(d, slices.brick_distance), hn::ConvertTo(d, of_subbricks)};
    const auto samples = hn::Min(SamplesToFace(x_, x, distance),
                                 hn::Min(SamplesToFace(y_, y, distance), SamplesToFace(z_, z, distance)));
    const auto whole = hn::Floor(hn::Max(hn::Sub(samples, hn::Set(d, kMargin)), hn::Zero(d)));
    const auto next = hn::Min(hn::Add(r.k, hn::Add(whole, hn::Set(d, 1.0f))), r.last);
    r.k = hn::IfThenElse(r.moving, next, r.k);
    r.moving = hn::And(r.moving, hn::Lt(r.k, r.last));
  }

  struct Slices {
    IntVector subbrick_distances;
    IntVector brick_distance;
  };

  HWY_INLINE Slices SlicesAt(IntVector index) const {
    static_assert(sizeof(BrickMap::BrickSlice) == 8);
    const uint8_t* const base[] = {reinterpret_cast<const uint8_t*>(map_.brick_slices.data())};
    IntVector subbrick_distances[1];
    IntVector brick_distance[1];
    Loads::WordPairs(base, hn::ShiftLeft<3>(index), subbrick_distances, brick_distance);
    return {subbrick_distances[0], brick_distance[0]};
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

  // To what is not empty.
  struct Distance {
    FloatVector bricks;
    FloatVector subbricks;
  };

  // To the face ahead of what is known to be empty: every brick nearer than the one distance, or where that is 0 every
  // subbrick nearer than the other.
  static HWY_INLINE FloatVector SamplesToFace(const Axis& axis, const Place& place, const Distance& distance) {
    const Float d;
    const auto backward = hn::Set(d, 1 - axis.forward);
    const auto sign = hn::Set(d, 2 * axis.forward - 1);
    // Forward to position + distance, backward to position - distance + 1.
    const auto of_bricks = hn::MulAdd(distance.bricks, sign, hn::Add(place.brick, backward));
    const auto subbrick = hn::MulAdd(distance.subbricks, sign, hn::Add(place.subbrick, backward));
    const auto of_subbricks = hn::MulAdd(subbrick, hn::Set(d, 1.0f / kSubbricks), place.brick);
    const auto face = hn::IfThenElse(hn::Gt(distance.bricks, hn::Zero(d)), of_bricks, of_subbricks);
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
