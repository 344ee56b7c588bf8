#ifndef VITRINE_RENDER_EGL_VOLUME_TONE_H_
#define VITRINE_RENDER_EGL_VOLUME_TONE_H_

#include <vector>

#include "image/tone_curve.h"

namespace vitrine::render::egl {

// A tone curve by its stages, for values that are no integers.
struct VolumeTone {
  enum class Voi {
    kLine,     // (x - middle) / width + 1/2, clamped.
    kStep,     // 1 above middle, otherwise 0.
    kSigmoid,  // 1 / (1 + exp(-4 (x - middle) / width)).
    kLut,
  };
  double slope = 1;
  double intercept = 0;
  int modality_first = 0;
  int modality_count = 0;  // Entries of the Modality LUT; where there are none, x = slope * stored + intercept.
  Voi voi = Voi::kLine;
  double middle = 0;
  double width = 1;
  int voi_first = 0;
  int voi_count = 0;
  double voi_maximum = 1;
  bool invert = false;
  std::vector<float> luts;  // The entries of the Modality LUT, then those of the VOI LUT.
};

VolumeTone PlanVolumeTone(const image::ToneCurve& curve);

}  // namespace vitrine::render::egl

#endif  // VITRINE_RENDER_EGL_VOLUME_TONE_H_
