#include "encode/palette.h"

#include <cmath>

#include "gtest/gtest.h"

namespace vitrine::encode {
namespace {

image::Raster Picture(int width, const std::vector<uint8_t>& samples) {
  return {width, static_cast<int>(samples.size()) / (3 * width), 3, 8, samples};
}

Rgb Shown(const Palette& palette, Rgb color) { return palette.colors()[palette.IndexOf(color)]; }

TEST(Palette, FewColoursStayAsTheyAre) {
  std::vector<uint8_t> samples;
  for (int i = 0; i < 256; ++i) {
    samples.insert(samples.end(), {static_cast<uint8_t>(i / 16 * 16 + 3), static_cast<uint8_t>(i % 16 * 16 + 1), 7});
  }
  const image::Raster picture = Picture(16, samples);
  const Palette palette({&picture, 1});
  for (int i = 0; i < 256; ++i) {
    const Rgb color = {samples[3 * i], samples[3 * i + 1], samples[3 * i + 2]};
    EXPECT_EQ(Shown(palette, color).red, color.red);
    EXPECT_EQ(Shown(palette, color).green, color.green);
    EXPECT_EQ(Shown(palette, color).blue, color.blue);
  }
}

// 256 boxes of equal size in a square of two channels have 16 values to a side: no colour is further from the middle of
// its box than half of that, but for boxes that are cut unevenly.
TEST(Palette, AGradientIsDividedEvenly) {
  std::vector<uint8_t> samples;
  for (int i = 0; i < 65536; ++i) {
    samples.insert(samples.end(), {static_cast<uint8_t>(i / 256), static_cast<uint8_t>(i % 256), 0});
  }
  const image::Raster picture = Picture(256, samples);
  const Palette palette({&picture, 1});
  double squares = 0;
  for (size_t i = 0; i < samples.size(); i += 3) {
    const Rgb shown = Shown(palette, {samples[i], samples[i + 1], samples[i + 2]});
    squares += std::pow(shown.red - samples[i], 2) + std::pow(shown.green - samples[i + 1], 2);
    EXPECT_LE(std::abs(shown.red - samples[i]), 16);
    EXPECT_LE(std::abs(shown.green - samples[i + 1]), 16);
  }
  // A box of 16 x 16 values has the variance 2 * (16^2 - 1) / 12.
  EXPECT_LT(squares / 65536, 1.1 * 2 * 255 / 12);
}

TEST(Palette, AllFramesHaveOnePalette) {
  const image::Raster frames[] = {Picture(1, {200, 0, 0}), Picture(1, {0, 0, 100})};
  const Palette palette(frames);
  EXPECT_EQ(Shown(palette, {200, 0, 0}).red, 200);
  EXPECT_EQ(Shown(palette, {0, 0, 100}).blue, 100);
}

}  // namespace
}  // namespace vitrine::encode
