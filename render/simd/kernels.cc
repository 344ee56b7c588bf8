#include "render/simd/kernels.h"

#include <algorithm>
#include <type_traits>

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "render/simd/kernels.cc"
#include "hwy/foreach_target.h"  // Must come before highway.h: it compiles this file once per instruction set.
#include "hwy/highway.h"

HWY_BEFORE_NAMESPACE();
namespace vitrine::render::simd {
namespace HWY_NAMESPACE {
namespace {

namespace hn = hwy::HWY_NAMESPACE;
using Float = hn::ScalableTag<float>;
using FloatVector = hn::Vec<Float>;

// Added before rounding to the nearest, it makes that rounding half up, and keeps an exact half one although single
// precision has rounded the sums before it.
constexpr float kHalfUpOfByte = 1.0f / 8192;
constexpr float kHalfUpOfWord = 1.0f / 256;

template <typename Sample>
FloatVector LoadAsFloat(Float d, const Sample* samples) {
  const hn::Rebind<Sample, Float> d_sample;
  const hn::Rebind<int32_t, Float> d_int;
  return hn::ConvertTo(d, hn::PromoteTo(d_int, hn::LoadU(d_sample, samples)));
}
template <>
FloatVector LoadAsFloat<float>(Float d, const float* samples) {
  return hn::LoadU(d, samples);
}

// `v` lies in [0, maximum of Output] and is rounded to the nearest integer.
template <typename Output>
void StoreAs(Float d, FloatVector v, Output* output) {
  // At 2^23 a float's last bit counts ones, so that the sum is rounded there and its low bits are the integer.
  const hn::Rebind<uint32_t, Float> d_int;
  const hn::Rebind<Output, Float> d_output;
  hn::StoreU(hn::TruncateTo(d_output, hn::BitCast(d_int, hn::Add(v, hn::Set(d, 8388608.0f)))), d_output, output);
}
template <>
void StoreAs<float>(Float d, FloatVector v, float* output) {
  hn::StoreU(v, d, output);
}

// output[i] = operation(input[i]), a vector at a time; the last, partial one goes through a zeroed buffer.
template <typename Input, typename Output, typename Operation>
HWY_INLINE void Transform(const Input* input, size_t count, Output* output, const Operation& operation) {
  const Float d;
  const size_t lanes = hn::Lanes(d);
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) StoreAs(d, operation(LoadAsFloat(d, input + i)), output + i);
  if (i == count) return;
  Input last_input[hn::MaxLanes(d)] = {};
  Output last_output[hn::MaxLanes(d)] = {};
  std::copy(input + i, input + count, last_input);
  StoreAs(d, operation(LoadAsFloat(d, last_input)), last_output);
  std::copy(last_output, last_output + (count - i), output + i);
}

template <bool kHasPadding, typename Sample, typename Output>
HWY_INLINE void Tone(const TonePlan& plan, const Sample* samples, size_t count, Output* output) {
  const Float d;
  constexpr bool kBytes = sizeof(Output) == 1;
  constexpr float kMaximum = kBytes ? 255.0f : 1.0f;
  const auto pivot = hn::Set(d, plan.pivot);
  const auto scale = hn::Set(d, plan.scale * kMaximum);
  const auto offset = hn::Set(d, plan.offset * kMaximum + (kBytes ? kHalfUpOfByte : 0));
  const auto zero = hn::Zero(d);
  const auto maximum = hn::Set(d, kMaximum);
  const auto padding_low = hn::Set(d, plan.padding_low);
  const auto padding_high = hn::Set(d, plan.padding_high);
  Transform(samples, count, output, [&](FloatVector stored) HWY_ATTR {
    auto v = hn::MulAdd(hn::Sub(stored, pivot), scale, offset);
    v = hn::Min(hn::Max(v, zero), maximum);
    if constexpr (std::is_same_v<Sample, float>) v = hn::IfThenElseZero(hn::Eq(stored, stored), v);
    if constexpr (kHasPadding) {
      v = hn::IfThenZeroElse(hn::And(hn::Ge(stored, padding_low), hn::Le(stored, padding_high)), v);
    }
    return v;
  });
}

template <typename Sample, typename Output>
void ToneOf(const TonePlan& plan, const void* samples, size_t count, Output* output) {
  const auto* typed = static_cast<const Sample*>(samples);
  if (plan.has_padding()) {
    Tone<true>(plan, typed, count, output);
  } else {
    Tone<false>(plan, typed, count, output);
  }
}

template <typename Output>
void ToneAny(const TonePlan& plan, image::SampleType type, const void* samples, size_t count, Output* output) {
  switch (type) {
    case image::SampleType::kUint8: return ToneOf<uint8_t>(plan, samples, count, output);
    case image::SampleType::kUint16: return ToneOf<uint16_t>(plan, samples, count, output);
    case image::SampleType::kInt16: return ToneOf<int16_t>(plan, samples, count, output);
    case image::SampleType::kFloat32: return ToneOf<float>(plan, samples, count, output);
  }
}

void ToneToBytes(const TonePlan& plan, image::SampleType type, const void* samples, size_t count, uint8_t* output) {
  ToneAny(plan, type, samples, count, output);
}

void ToneToFloats(const TonePlan& plan, image::SampleType type, const void* samples, size_t count, float* output) {
  ToneAny(plan, type, samples, count, output);
}

void WeightedSum(const float* const* rows, const float* weights, size_t row_count, bool accumulate, size_t count,
                 float* output) {
  const Float d;
  const size_t lanes = hn::Lanes(d);
  size_t i = 0;
  for (; i + lanes <= count; i += lanes) {
    auto sum = accumulate ? hn::LoadU(d, output + i) : hn::Zero(d);
    for (size_t r = 0; r < row_count; ++r) sum = hn::MulAdd(hn::Set(d, weights[r]), hn::LoadU(d, rows[r] + i), sum);
    hn::StoreU(sum, d, output + i);
  }
  for (; i < count; ++i) {
    float sum = accumulate ? output[i] : 0;
    for (size_t r = 0; r < row_count; ++r) sum += weights[r] * rows[r][i];
    output[i] = sum;
  }
}

#if HWY_TARGET == HWY_SCALAR

void ResampleRow(const RowWeights& axis, int channels, const float* input, float* output) {
  for (size_t i = 0; i < axis.output_size * channels; ++i) {
    const size_t pixel = i / channels;
    const float* samples = input + axis.first[pixel] * channels + i % channels;
    float sum = 0;
    for (size_t t = 0; t < axis.taps; ++t) sum += axis.weights[pixel * axis.taps + t] * samples[t * channels];
    output[i] = sum;
  }
}

#else  // There are vectors of four.

using Float4 = hn::FixedTag<float, 4>;
using FloatVector4 = hn::Vec<Float4>;

// Four partial sums of the dot product of one output pixel.
HWY_INLINE FloatVector4 PartialSums(const RowWeights& axis, const float* input, size_t i) {
  const Float4 d;
  const float* samples = input + axis.first[i];
  const float* weights = axis.weights + i * axis.taps;
  auto sum = hn::Mul(hn::LoadU(d, weights), hn::LoadU(d, samples));
  for (size_t t = 4; t < axis.taps; t += 4) {
    sum = hn::MulAdd(hn::LoadU(d, weights + t), hn::LoadU(d, samples + t), sum);
  }
  return sum;
}

void ResampleGreyRow(const RowWeights& axis, const float* input, float* output) {
  const Float4 d;
  size_t i = 0;
  for (; i + 4 <= axis.output_size; i += 4) {
    const auto a = PartialSums(axis, input, i);
    const auto b = PartialSums(axis, input, i + 1);
    const auto c = PartialSums(axis, input, i + 2);
    const auto e = PartialSums(axis, input, i + 3);
    // The sum over the lanes of each, by adding the rows of the transposed 4x4 matrix.
    const auto ab = hn::Add(hn::InterleaveLower(d, a, b), hn::InterleaveUpper(d, a, b));
    const auto ce = hn::Add(hn::InterleaveLower(d, c, e), hn::InterleaveUpper(d, c, e));
    hn::StoreU(hn::Add(hn::ConcatLowerLower(d, ce, ab), hn::ConcatUpperUpper(d, ce, ab)), d, output + i);
  }
  for (; i < axis.output_size; ++i) output[i] = hn::GetLane(hn::SumOfLanes(d, PartialSums(axis, input, i)));
}

// Three of the four lanes are one pixel; the next store overwrites the fourth.
void ResampleRgbRow(const RowWeights& axis, const float* input, float* output) {
  const Float4 d;
  for (size_t i = 0; i < axis.output_size; ++i) {
    auto sum = hn::Zero(d);
    for (size_t t = 0; t < axis.taps; ++t) {
      const auto pixel = hn::LoadU(d, input + 3 * (axis.first[i] + t));
      sum = hn::MulAdd(hn::Set(d, axis.weights[i * axis.taps + t]), pixel, sum);
    }
    hn::StoreU(sum, d, output + 3 * i);
  }
}

void ResampleRow(const RowWeights& axis, int channels, const float* input, float* output) {
  if (channels == 3) return ResampleRgbRow(axis, input, output);
  ResampleGreyRow(axis, input, output);
}

#endif  // HWY_TARGET == HWY_SCALAR

template <typename Output>
HWY_INLINE void Quantize(const float* values, size_t count, float maximum, float half_up, Output* output) {
  const Float d;
  const auto scale = hn::Set(d, maximum);
  const auto offset = hn::Set(d, half_up);
  Transform(values, count, output,
            [&](FloatVector v) HWY_ATTR { return hn::Min(hn::Max(hn::MulAdd(v, scale, offset), hn::Zero(d)), scale); });
}

void QuantizeToBytes(const float* values, size_t count, uint8_t* output) {
  Quantize(values, count, 255.0f, kHalfUpOfByte, output);
}

void QuantizeToWords(const float* values, size_t count, uint16_t* output) {
  Quantize(values, count, 65535.0f, kHalfUpOfWord, output);
}

}  // namespace
}  // namespace HWY_NAMESPACE
}  // namespace vitrine::render::simd
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace vitrine::render::simd {

HWY_EXPORT(ToneToBytes);
HWY_EXPORT(ToneToFloats);
HWY_EXPORT(WeightedSum);
HWY_EXPORT(ResampleRow);
HWY_EXPORT(QuantizeToBytes);
HWY_EXPORT(QuantizeToWords);

const char* InstructionSet() {
  const int64_t supported = hwy::SupportedTargets() & HWY_TARGETS;
  return hwy::TargetName(supported & -supported);  // The lowest bit is the best of them.
}

void ToneToBytes(const TonePlan& plan, image::SampleType type, const void* samples, size_t count, uint8_t* output) {
  HWY_DYNAMIC_DISPATCH(ToneToBytes)(plan, type, samples, count, output);
}

void ToneToFloats(const TonePlan& plan, image::SampleType type, const void* samples, size_t count, float* output) {
  HWY_DYNAMIC_DISPATCH(ToneToFloats)(plan, type, samples, count, output);
}

void WeightedSum(const float* const* rows, const float* weights, size_t row_count, bool accumulate, size_t count,
                 float* output) {
  HWY_DYNAMIC_DISPATCH(WeightedSum)(rows, weights, row_count, accumulate, count, output);
}

void ResampleRow(const RowWeights& axis, int channels, const float* input, float* output) {
  HWY_DYNAMIC_DISPATCH(ResampleRow)(axis, channels, input, output);
}

void QuantizeToBytes(const float* values, size_t count, uint8_t* output) {
  HWY_DYNAMIC_DISPATCH(QuantizeToBytes)(values, count, output);
}

void QuantizeToWords(const float* values, size_t count, uint16_t* output) {
  HWY_DYNAMIC_DISPATCH(QuantizeToWords)(values, count, output);
}

}  // namespace vitrine::render::simd
#endif  // HWY_ONCE
