#ifndef VITRINE_RENDER_SIMD_TRANSFER_TABLE_H_
#define VITRINE_RENDER_SIMD_TRANSFER_TABLE_H_

// A transfer function as tables over stored values, for one distance between samples.

#include <vector>

#include "image/tone_curve.h"
#include "image/transfer_function.h"

namespace vitrine::render::simd {

// Stored values whose opacity may be above 0, both ends inclusive.
struct OpaqueRange {
  float low = 0;
  float high = 0;

  bool operator==(const OpaqueRange&) const = default;
};

// Of a volume whose modality values are rescale.slope * stored + rescale.intercept, ascending and disjoint. Every
// stored value of non-zero opacity lies in one of them.
std::vector<OpaqueRange> OpaqueRanges(const image::TransferFunction& function, const image::Rescale& rescale);

// Entry i is about the stored value pivot + i / scale; between entries the tables are linear, before the first and past
// the last one constant. So fine that a ramp between two points of the function is many entries long.
struct TransferTable {
  float pivot = 0;
  float scale = 1;
  int last = 0;                // Index of the last entry; one more follows, equal to it, so that last + 1 may be read.
  std::vector<float> opacity;  // Of a sample: corrected for the distance.
  std::vector<float> red;
  std::vector<float> green;
  std::vector<float> blue;
};

// `stored`: what the volume's stored values lie between, low <= high.
TransferTable MakeTransferTable(const image::TransferFunction& function, const image::Rescale& rescale,
                                const image::Range& stored, double sample_distance_mm);

}  // namespace vitrine::render::simd

#endif  // VITRINE_RENDER_SIMD_TRANSFER_TABLE_H_
