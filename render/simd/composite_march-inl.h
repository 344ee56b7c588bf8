// Along one ray: which samples contribute to the pixel, and with what weight. For inclusion in files that Highway
// compiles once per instruction set.

#if defined(VITRINE_RENDER_SIMD_COMPOSITE_MARCH_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINE_RENDER_SIMD_COMPOSITE_MARCH_INL_H_
#undef VITRINE_RENDER_SIMD_COMPOSITE_MARCH_INL_H_
#else
#define VITRINE_RENDER_SIMD_COMPOSITE_MARCH_INL_H_
#endif

#include <algorithm>
#include <cstdint>

#include "hwy/highway.h"
#include "render/simd/composite_cells-inl.h"
#include "render/simd/composite_scene.h"
#include "render/simd/exact_sample.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::render::simd {
namespace HWY_NAMESPACE {

inline constexpr float kOpaque = 1.0f / 1024;

using Mask = hn::Mask<Float>;

// Products over the lanes before each one.
class LaneProducts {
 public:
  LaneProducts() {
    for (int power = 0; power < kSteps; ++power) {
      for (int i = 0; i < kLanes; ++i) sources_[power][i] = std::max(i - (1 << power), 0);
    }
    std::fill(sources_[kSteps], sources_[kSteps] + kLanes, kLanes - 1);
  }

  // before[i] = the product of factors[0] to factors[i - 1]; returns that of all, in every lane.
  HWY_INLINE FloatVector Of(FloatVector factors, FloatVector& before) const {
    auto product = factors;
    for (int power = 0; power < kSteps; ++power) product = hn::Mul(product, Shifted(product, power));
    before = kSteps == 0 ? hn::Set(Float(), 1.0f) : Shifted(product, 0);
    return hn::TableLookupLanes(product, hn::SetTableIndices(Float(), sources_[kSteps]));
  }

 private:
  static constexpr int kLanes = static_cast<int>(hn::MaxLanes(Float()));
  static constexpr int kSteps = kLanes == 1 ? 0 : kLanes == 4 ? 2 : kLanes == 8 ? 3 : 4;

  // Lane i gets lane i - 2^power, or 1.
  HWY_INLINE FloatVector Shifted(FloatVector v, int power) const {
    const Float d;
    const auto moved = hn::TableLookupLanes(v, hn::SetTableIndices(d, sources_[power]));
    return hn::IfThenElse(hn::FirstN(d, size_t{1} << power), hn::Set(d, 1.0f), moved);
  }

  HWY_ALIGN int32_t sources_[kSteps + 1][kLanes];
};

// Interpolated at a position in a table; `entry` lies in [0, last].
HWY_INLINE FloatVector LookUp(const float* table, IntVector index, FloatVector fraction) {
  const Float d;
  return Lerp(hn::GatherIndex(d, table, index), hn::GatherIndex(d, table + 1, index), fraction);
}

template <typename Sample>
class Marcher {
 public:
  Marcher(const CompositeScene& scene, const CompositeDirection& direction, CompositeQueue& queue)
      : scene_(scene), direction_(direction), queue_(queue) {}

  // Whether a vector of samples has room in the queue.
  bool has_room() const { return queue_.size < CompositeQueue::kCapacity; }

  // Looks at one vector of the ray's samples, from k on; `transmittance` is what reaches the first of them, and becomes
  // what is left behind the last.
  HWY_INLINE void Look(const CompositeRay& ray, int k, float& transmittance) {
    const size_t first = queue_.size;
    const int count = std::min(ray.range.last - k, static_cast<int>(hn::Lanes(Float())));
    transmittance = Add(ray.origin + static_cast<double>(k) * direction_.step, count, transmittance);
    if (queue_.size > first) queue_.segments.push_back({first, ray.rgb});
  }

 private:
  // The `count` samples from `start` on, one a lane; returns what they let through.
  HWY_INLINE float Add(const image::Vector3& start, int count, float transmittance) {
    const Float d;
    const NearbyVoxel nearby(scene_.layout, start);
    const auto lane = hn::Iota(d, 0.0f);
    const Positions relative{Along(lane, start.x - nearby.x, direction_.step.x),
                             Along(lane, start.y - nearby.y, direction_.step.y),
                             Along(lane, start.z - nearby.z, direction_.step.z)};
    auto counts = hn::FirstN(d, count);
    const auto stored = Values(nearby, relative, start, count, counts);
    counts = hn::And(
        counts, hn::And(hn::Ge(stored, hn::Set(d, scene_.opaque_low)), hn::Le(stored, hn::Set(d, scene_.opaque_high))));
    if (hn::AllFalse(d, counts)) return transmittance;

    const TransferTable& table = direction_.table;
    const auto entry =
        hn::Min(hn::Max(hn::Mul(hn::Sub(stored, hn::Set(d, table.pivot)), hn::Set(d, table.scale)), hn::Zero(d)),
                hn::Set(d, static_cast<float>(table.last)));
    const auto index = hn::ConvertTo(Int(), entry);
    const auto fraction = hn::Sub(entry, hn::ConvertTo(d, index));
    const auto opacity = hn::IfThenElseZero(counts, LookUp(table.opacity.data(), index, fraction));
    FloatVector before;
    const auto all = products_.Of(hn::Sub(hn::Set(d, 1.0f), opacity), before);
    before = hn::Mul(before, hn::Set(d, transmittance));
    const auto contributes = hn::And(hn::Gt(opacity, hn::Zero(d)), hn::Ge(before, hn::Set(d, kOpaque)));
    Push(nearby, relative, entry, hn::Mul(before, opacity), contributes);
    return transmittance * hn::GetLane(all);
  }

  static HWY_INLINE FloatVector Along(FloatVector lane, double start, double step) {
    const Float d;
    return hn::MulAdd(lane, hn::Set(d, static_cast<float>(step)), hn::Set(d, static_cast<float>(start)));
  }

  // Interpolated stored values; takes the lanes of samples that do not count out of `counts`.
  HWY_INLINE FloatVector Values(const NearbyVoxel& nearby, const Positions& relative, const image::Vector3& start,
                                int count, Mask& counts) const {
    const image::Vector3 reach = static_cast<double>(count) * direction_.step;
    const bool fast = scene_.interpolation == Interpolation::kLinear && !TouchesPadding(start, count) &&
                      OffsetsFit(scene_.layout, std::abs(reach.x), std::abs(reach.y), std::abs(reach.z));
    if (!fast) return ExactValues(start, count, counts);
    return Trilinear<Sample>(scene_.layout, nearby.voxels, MakeCells(scene_.layout, nearby, relative));
  }

  HWY_INLINE bool TouchesPadding(const image::Vector3& start, int count) const {
    const BrickMap& bricks = scene_.bricks;
    if (bricks.has_padding.empty()) return false;
    for (int i = 0; i < count; ++i) {
      const image::Vector3 p = start + static_cast<double>(i) * direction_.step;
      if (bricks.has_padding[bricks.index(static_cast<int>(p.x) / image::Bricks::kSize,
                                          static_cast<int>(p.y) / image::Bricks::kSize,
                                          static_cast<int>(p.z) / image::Bricks::kSize)]) {
        return true;
      }
    }
    return false;
  }

  HWY_NOINLINE FloatVector ExactValues(const image::Vector3& start, int count, Mask& counts) const {
    const Float d;
    HWY_ALIGN float values[kMaxLanes] = {};
    HWY_ALIGN float exists[kMaxLanes] = {};
    for (int i = 0; i < count; ++i) {
      const auto value =
          ExactValue(scene_.volume, scene_.interpolation, start + static_cast<double>(i) * direction_.step);
      exists[i] = value ? 1 : 0;
      values[i] = static_cast<float>(value.value_or(0));
    }
    counts = hn::And(counts, hn::Gt(hn::Load(d, exists), hn::Zero(d)));
    return hn::Load(d, values);
  }

  HWY_INLINE void Push(const NearbyVoxel& nearby, const Positions& relative, FloatVector entry, FloatVector weight,
                       Mask contributes) {
    const Float d;
    const auto absolute = [&](FloatVector v, int base)
                              HWY_ATTR { return hn::Add(v, hn::Set(d, static_cast<float>(base))); };
    const size_t at = queue_.size;
    // Whole vectors are stored; the next ones overwrite what does not belong.
    hn::StoreU(hn::Compress(absolute(relative.x, nearby.x), contributes), d, queue_.x.data() + at);
    hn::StoreU(hn::Compress(absolute(relative.y, nearby.y), contributes), d, queue_.y.data() + at);
    hn::StoreU(hn::Compress(absolute(relative.z, nearby.z), contributes), d, queue_.z.data() + at);
    hn::StoreU(hn::Compress(entry, contributes), d, queue_.entry.data() + at);
    hn::StoreU(hn::Compress(weight, contributes), d, queue_.weight.data() + at);
    queue_.size += hn::CountTrue(d, contributes);
  }

  const CompositeScene& scene_;
  const CompositeDirection& direction_;
  const LaneProducts products_;
  CompositeQueue& queue_;
};

}  // namespace HWY_NAMESPACE
}  // namespace vitrine::render::simd
HWY_AFTER_NAMESPACE();

#endif  // Guard per instruction set.
