#include "image/tone_curve.h"

#include <cmath>
#include <limits>

#include "gtest/gtest.h"

namespace vitrine::image {
namespace {

// Expected values are worked out by hand from PS3.3 C.11.2.1.2.1 (LINEAR), C.11.2.1.3.2 (LINEAR_EXACT), C.11.2.1.3.1
// (SIGMOID).

ToneCurve Windowed(double center, double width, VoiFunction function) {
  ToneCurve curve;
  curve.voi = Window{center, width, function};
  return curve;
}

TEST(ToneCurve, LinearWindowHasTheHalfPixelOffsetsOfTheStandard) {
  const ToneCurve curve = Windowed(2048, 4096, VoiFunction::kLinear);  // The standard's own 12-bit example.
  EXPECT_EQ(Evaluate(curve, 0), 0);
  EXPECT_EQ(Evaluate(curve, 4095), 1);
  EXPECT_NEAR(Evaluate(curve, 1), 1.0 / 4095, 1e-12);
  EXPECT_NEAR(Evaluate(curve, 2048), 2048.0 / 4095, 1e-12);
}

TEST(ToneCurve, LinearWindowOfWidthOneIsAThreshold) {
  const ToneCurve curve = Windowed(2048, 1, VoiFunction::kLinear);
  EXPECT_EQ(Evaluate(curve, 2047), 0);
  EXPECT_EQ(Evaluate(curve, 2047.5), 0);
  EXPECT_EQ(Evaluate(curve, 2048), 1);
  EXPECT_FALSE(AsAffine(curve).has_value());
}

TEST(ToneCurve, LinearExactWindow) {
  const ToneCurve curve = Windowed(100, 50, VoiFunction::kLinearExact);
  EXPECT_EQ(Evaluate(curve, 75), 0);
  EXPECT_NEAR(Evaluate(curve, 100), 0.5, 1e-12);
  EXPECT_NEAR(Evaluate(curve, 110), 0.7, 1e-12);
  EXPECT_EQ(Evaluate(curve, 126), 1);
}

TEST(ToneCurve, Sigmoid) {
  const ToneCurve curve = Windowed(40, 400, VoiFunction::kSigmoid);
  EXPECT_NEAR(Evaluate(curve, 40), 0.5, 1e-12);
  EXPECT_NEAR(Evaluate(curve, 140), 1 / (1 + std::exp(-1.0)), 1e-12);
}

TEST(ToneCurve, RescaleComesBeforeTheWindowAndInversionAfterIt) {
  ToneCurve curve = Windowed(40, 401, VoiFunction::kLinear);
  curve.modality = Rescale{2, -1000};
  EXPECT_NEAR(Evaluate(curve, 500), (0 - 39.5) / 400 + 0.5, 1e-12);
  curve.invert = true;
  EXPECT_NEAR(Evaluate(curve, 500), 1 - ((0 - 39.5) / 400 + 0.5), 1e-12);
}

TEST(ToneCurve, LutsClampAtBothEndsAndScaleByTheirBits) {
  ToneCurve curve;
  curve.modality = std::make_shared<const Lut>(Lut{-2, 16, {10, 20, 30}});
  curve.voi = std::make_shared<const Lut>(Lut{10, 10, std::vector<uint16_t>(21, 1023)});
  EXPECT_EQ(Evaluate(curve, -100), 1);
  std::vector<uint16_t> ramp(21);
  for (int i = 0; i < 21; ++i) ramp[i] = i * 50;
  curve.voi = std::make_shared<const Lut>(Lut{10, 10, ramp});
  EXPECT_EQ(Evaluate(curve, -100), 0);                           // -2 and below -> 10 -> entry 0.
  EXPECT_NEAR(Evaluate(curve, -1), 10 * 50 / 1023.0, 1e-12);     // -> 20 -> entry 10.
  EXPECT_NEAR(Evaluate(curve, 32767), 20 * 50 / 1023.0, 1e-12);  // -> 30 -> entry 20.
}

TEST(ToneCurve, PaddingAndNanAreBlackEvenWhenInverted) {
  ToneCurve curve = Windowed(0, 100, VoiFunction::kLinear);
  curve.invert = true;
  curve.padding = Padding{-2000, -1990};
  EXPECT_EQ(Evaluate(curve, -2000), 0);
  EXPECT_EQ(Evaluate(curve, -1990), 0);
  EXPECT_EQ(Evaluate(curve, -1989), 1);
  EXPECT_EQ(Evaluate(curve, std::numeric_limits<double>::quiet_NaN()), 0);
}

TEST(ToneCurve, AffineFormIsTheSameCurve) {
  for (const VoiFunction function : {VoiFunction::kLinear, VoiFunction::kLinearExact}) {
    for (const bool invert : {false, true}) {
      ToneCurve curve = Windowed(-600, 1500, function);
      curve.modality = Rescale{1.5, -1024};
      curve.invert = invert;
      const auto affine = AsAffine(curve);
      ASSERT_TRUE(affine.has_value());
      for (int stored = -3000; stored <= 3000; ++stored) {
        EXPECT_NEAR(std::clamp(affine->scale * stored + affine->offset, 0.0, 1.0), Evaluate(curve, stored), 1e-9);
      }
    }
  }
}

TEST(ToneCurve, TabulateEvaluatesConsecutiveIntegers) {
  const ToneCurve curve = Windowed(0, 10, VoiFunction::kSigmoid);
  const std::vector<float> table = Tabulate(curve, -5, 11);
  ASSERT_EQ(table.size(), 11u);
  for (int i = 0; i < 11; ++i) EXPECT_FLOAT_EQ(table[i], static_cast<float>(Evaluate(curve, i - 5)));
}

}  // namespace
}  // namespace vitrine::image
