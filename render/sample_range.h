#ifndef VITRINE_RENDER_SAMPLE_RANGE_H_
#define VITRINE_RENDER_SAMPLE_RANGE_H_

// The smallest and the largest stored value of a frame, so that lookup tables cover what occurs and nothing else.

#include "image/frame.h"

namespace vitrine::render {

struct SampleRange {
  int low = 0;
  int high = 0;
};

// Over `row_count` rows (at least 1) from `first_row` on. For kUint8 it is 0 to 255 without a look. Not for kFloat32.
SampleRange FindSampleRange(const image::Frame& frame, int first_row, int row_count);

}  // namespace vitrine::render

#endif  // VITRINE_RENDER_SAMPLE_RANGE_H_
