// The values of the samples of a job along lines, by whichever way is right and fastest for them. For inclusion in
// files that Highway compiles once per instruction set.

#if defined(VITRINE_RENDER_SIMD_VOLUME_LINES_INL_H_) == defined(HWY_TARGET_TOGGLE)
#ifdef VITRINE_RENDER_SIMD_VOLUME_LINES_INL_H_
#undef VITRINE_RENDER_SIMD_VOLUME_LINES_INL_H_
#else
#define VITRINE_RENDER_SIMD_VOLUME_LINES_INL_H_
#endif

#include <algorithm>
#include <limits>

#include "hwy/highway.h"
#include "render/simd/exact_sample.h"
#include "render/simd/volume_cubic-inl.h"
#include "render/simd/volume_padded-inl.h"
#include "render/simd/volume_padding.h"
#include "render/simd/volume_rows.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::render::simd {
namespace HWY_NAMESPACE {

// Lines go down the picture or into it.
enum class Along { kRows, kSamples };

namespace detail {

HWY_INLINE void SetAxis(const ColumnAxis& columns, int u, int v, int k, Along along, LineAxis& line) {
  const Double d;
  const auto row = hn::Set(d, v);
  const auto sample = hn::Set(d, k);
  for (size_t i = 0; i < hn::Lanes(Float()); i += hn::Lanes(d)) {
    const auto down = hn::LoadU(d, columns.down.data() + u + i);
    const auto step = hn::LoadU(d, columns.step.data() + u + i);
    const auto top = hn::MulAdd(row, down, hn::LoadU(d, columns.origin.data() + u + i));
    hn::Store(hn::MulAdd(sample, step, top), d, line.start + i);
    hn::Store(along == Along::kRows ? down : step, d, line.advance + i);
  }
}

inline constexpr float kNaN = std::numeric_limits<float>::quiet_NaN();

// Sample n of lane i goes to values[n * stride + i].
template <typename Reader, bool kClamped>
void SampleLinear(const Beam& shared, int count, size_t stride, float* values) {
  const Beam beam = shared;
  for (int n = 0; n < count; ++n) {
    const auto value = Trilinear<Reader>(beam.layout(), beam.voxels(), beam.At<kClamped>(n));
    hn::StoreU(value, Float(), values + n * stride);
  }
}

template <typename Reader, bool kClamped>
void SampleCubic(const Beam& shared, int count, size_t stride, float* values) {
  const Beam beam = shared;
  for (int n = 0; n < count; ++n) hn::StoreU(CubicValue<Reader, kClamped>(beam, n), Float(), values + n * stride);
}

template <typename Reader>
void SamplePadded(const Beam& shared, const PaddingBits& bits, int count, size_t stride, float* values) {
  const Beam beam = shared;
  for (int n = 0; n < count; ++n) hn::StoreU(PaddedValue<Reader>(beam, bits, n), Float(), values + n * stride);
}

template <typename Reader>
void SampleWith(const VolumeJob& job, const Beam& beam, bool padded, int count, size_t stride, float* values) {
  const bool clamped = !beam.interior();
  if (padded) return SamplePadded<Reader>(beam, PaddingBits(job.volume->padding), count, stride, values);
  if (job.interpolation == Interpolation::kCubic) {
    return clamped ? SampleCubic<Reader, true>(beam, count, stride, values)
                   : SampleCubic<Reader, false>(beam, count, stride, values);
  }
  return clamped ? SampleLinear<Reader, true>(beam, count, stride, values)
                 : SampleLinear<Reader, false>(beam, count, stride, values);
}

template <typename Sample>
void SampleAs(const VolumeJob& job, const Beam& beam, bool padded, int count, size_t stride, float* values) {
  WithFasterReader<Sample>(
      [&](auto reader) { SampleWith<decltype(reader)>(job, beam, padded, count, stride, values); });
}

inline void SampleExactly(const VolumeJob& job, const Lines& lines, int count, size_t stride, float* values) {
  for (int n = 0; n < count; ++n) {
    for (size_t i = 0; i < hn::Lanes(Float()); ++i) {
      const auto at = [&](const LineAxis& axis) { return axis.start[i] + n * axis.advance[i]; };
      const auto value = ExactValue(*job.volume, job.interpolation, {at(lines.x), at(lines.y), at(lines.z)});
      values[n * stride + i] = value ? static_cast<float>(*value) : kNaN;
    }
  }
}

inline PaddingIn FindPadding(const VolumeJob& job, const Lines& lines, int count) {
  if (job.volume->padding.empty()) return PaddingIn::kNone;
  image::Vector3 low, high;
  const auto bound = [&](const LineAxis& axis, double& lowest, double& highest) HWY_ATTR {
    lowest = highest = axis.start[0];
    for (size_t i = 0; i < hn::Lanes(Float()); ++i) {
      const auto [a, b] = std::minmax({axis.start[i], axis.start[i] + (count - 1) * axis.advance[i]});
      lowest = std::min(lowest, a);
      highest = std::max(highest, b);
    }
  };
  bound(lines.x, low.x, high.x);
  bound(lines.y, low.y, high.y);
  bound(lines.z, low.z, high.z);
  return simd::FindPadding(*job.volume, job.interpolation, low, high);
}

}  // namespace detail

// The lines that begin at sample k of row v in the columns from u on.
HWY_INLINE void SetLines(const VolumeRows& rows, int u, int v, int k, Along along, Lines& lines) {
  detail::SetAxis(rows.x(), u, v, k, along, lines.x);
  detail::SetAxis(rows.y(), u, v, k, along, lines.y);
  detail::SetAxis(rows.z(), u, v, k, along, lines.z);
}

// Samples 0 to count - 1 (as BeamLength() allows) of each lane: sample n of lane i goes to values[n * stride + i].
// Those outside the volume are arbitrary. False where padding may have made some NaN.
inline bool SampleLines(const VolumeRows& rows, const Lines& lines, int count, size_t stride, float* values) {
  const VolumeJob& job = rows.job();
  const PaddingIn padding = detail::FindPadding(job, lines, count);
  if (padding == PaddingIn::kAll) {
    for (int n = 0; n < count; ++n) hn::StoreU(hn::Set(Float(), detail::kNaN), Float(), values + n * stride);
    return false;
  }
  const bool padded = padding == PaddingIn::kSome;
  const bool vectors_can_pad =
      job.interpolation == Interpolation::kLinear && job.volume->voxel_count() < std::numeric_limits<int32_t>::max();
  const Beam beam(rows.layout(), lines, count);
  if (!beam.usable() || (padded && !vectors_can_pad)) {
    detail::SampleExactly(job, lines, count, stride, values);
    return !padded;
  }
  switch (job.volume->type) {
    case image::SampleType::kUint8: detail::SampleAs<uint8_t>(job, beam, padded, count, stride, values); break;
    case image::SampleType::kUint16: detail::SampleAs<uint16_t>(job, beam, padded, count, stride, values); break;
    case image::SampleType::kInt16: detail::SampleAs<int16_t>(job, beam, padded, count, stride, values); break;
    case image::SampleType::kFloat32: detail::SampleAs<float>(job, beam, padded, count, stride, values); break;
  }
  return !padded;
}

}  // namespace HWY_NAMESPACE
}  // namespace vitrine::render::simd
HWY_AFTER_NAMESPACE();

#endif  // Guard per instruction set.
