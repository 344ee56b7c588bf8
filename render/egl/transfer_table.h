#ifndef VITRINE_RENDER_EGL_TRANSFER_TABLE_H_
#define VITRINE_RENDER_EGL_TRANSFER_TABLE_H_

#include <cstdint>
#include <vector>

#include "image/tone_curve.h"
#include "image/transfer_function.h"

namespace vitrine::render::egl {

// A transfer function over stored values: segments that end where the next begins, the first and the last constant.
struct TransferTable {
  static constexpr int kFloatsPerSegment = 12;
  static constexpr int kBuckets = 256;

  // Each segment: start, 1 / length, visible_from, 0; red, green, blue, opacity at the start; what they gain up to the
  // end. Where x <= visible_from, all stored values from this segment's start to x are invisible.
  std::vector<float> segments;
  // Bucket floor((x - origin) * scale), clamped, names a segment at or shortly before the one that x lies in.
  std::vector<int32_t> buckets;
  float origin = 0;
  float scale = 0;

  int count() const { return static_cast<int>(segments.size()) / kFloatsPerSegment; }
};

TransferTable TabulateTransfer(const image::TransferFunction& function, const image::Rescale& rescale);

}  // namespace vitrine::render::egl

#endif  // VITRINE_RENDER_EGL_TRANSFER_TABLE_H_
