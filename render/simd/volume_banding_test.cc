// Whether the distance between samples shows, as lines of equal depth on smooth surfaces.

#include <algorithm>
#include <cmath>
#include <memory>

#include "base/parallel.h"
#include "base/status_matchers.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "render/simd/composite_phantoms.h"
#include "render/simd/volume_composite.h"

namespace vitrine::render {
namespace {

using image::TransferFunction;
using image::Vector3;
using testing::IsOk;

// A dense layer of 2.5 mm around a ball in air, with the noise of a CT. In its middle the gradient turns round: light
// changes there within a fraction of a step.
std::shared_ptr<const image::Volume> Layer() {
  Phantom phantom;
  phantom.type = image::SampleType::kFloat32;
  phantom.rescale = {1, 0};
  phantom.lattice = {60, 60, 60, {}, {0.7, 0, 0}, {0, 0.7, 0}, {0, 0, 0.7}};
  return Make(phantom, [](const Vector3& p) {
    const double depth = (16 - 0.7 * Length(p - Vector3{29.5, 29.5, 29.5})) / 2.5;
    return -950 + 1000 * std::exp(-depth * depth) + 20 * Noise(p) / 1000;
  });
}

TransferFunction Skin() {
  TransferFunction function;
  function.points = {{-600, 0.93, 0.73, 0.61, 0}, {-250, 0.93, 0.73, 0.61, 0.5}, {3000, 0.93, 0.73, 0.61, 0.9}};
  return function;
}

image::Raster Picture(const std::shared_ptr<const image::Volume>& volume, const Vector3& forward, double step_mm) {
  Serial serial;
  simd::BrickMapCache maps;
  absl::StatusOr<image::Raster> raster =
      simd::RenderComposite(View(volume, Skin(), forward, step_mm), maps, serial, {});
  EXPECT_THAT(raster, IsOk());
  return raster.ok() ? *std::move(raster) : image::Raster();
}

// Root mean square of the difference, where one of the pictures shows something.
double Distance(const image::Raster& a, const image::Raster& b) {
  double sum = 0;
  size_t count = 0;
  for (size_t i = 0; i < a.samples.size(); ++i) {
    if (a.samples[i] == 0 && b.samples[i] == 0) continue;
    sum += (a.samples[i] - b.samples[i]) * (a.samples[i] - b.samples[i]);
    ++count;
  }
  return std::sqrt(sum / static_cast<double>(count));
}

// The finest sampling stands for the integral along the ray.
TEST(VolumeBanding, StepsOfFullQualityDoNotShow) {
  const std::shared_ptr<const image::Volume> volume = Layer();
  for (const Vector3& forward : {kAnterior, kOblique}) {
    const image::Raster fine = Picture(volume, forward, 0.02);
    const image::Raster full = Picture(volume, forward, 0.5);
    ASSERT_EQ(full.samples.size(), fine.samples.size());
    EXPECT_GT(*std::max_element(fine.samples.begin(), fine.samples.end()), 100);
    EXPECT_LT(Distance(full, fine), 1);
  }
}

}  // namespace
}  // namespace vitrine::render
