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

inline constexpr float kOpaque = 1.0f / 512;

using Mask = hn::Mask<Float>;

inline constexpr int kLanes = static_cast<int>(hn::MaxLanes(Float()));

// Samples of one ray that follow each other, one a lane.
struct Run {
  const CompositeRay* ray;
  image::Vector3 start;  // Voxel coordinates of the first.
  int count;             // At most kLanes.
  int number;            // Of the ray in its group.
  float transmittance;   // What reaches the first; afterwards what the last lets through.
};

// Products over the lanes up to each one.
class LaneProducts {
 public:
  LaneProducts() {
    for (int power = 0; power < kPowers; ++power) {
      for (int i = 0; i < kLanes; ++i) sources_[power][i] = std::max(i - (1 << power), 0);
    }
  }

  HWY_INLINE FloatVector Of(FloatVector factors) const {
    for (int power = 0; power < kPowers; ++power) factors = hn::Mul(factors, Shifted(factors, power, 1));
    return factors;
  }

  // What the lane before holds; `first` in the first.
  HWY_INLINE FloatVector Before(FloatVector v, float first) const {
    return kPowers == 0 ? hn::Set(Float(), first) : Shifted(v, 0, first);
  }

 private:
  static constexpr int kPowers = kLanes == 1 ? 0 : kLanes == 4 ? 2 : kLanes == 8 ? 3 : 4;

  // What lane i - 2^power holds, or `first`.
  HWY_INLINE FloatVector Shifted(FloatVector v, int power, float first) const {
    const Float d;
    const auto moved = hn::TableLookupLanes(v, hn::SetTableIndices(d, sources_[power]));
    return hn::IfThenElse(hn::FirstN(d, size_t{1} << power), hn::Set(d, first), moved);
  }

  HWY_ALIGN int32_t sources_[kPowers + 1][kLanes];
};

// A position in a table, in [0, last].
struct Entry {
  explicit HWY_INLINE Entry(FloatVector position) {
    const auto whole = hn::Floor(position);
    index = WholeToInt(whole);
    fraction = hn::Sub(position, whole);
  }

  template <typename Loads>
  HWY_INLINE FloatVector LookUp(const std::vector<float>& table) const {
    const Float d;
    const uint8_t* const base[] = {reinterpret_cast<const uint8_t*>(table.data())};
    IntVector at[1];
    IntVector next[1];
    Loads::WordPairs(base, hn::ShiftLeft<2>(index), at, next);
    return Lerp(hn::BitCast(d, at[0]), hn::BitCast(d, next[0]), fraction);
  }

  IntVector index;
  FloatVector fraction;
};

template <typename Reader>
class Marcher {
 public:
  Marcher(const CompositeScene& scene, const CompositeDirection& direction, CompositeQueue& queue)
      : scene_(scene), direction_(direction), queue_(queue) {}

  // Whether a vector of samples has room in the queue.
  bool has_room() const { return queue_.size < CompositeQueue::kCapacity; }

  // The interpolated stored values of runs; NaN for samples that do not exist. Apart from Add() because nothing here
  // depends on what was found before: many loads are under way at a time.
  HWY_INLINE void Sample(const Run* runs, int count, float* stored) const {
    int i = 0;
    for (; i + kTogether <= count; i += kTogether) SampleTogether(runs + i, stored + i * kLanes);
    for (; i < count; ++i) Store(runs[i], Values(runs[i]), stored + i * kLanes);
  }

  // Front to back, what Sample() has found.
  HWY_INLINE void Add(const float* stored, Run& run) {
    const Float d;
    const auto values = hn::Load(d, stored);
    const auto visible =
        hn::And(hn::Ge(values, hn::Set(d, scene_.opaque.low)), hn::Le(values, hn::Set(d, scene_.opaque.high)));
    if (!hn::AllFalse(d, visible)) Add(values, visible, run);
  }

 private:
  using Stored = typename Reader::Sample;

  static constexpr int kTogether = 4;

  HWY_INLINE Positions RelativeTo(const NearbyVoxel& nearby, const Run& run) const {
    const image::Vector3& step = direction_.step;
    return {Along(run.start.x - nearby.x, step.x, 0), Along(run.start.y - nearby.y, step.y, 0),
            Along(run.start.z - nearby.z, step.z, 0)};
  }

  // The first lane is `first` steps from the start.
  static HWY_INLINE FloatVector Along(double start, double step, float first) {
    const Float d;
    return hn::MulAdd(hn::Iota(d, first), hn::Set(d, static_cast<float>(step)), hn::Set(d, static_cast<float>(start)));
  }

  HWY_INLINE image::Vector3 PositionOf(const Run& run, int i) const {
    return run.start + static_cast<double>(i) * direction_.step;
  }

  static HWY_INLINE void Store(const Run& run, FloatVector values, float* stored) {
    const Float d;
    const auto exists = hn::FirstN(d, static_cast<size_t>(run.count));
    hn::Store(hn::IfThenElse(exists, values, hn::NaN(d)), d, stored);
  }

  // Each waits for voxels that are far away: the loads of all go out before the first one is needed.
  HWY_INLINE void SampleTogether(const Run* runs, float* stored) const {
    Corners<Reader> corners[kTogether];
    Cells cells[kTogether];
    for (int r = 0; r < kTogether; ++r) {
      if (!IsPlain(runs[r])) {
        for (int i = 0; i < kTogether; ++i) Store(runs[i], Values(runs[i]), stored + i * kLanes);
        return;
      }
      const NearbyVoxel nearby(scene_.layout, runs[r].start);
      const Positions relative = RelativeTo(nearby, runs[r]);
      cells[r] = IsInside(runs[r]) ? MakeCells<Stored, true>(scene_.layout, nearby, relative)
                                   : MakeCells<Stored>(scene_.layout, nearby, relative);
      corners[r] = Corners<Reader>(scene_.layout, nearby.voxels, cells[r]);
    }
    for (int r = 0; r < kTogether; ++r) Store(runs[r], corners[r].Interpolate(cells[r]), stored + r * kLanes);
  }

  HWY_INLINE bool IsInside(const Run& run) const {
    const image::Vector3 end = run.start + (kLanes - 1.0) * direction_.step;
    const auto inside = [](double a, double b, int size) {
      return std::min(a, b) > 1e-3 && std::max(a, b) < size - 1 - 1e-3;
    };
    return inside(run.start.x, end.x, scene_.layout.columns) && inside(run.start.y, end.y, scene_.layout.rows) &&
           inside(run.start.z, end.z, scene_.layout.slices);
  }

  HWY_INLINE bool IsPlain(const Run& run) const {
    return scene_.interpolation == Interpolation::kLinear && Fits(run) && !TouchesPadding(run);
  }

  HWY_INLINE FloatVector Values(const Run& run) const {
    if (!IsPlain(run)) return ExactValues(run);
    const NearbyVoxel nearby(scene_.layout, run.start);
    const Cells cells = MakeCells<Stored>(scene_.layout, nearby, RelativeTo(nearby, run));
    return Trilinear<Reader>(scene_.layout, nearby.voxels, cells);
  }

  HWY_INLINE bool Fits(const Run& run) const {
    if (scene_.offsets_fit) return true;
    const image::Vector3 reach = static_cast<double>(run.count) * direction_.step;
    return OffsetsFit(scene_.layout, std::abs(reach.x), std::abs(reach.y), std::abs(reach.z));
  }

  HWY_INLINE bool TouchesPadding(const Run& run) const {
    const BrickMap& bricks = *scene_.bricks;
    if (bricks.has_padding.empty()) return false;
    for (int i = 0; i < run.count; ++i) {
      const image::Vector3 p = PositionOf(run, i);
      if (bricks.has_padding[bricks.index(static_cast<int>(p.x) / image::Bricks::kSize,
                                          static_cast<int>(p.y) / image::Bricks::kSize,
                                          static_cast<int>(p.z) / image::Bricks::kSize)]) {
        return true;
      }
    }
    return false;
  }

  HWY_NOINLINE FloatVector ExactValues(const Run& run) const {
    HWY_ALIGN float values[kLanes] = {};
    for (int i = 0; i < run.count; ++i) {
      const auto value = ExactValue(scene_.volume, scene_.interpolation, PositionOf(run, i));
      values[i] = value ? static_cast<float>(*value) : std::numeric_limits<float>::quiet_NaN();
    }
    return hn::Load(Float(), values);
  }

  HWY_INLINE void Add(FloatVector stored, Mask visible, Run& run) {
    const Float d;
    const TransferTable& table = direction_.table;
    const auto entry =
        hn::Min(hn::Max(hn::Mul(hn::Sub(stored, hn::Set(d, table.pivot)), hn::Set(d, table.scale)), hn::Zero(d)),
                hn::Set(d, static_cast<float>(table.last)));
    const auto opacity =
        hn::IfThenElseZero(visible, Entry(entry).template LookUp<typename Reader::Loads>(table.opacity));
    const auto products = products_.Of(hn::Sub(hn::Set(d, 1.0f), opacity));
    const auto before = hn::Mul(products_.Before(products, 1), hn::Set(d, run.transmittance));
    const auto contributes = hn::And(hn::Gt(opacity, hn::Zero(d)), hn::Ge(before, hn::Set(d, kOpaque)));
    HWY_ALIGN float all[kLanes];
    hn::Store(products, d, all);
    run.transmittance *= all[kLanes - 1];
    if (!hn::AllFalse(d, contributes)) Push(run, entry, hn::IfThenElseZero(contributes, hn::Mul(before, opacity)));
  }

  HWY_INLINE void Push(const Run& run, FloatVector entry, FloatVector weight) {
    const Float d;
    const auto ends = hn::Gt(products_.Before(weight, 0), hn::Zero(d));  // The stretch of the sample before.
    const auto needed = hn::Or(hn::Gt(weight, hn::Zero(d)), ends);
    const size_t at = queue_.size;
    // Whole vectors are stored; the next ones overwrite what does not belong.
    const image::Vector3& step = direction_.step;
    hn::StoreU(hn::Compress(Along(run.start.x, step.x, -0.5f), needed), d, queue_.x.data() + at);
    hn::StoreU(hn::Compress(Along(run.start.y, step.y, -0.5f), needed), d, queue_.y.data() + at);
    hn::StoreU(hn::Compress(Along(run.start.z, step.z, -0.5f), needed), d, queue_.z.data() + at);
    hn::StoreU(hn::Compress(entry, needed), d, queue_.entry.data() + at);
    hn::StoreU(hn::Compress(weight, needed), d, queue_.weight.data() + at);
    queue_.segments.push_back({at, run.ray->rgb});
    queue_.size += hn::CountTrue(d, needed);
    if (queue_.weight[queue_.size - 1] > 0) PushEnd(run);
  }

  // Of the stretch of the last lane's sample.
  HWY_INLINE void PushEnd(const Run& run) {
    const image::Vector3 end = run.start + (kLanes - 0.5) * direction_.step;
    queue_.x[queue_.size] = static_cast<float>(end.x);
    queue_.y[queue_.size] = static_cast<float>(end.y);
    queue_.z[queue_.size] = static_cast<float>(end.z);
    queue_.entry[queue_.size] = 0;
    queue_.weight[queue_.size++] = 0;
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
