#ifndef VITRINE_RENDER_TEST_JOBS_H_
#define VITRINE_RENDER_TEST_JOBS_H_

// Generated frames, tone curves and jobs for tests and benchmarks. The same call gives the same numbers everywhere.

#include <memory>
#include <string>
#include <vector>

#include "image/frame.h"
#include "image/tone_curve.h"
#include "render/renderer.h"

namespace vitrine::render {

enum class Pattern {
  kRandom,  // Every value of the range, evenly.
  kRamp,    // Rises to the right and, more slowly, to the bottom; uses the whole range; no symmetry.
};

// Samples within the range that image::Frame states for `bits`. kFloat32: about -2000 to 3000, with fractions.
std::shared_ptr<const image::Frame> MakeFrame(Pattern pattern, int columns, int rows, int channels,
                                              image::SampleType type, int bits);

// Shows the whole frame at its own size.
RenderJob MakeJob(std::shared_ptr<const image::Frame> frame, image::ToneCurve tone, int bits);

image::ToneCurve Windowed(double center, double width, image::VoiFunction function);

struct NamedTone {
  std::string name;
  image::ToneCurve tone;
};
// One or more of every kind of stage, fitted to stored values of about [low, high].
std::vector<NamedTone> ToneCases(double low, double high);

struct NamedView {
  std::string name;
  RenderJob job;
};
// Crops, flips, shrinks and enlargements of `base`, which shows a whole frame of at least 8x8.
std::vector<NamedView> ViewCases(const RenderJob& base);

}  // namespace vitrine::render

#endif  // VITRINE_RENDER_TEST_JOBS_H_
