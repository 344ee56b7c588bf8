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
#include <limits>

#include "hwy/highway.h"
#include "render/simd/composite_cells-inl.h"
#include "render/simd/composite_scene.h"
#include "render/simd/exact_sample.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::render::simd {
namespace HWY_NAMESPACE {

inline constexpr float kOpaque = 1.0f / 1024;

using Mask = hn::Mask<Float>;

// The lanes of a vector are shared by runs of samples of different rays: most stretches of a ray where anything can be
// seen are short.
inline constexpr int kLanes = static_cast<int>(hn::MaxLanes(Float()));
inline constexpr int kRunLanes = std::min(kLanes, 16);
inline constexpr int kRuns = kLanes / kRunLanes;

// Samples of one ray that follow each other; at most kRunLanes.
struct Run {
  const CompositeRay* ray;
  image::Vector3 start;  // Voxel coordinates of the first.
  int count;
  int number;           // Of the ray in its group.
  float transmittance;  // What reaches the first; afterwards what the last lets through.
};

// Vectors that are made run by run.
class RunLanes {
 public:
  RunLanes() {
    for (int i = 0; i < kLanes; ++i) number_[i] = static_cast<float>(i % kRunLanes);
    for (int power = 0; power < kPowers; ++power) {
      for (int i = 0; i < kLanes; ++i) sources_[power][i] = std::max(i - (1 << power), 0);
    }
  }

  // Of each lane in its run.
  HWY_INLINE FloatVector number() const { return hn::Load(Float(), number_); }

  static HWY_INLINE Mask LanesOf(int run) {
    const Float d;
    const auto to_its_end = hn::FirstN(d, static_cast<size_t>((run + 1) * kRunLanes));
    return hn::AndNot(hn::FirstN(d, static_cast<size_t>(run * kRunLanes)), to_its_end);
  }

  // value(run) in the lanes of each run.
  template <typename Value>
  static HWY_INLINE FloatVector Of(const Value& value) {
    const Float d;
    auto lanes = hn::Set(d, static_cast<float>(value(0)));
    for (int run = 1; run < kRuns; ++run) {
      lanes = hn::IfThenElse(LanesOf(run), hn::Set(d, static_cast<float>(value(run))), lanes);
    }
    return lanes;
  }

  // The product of the factors up to each lane of a run, its own included.
  HWY_INLINE FloatVector Products(FloatVector factors) const {
    for (int power = 0; power < kPowers; ++power) factors = hn::Mul(factors, Shifted(factors, power));
    return factors;
  }

  // What lane i - 2^power of the same run holds, or 1.
  HWY_INLINE FloatVector Shifted(FloatVector v, int power) const {
    const Float d;
    if (kPowers == 0) return hn::Set(d, 1.0f);
    const auto moved = hn::TableLookupLanes(v, hn::SetTableIndices(d, sources_[power]));
    const auto stays_in_run = hn::Ge(number(), hn::Set(d, static_cast<float>(1 << power)));
    return hn::IfThenElse(stays_in_run, moved, hn::Set(d, 1.0f));
  }

 private:
  static constexpr int kPowers = kRunLanes == 1 ? 0 : kRunLanes == 4 ? 2 : kRunLanes == 8 ? 3 : 4;

  HWY_ALIGN float number_[kLanes];
  HWY_ALIGN int32_t sources_[kPowers + 1][kLanes];
};

// Interpolated at a position in a table; `entry` lies in [0, last].
HWY_INLINE FloatVector LookUp(const float* table, IntVector index, FloatVector fraction) {
  const Float d;
  return Lerp(hn::GatherIndex(d, table, index), hn::GatherIndex(d, table + 1, index), fraction);
}

template <typename Stored>
class Marcher {
 public:
  Marcher(const CompositeScene& scene, const CompositeDirection& direction, CompositeQueue& queue)
      : scene_(scene), direction_(direction), queue_(queue) {}

  // Whether a vector of samples has room in the queue.
  bool has_room() const { return queue_.size < CompositeQueue::kCapacity; }

  // The interpolated stored values of kRuns runs, of which the first has any samples; NaN for samples that do not
  // exist. Apart from Add() because nothing here depends on what was found before: many loads are under way at a time.
  HWY_INLINE void Sample(const Run* runs, float* stored) const {
    const Float d;
    const NearbyVoxel nearby(scene_.layout, runs[0].start);
    const auto exists = hn::Lt(lanes_.number(), RunLanes::Of([&](int r) { return runs[r].count; }));
    const auto values = Values(nearby, RelativeTo(nearby, runs), runs);
    hn::Store(hn::IfThenElse(exists, values, hn::NaN(d)), d, stored);
  }

  // Front to back, what Sample() has found.
  HWY_INLINE void Add(const float* stored, Run* runs) {
    const Float d;
    const auto values = hn::Load(d, stored);
    const auto visible =
        hn::And(hn::Ge(values, hn::Set(d, scene_.opaque_low)), hn::Le(values, hn::Set(d, scene_.opaque_high)));
    if (!hn::AllFalse(d, visible)) Add(values, visible, runs);
  }

 private:
  HWY_INLINE Positions RelativeTo(const NearbyVoxel& nearby, const Run* runs) const {
    const image::Vector3& step = direction_.step;
    return {Along(RunLanes::Of([&](int r) { return runs[r].start.x - nearby.x; }), step.x),
            Along(RunLanes::Of([&](int r) { return runs[r].start.y - nearby.y; }), step.y),
            Along(RunLanes::Of([&](int r) { return runs[r].start.z - nearby.z; }), step.z)};
  }

  HWY_INLINE FloatVector Along(FloatVector start, double step) const {
    return hn::MulAdd(lanes_.number(), hn::Set(Float(), static_cast<float>(step)), start);
  }

  // Interpolated stored values; NaN where padding leaves too little weight.
  HWY_INLINE FloatVector Values(const NearbyVoxel& nearby, const Positions& relative, const Run* runs) const {
    if (scene_.interpolation == Interpolation::kCubic || !OffsetsFit(runs) || TouchPadding(runs)) {
      return ExactValues(runs);
    }
    return Trilinear<Stored>(scene_.layout, nearby.voxels, MakeCells<Stored>(scene_.layout, nearby, relative));
  }

  HWY_INLINE image::Vector3 PositionOf(const Run& run, int i) const {
    return run.start + static_cast<double>(i) * direction_.step;
  }

  HWY_INLINE bool OffsetsFit(const Run* runs) const {
    if (scene_.offsets_fit) return true;
    return std::all_of(runs, runs + kRuns, [&](const Run& run) {
      const image::Vector3 reach = PositionOf(run, run.count) - runs[0].start;
      const image::Vector3 start = run.start - runs[0].start;
      return HWY_NAMESPACE::OffsetsFit(scene_.layout, std::max(std::abs(start.x), std::abs(reach.x)),
                                       std::max(std::abs(start.y), std::abs(reach.y)),
                                       std::max(std::abs(start.z), std::abs(reach.z)));
    });
  }

  HWY_INLINE bool TouchPadding(const Run* runs) const {
    const BrickMap& bricks = scene_.bricks;
    if (bricks.has_padding.empty()) return false;
    for (const Run* run = runs; run < runs + kRuns; ++run) {
      for (int i = 0; i < run->count; ++i) {
        const image::Vector3 p = PositionOf(*run, i);
        if (bricks.has_padding[bricks.index(static_cast<int>(p.x) / image::Bricks::kSize,
                                            static_cast<int>(p.y) / image::Bricks::kSize,
                                            static_cast<int>(p.z) / image::Bricks::kSize)]) {
          return true;
        }
      }
    }
    return false;
  }

  HWY_NOINLINE FloatVector ExactValues(const Run* runs) const {
    const Float d;
    HWY_ALIGN float values[kLanes] = {};
    for (int r = 0; r < kRuns; ++r) {
      for (int i = 0; i < runs[r].count; ++i) {
        const auto value = ExactValue(scene_.volume, scene_.interpolation, PositionOf(runs[r], i));
        values[r * kRunLanes + i] = value ? static_cast<float>(*value) : std::numeric_limits<float>::quiet_NaN();
      }
    }
    return hn::Load(d, values);
  }

  HWY_INLINE void Add(FloatVector stored, Mask visible, Run* runs) {
    const Float d;
    const TransferTable& table = direction_.table;
    const auto entry =
        hn::Min(hn::Max(hn::Mul(hn::Sub(stored, hn::Set(d, table.pivot)), hn::Set(d, table.scale)), hn::Zero(d)),
                hn::Set(d, static_cast<float>(table.last)));
    const auto index = hn::ConvertTo(Int(), entry);
    const auto fraction = hn::Sub(entry, hn::ConvertTo(d, index));
    const auto opacity = hn::IfThenElseZero(visible, LookUp(table.opacity.data(), index, fraction));
    const auto products = lanes_.Products(hn::Sub(hn::Set(d, 1.0f), opacity));
    const auto before =
        hn::Mul(lanes_.Shifted(products, 0), RunLanes::Of([&](int r) { return runs[r].transmittance; }));
    const auto contributes = hn::And(hn::Gt(opacity, hn::Zero(d)), hn::Ge(before, hn::Set(d, kOpaque)));
    HWY_ALIGN float last[kLanes];
    hn::Store(products, d, last);
    size_t first = queue_.size;
    for (int r = 0; r < kRuns; ++r) {
      runs[r].transmittance *= last[(r + 1) * kRunLanes - 1];
      const size_t count = hn::CountTrue(d, hn::And(contributes, RunLanes::LanesOf(r)));
      if (count > 0) queue_.segments.push_back({first, runs[r].ray->rgb});
      first += count;
    }
    const NearbyVoxel nearby(scene_.layout, runs[0].start);
    Push(nearby, RelativeTo(nearby, runs), entry, hn::Mul(before, opacity), contributes);
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
  const RunLanes lanes_;
  CompositeQueue& queue_;
};

}  // namespace HWY_NAMESPACE
}  // namespace vitrine::render::simd
HWY_AFTER_NAMESPACE();

#endif  // Guard per instruction set.
