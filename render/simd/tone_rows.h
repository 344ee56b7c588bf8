#ifndef VITRINE_RENDER_SIMD_TONE_ROWS_H_
#define VITRINE_RENDER_SIMD_TONE_ROWS_H_

// Rows of display values of one frame, as a TonePlan computes them.

#include <cstdint>
#include <vector>

#include "render/renderer.h"
#include "render/tone_plan.h"

namespace vitrine::render::simd {

// Immutable; borrows the job.
class ToneRows {
 public:
  // Rows [first_row, first_row + row_count) may be asked for.
  ToneRows(const RenderJob& job, int first_row, int row_count);

  // Pixels [x, x + count) of row y: `count` * channels display values in [0, 1], or rounded to [0, 255].
  void ToFloats(int x, int y, int count, float* output) const;
  void ToBytes(int x, int y, int count, uint8_t* output) const;

 private:
  const RenderJob& job_;
  const TonePlan plan_;
  std::vector<uint8_t> byte_table_;  // plan_.table, rounded, where the raster has 8 bits.
};

}  // namespace vitrine::render::simd

#endif  // VITRINE_RENDER_SIMD_TONE_ROWS_H_
