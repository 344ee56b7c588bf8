#ifndef VITRINE_RENDER_TONE_PLAN_H_
#define VITRINE_RENDER_TONE_PLAN_H_

// How a backend turns stored values into display values: the cheapest of three ways that gives what image::Evaluate()
// gives. Single precision is enough because no step subtracts large numbers from each other.

#include <limits>
#include <vector>

#include "render/renderer.h"

namespace vitrine::render {

struct TonePlan {
  enum class Kind {
    kAffine,    // clamp(scale * (stored - pivot) + offset, 0, 1); 0 for NaN and inside the padding range.
    kTable,     // table[stored - first]; covers every stored value of the rows that were planned for.
    kEvaluate,  // image::Evaluate(), sample by sample.
  };
  Kind kind = Kind::kEvaluate;

  // kAffine. All finite. `pivot` is near the zero of the line and, for integer frames, an integer.
  float scale = 0;
  float pivot = 0;
  float offset = 0;
  // Both inclusive; empty (low > high) where there is no padding.
  float padding_low = std::numeric_limits<float>::max();
  float padding_high = std::numeric_limits<float>::lowest();

  // kTable.
  int first = 0;
  std::vector<float> table;

  bool has_padding() const { return padding_low <= padding_high; }
};

// For the rows [first_row, first_row + row_count) of job.frame. `job` is valid.
TonePlan PlanTone(const RenderJob& job, int first_row, int row_count);

// kEvaluate: display values of the pixels [x, x + count) of row y. Grey frames only.
void EvaluateRow(const RenderJob& job, int x, int y, int count, float* output);

}  // namespace vitrine::render

#endif  // VITRINE_RENDER_TONE_PLAN_H_
