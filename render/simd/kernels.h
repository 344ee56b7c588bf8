#ifndef VITRINE_RENDER_SIMD_KERNELS_H_
#define VITRINE_RENDER_SIMD_KERNELS_H_

// The inner loops, compiled once per instruction set and chosen at run time. Pointers need no alignment; input and
// output do not overlap.

#include <cstddef>
#include <cstdint>

#include "image/frame.h"
#include "render/tone_plan.h"

namespace vitrine::render::simd {

// Readable floats that every input and writable floats that every output of ResampleRow() has past its end.
inline constexpr size_t kRowPadding = 4;

// The one in use, such as "AVX2".
const char* InstructionSet();

// `count` samples through a plan of the kind kAffine; ...ToBytes() rounds to [0, 255].
void ToneToBytes(const TonePlan& plan, image::SampleType type, const void* samples, size_t count, uint8_t* output);
void ToneToFloats(const TonePlan& plan, image::SampleType type, const void* samples, size_t count, float* output);

// output = (accumulate ? output : 0) + sum of weights[r] * rows[r].
void WeightedSum(const float* const* rows, const float* weights, size_t row_count, bool accumulate, size_t count,
                 float* output);

// One row of `channels` (1 or 3) interleaved channels along its axis. `taps` is a multiple of 4 where channels is 1.
struct RowWeights {
  size_t taps;
  size_t output_size;
  const int* first;      // Per output pixel, in input pixels.
  const float* weights;  // taps per output pixel.
};
void ResampleRow(const RowWeights& axis, int channels, const float* input, float* output);

// Clamps to [0, 1], scales to the full range, rounds half up.
void QuantizeToBytes(const float* values, size_t count, uint8_t* output);
void QuantizeToWords(const float* values, size_t count, uint16_t* output);

}  // namespace vitrine::render::simd

#endif  // VITRINE_RENDER_SIMD_KERNELS_H_
