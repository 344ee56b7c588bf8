#include "render/simd/volume_rows.h"

#include <algorithm>
#include <limits>

#include "base/status_macros.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "render/simd/volume_rows.cc"
#include "hwy/foreach_target.h"  // Must come before highway.h: it compiles this file once per instruction set.
#include "hwy/highway.h"
#include "render/simd/volume_lines-inl.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::render::simd {
namespace HWY_NAMESPACE {
namespace {

constexpr int kBeamSamples = 32;
// A tile of a slab: as many rows of a vector's width.
constexpr int kTileRows = 16;
constexpr int64_t kSamplesPerCheck = 1 << 20;

constexpr float kInfinity = std::numeric_limits<float>::infinity();

// Asks whether to go on, once in a while.
class Pace {
 public:
  explicit Pace(const Operation& operation) : operation_(operation) {}

  absl::Status Add(int64_t samples) {
    samples_ += samples;
    if (samples_ < kSamplesPerCheck) return absl::OkStatus();
    samples_ = 0;
    return operation_.Check();
  }

 private:
  const Operation& operation_;
  int64_t samples_ = kSamplesPerCheck;
};

// Which samples of the lines of one vector count: [first, last) of each lane.
class Ranges {
 public:
  // Every lane is set once.
  void Set(size_t lane, RayRange range) {
    if (range.first >= range.last) range = {std::numeric_limits<int>::max(), 0};
    first_[lane] = range.first;
    last_[lane] = range.last;
    any_first_ = std::min(any_first_, range.first);
    any_last_ = std::max(any_last_, range.last);
    all_first_ = std::max(all_first_, range.first);
    all_last_ = std::min(all_last_, range.last);
  }

  // No sample of any lane counts before any_first() or from any_last() on.
  int any_first() const { return any_first_; }
  int any_last() const { return any_last_; }
  bool AnyCounts(int first, int last) const { return any_first_ < last && any_last_ > first; }
  bool AllCount(int first, int last) const { return all_first_ <= first && all_last_ >= last; }

  // Of sample n.
  HWY_INLINE hn::Mask<Float> Counts(int n) const {
    const Int d;
    const auto sample = hn::Set(d, n);
    return hn::RebindMask(Float(), hn::AndNot(hn::Lt(sample, hn::Load(d, first_)), hn::Lt(sample, hn::Load(d, last_))));
  }

 private:
  HWY_ALIGN int32_t first_[kMaxLanes];
  HWY_ALIGN int32_t last_[kMaxLanes];
  int any_first_ = std::numeric_limits<int>::max();
  int any_last_ = 0;
  int all_first_ = 0;
  int all_last_ = std::numeric_limits<int>::max();
};

// One sample a pixel: lines down the picture.
absl::Status ReducePlane(const VolumeRows& rows, int first_row, int last_row, Pace& pace, float* values) {
  const Float d;
  const int lanes = static_cast<int>(hn::Lanes(d));
  Lines lines;
  for (int u = 0; u < rows.stride(); u += lanes) {
    VITRINE_RETURN_IF_ERROR(pace.Add(static_cast<int64_t>(last_row - first_row) * lanes));
    Ranges ranges;
    for (int i = 0; i < lanes; ++i) ranges.Set(i, rows.rows_of(u + i));
    const bool all_count = ranges.AllCount(first_row, last_row);
    const bool any_counts = ranges.AnyCounts(first_row, last_row);
    SetLines(rows, u, first_row, 0, Along::kRows, lines);
    const int length = BeamLength(lines, kBeamSamples);
    for (int v = first_row; v < last_row; v += length) {
      const int count = std::min(length, last_row - v);
      float* output = values + static_cast<size_t>(v - first_row) * rows.stride() + u;
      if (any_counts) {
        SetLines(rows, u, v, 0, Along::kRows, lines);
        SampleLines(rows, lines, count, rows.stride(), output);
      }
      if (all_count) continue;
      for (int n = 0; n < count; ++n) {
        float* row = output + static_cast<size_t>(n) * rows.stride();
        hn::StoreU(hn::IfThenElse(ranges.Counts(v + n), hn::LoadU(d, row), hn::Set(d, detail::kNaN)), d, row);
      }
    }
  }
  return absl::OkStatus();
}

struct Maximum {
  static constexpr float kStart = -kInfinity;
  static HWY_INLINE FloatVector Add(FloatVector a, FloatVector b) { return hn::Max(a, b); }
};
struct Minimum {
  static constexpr float kStart = kInfinity;
  static HWY_INLINE FloatVector Add(FloatVector a, FloatVector b) { return hn::Min(a, b); }
};
struct Sum {
  static constexpr float kStart = 0;
  static HWY_INLINE FloatVector Add(FloatVector a, FloatVector b) { return hn::Add(a, b); }
};

// What the samples of one row of a tile have become so far.
struct Accumulator {
  HWY_ALIGN float value[kMaxLanes];
  HWY_ALIGN float count[kMaxLanes];
};

// Adds samples [k, k + count) that lie in `samples`, a vector each.
template <typename Reduce>
HWY_INLINE void Accumulate(const Ranges& ranges, int k, int count, bool all_count, const float* samples,
                           Accumulator& accumulator) {
  const Float d;
  const auto one = hn::Set(d, 1.0f);
  // The sums of a few are added to the sum of all, which keeps the rounding of long sums small.
  auto value = hn::Set(d, Reduce::kStart);
  auto counted = hn::Set(d, all_count ? static_cast<float>(count) : 0.0f);
  for (int n = 0; n < count; ++n) {
    const auto sample = hn::Load(d, samples + n * hn::Lanes(d));
    if (all_count) {
      value = Reduce::Add(value, sample);
      continue;
    }
    const auto counts = hn::And(ranges.Counts(k + n), hn::Eq(sample, sample));
    value = hn::IfThenElse(counts, Reduce::Add(value, sample), value);
    counted = hn::Add(counted, hn::IfThenElseZero(counts, one));
  }
  hn::Store(Reduce::Add(hn::Load(d, accumulator.value), value), d, accumulator.value);
  hn::Store(hn::Add(hn::Load(d, accumulator.count), counted), d, accumulator.count);
}

// A tile of a slab or a projection. Its samples are taken in layers, so that all rows use a cache line while it is
// near.
template <typename Reduce>
class SlabTile {
 public:
  SlabTile(const VolumeRows& rows, int u, int first_row, int last_row)
      : rows_(rows), u_(u), first_row_(first_row), row_count_(last_row - first_row) {
    const int width = rows.job().width;
    const int lanes = static_cast<int>(hn::Lanes(Float()));
    const int last_u = std::min(u + lanes, width);
    const bool all = u < width && rows.clipper().ContainsAll(u, last_u, first_row, last_row);
    for (int r = 0; r < row_count_; ++r) {
      std::fill_n(accumulators_[r].value, kMaxLanes, Reduce::kStart);
      std::fill_n(accumulators_[r].count, kMaxLanes, 0.0f);
      for (int i = 0; i < lanes; ++i) {
        const int column = std::min(u + i, width - 1);
        ranges_[r].Set(i, all ? RayRange{0, rows.job().samples} : rows.clipper().Clip(column, first_row + r));
      }
      first_ = std::min(first_, ranges_[r].any_first());
      last_ = std::max(last_, ranges_[r].any_last());
    }
  }

  absl::Status TakeSamples(Pace& pace) {
    Lines lines;
    SetLines(rows_, u_, first_row_, 0, Along::kSamples, lines);
    const int length = BeamLength(lines, kBeamSamples);
    for (int k = first_; k < last_; k += length) {
      const int count = std::min(length, last_ - k);
      VITRINE_RETURN_IF_ERROR(pace.Add(static_cast<int64_t>(count) * row_count_ * hn::Lanes(Float())));
      for (int r = 0; r < row_count_; ++r) ReduceBeam(r, k, count, lines);
    }
    return absl::OkStatus();
  }

  void Store(float* values) const {
    const Float d;
    for (int r = 0; r < row_count_; ++r) {
      auto value = hn::Load(d, accumulators_[r].value);
      const auto count = hn::Load(d, accumulators_[r].count);
      if (rows_.job().reduction == Reduction::kMean) value = hn::Div(value, count);
      const auto any = hn::Gt(count, hn::Zero(d));
      hn::StoreU(hn::IfThenElse(any, value, hn::Set(d, detail::kNaN)), d, values + r * rows_.stride() + u_);
    }
  }

 private:
  HWY_INLINE void ReduceBeam(int r, int k, int count, Lines& lines) {
    const Ranges& ranges = ranges_[r];
    if (!ranges.AnyCounts(k, k + count)) return;
    SetLines(rows_, u_, first_row_ + r, k, Along::kSamples, lines);
    const bool clean = SampleLines(rows_, lines, count, hn::Lanes(Float()), samples_);
    const bool all_count = clean && ranges.AllCount(k, k + count);
    Accumulate<Reduce>(ranges, k, count, all_count, samples_, accumulators_[r]);
  }

  const VolumeRows& rows_;
  const int u_;
  const int first_row_;
  const int row_count_;
  int first_ = std::numeric_limits<int>::max();
  int last_ = 0;
  Ranges ranges_[kTileRows];
  Accumulator accumulators_[kTileRows];
  HWY_ALIGN float samples_[kBeamSamples * kMaxLanes];
};

template <typename Reduce>
absl::Status ReduceSlab(const VolumeRows& rows, int first_row, int last_row, Pace& pace, float* values) {
  for (int v = first_row; v < last_row; v += kTileRows) {
    for (int u = 0; u < rows.stride(); u += static_cast<int>(hn::Lanes(Float()))) {
      SlabTile<Reduce> tile(rows, u, v, std::min(v + kTileRows, last_row));
      VITRINE_RETURN_IF_ERROR(tile.TakeSamples(pace));
      tile.Store(values + static_cast<size_t>(v - first_row) * rows.stride());
    }
  }
  return absl::OkStatus();
}

absl::Status ReduceRows(const VolumeRows& rows, int first, int last, const Operation& operation, float* values) {
  Pace pace(operation);
  if (rows.job().samples == 1) return ReducePlane(rows, first, last, pace, values);
  switch (rows.job().reduction) {
    case Reduction::kMaximum: return ReduceSlab<Maximum>(rows, first, last, pace, values);
    case Reduction::kMinimum: return ReduceSlab<Minimum>(rows, first, last, pace, values);
    default: return ReduceSlab<Sum>(rows, first, last, pace, values);
  }
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace vitrine::render::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::render::simd {
namespace {

void SetColumn(int i, const image::Vector3& origin, double image::Vector3::*axis, const VolumeJob& job, int u,
               ColumnAxis& columns) {
  columns.origin[i] = origin.*axis;
  columns.down[i] = job.down_of(u).*axis;
  columns.step[i] = job.step_of(u).*axis;
}

}  // namespace

HWY_EXPORT(ReduceRows);

VolumeRows::VolumeRows(const VolumeJob& job)
    : job_(job),
      layout_(*job.volume),
      clipper_(job),
      stride_((job.width + kColumnAlignment - 1) / kColumnAlignment * kColumnAlignment) {
  for (ColumnAxis* axis : {&x_, &y_, &z_}) {
    axis->origin.resize(stride_);
    axis->down.resize(stride_);
    axis->step.resize(stride_);
  }
  if (job.samples == 1) rows_.resize(stride_);
  for (int i = 0; i < stride_; ++i) {
    const int u = std::min(i, job.width - 1);
    const image::Vector3 origin = job.origin_of(u);
    SetColumn(i, origin, &image::Vector3::x, job, u, x_);
    SetColumn(i, origin, &image::Vector3::y, job, u, y_);
    SetColumn(i, origin, &image::Vector3::z, job, u, z_);
    if (job.samples == 1) rows_[i] = clipper_.ClipRows(u);
  }
}

absl::Status ReduceRows(const VolumeRows& rows, int first, int last, const Operation& operation, float* values) {
  return HWY_DYNAMIC_DISPATCH(ReduceRows)(rows, first, last, operation, values);
}

}  // namespace vitrine::render::simd
#endif  // HWY_ONCE
