#include "encode/yuv.h"

#include <vector>

#include "gtest/gtest.h"

namespace vitrine::encode {
namespace {

struct Yuv {
  std::vector<uint8_t> luma, blue, red;
};

Yuv Convert(const image::Raster& raster) {
  const int width = EvenSide(raster.width);
  const int height = EvenSide(raster.height);
  Yuv yuv;
  yuv.luma.resize(width * height);
  yuv.blue.resize(width * height / 4);
  yuv.red = yuv.blue;
  ConvertToYuv(raster, {yuv.luma.data(), yuv.blue.data(), yuv.red.data(), width, width / 2});
  return yuv;
}

image::Raster Plain(uint8_t red, uint8_t green, uint8_t blue) {
  image::Raster raster = {2, 2, 3, 8, {}};
  for (int i = 0; i < 4; ++i) raster.samples.insert(raster.samples.end(), {red, green, blue});
  return raster;
}

// The 100 % colour bars of ITU-R BT.709 at 8 bits, as tables of broadcasting list them.
TEST(Yuv, HasTheColourBarsOfBt709) {
  struct Bar {
    uint8_t red, green, blue, y, cb, cr;
  };
  for (const Bar& bar : {Bar{255, 255, 255, 235, 128, 128}, Bar{255, 255, 0, 219, 16, 138},
                         Bar{0, 255, 255, 188, 154, 16}, Bar{0, 255, 0, 173, 42, 26}, Bar{255, 0, 255, 78, 214, 230},
                         Bar{255, 0, 0, 63, 102, 240}, Bar{0, 0, 255, 32, 240, 118}, Bar{0, 0, 0, 16, 128, 128}}) {
    const Yuv yuv = Convert(Plain(bar.red, bar.green, bar.blue));
    for (const uint8_t luma : yuv.luma) EXPECT_EQ(luma, bar.y);
    EXPECT_EQ(yuv.blue, std::vector<uint8_t>{bar.cb});
    EXPECT_EQ(yuv.red, std::vector<uint8_t>{bar.cr});
  }
}

TEST(Yuv, GreyIsTheSameAsGreyColours) {
  for (int value = 0; value < 256; ++value) {
    const auto grey = static_cast<uint8_t>(value);
    const Yuv yuv = Convert({2, 2, 1, 8, std::vector<uint8_t>(4, grey)});
    const Yuv colour = Convert(Plain(grey, grey, grey));
    EXPECT_EQ(yuv.luma, colour.luma) << value;
    EXPECT_EQ(yuv.blue, std::vector<uint8_t>{128});
    EXPECT_EQ(yuv.red, std::vector<uint8_t>{128});
    EXPECT_EQ(colour.blue, std::vector<uint8_t>{128});
    EXPECT_EQ(colour.red, std::vector<uint8_t>{128});
  }
}

TEST(Yuv, OddSizesRepeatTheLastColumnAndRow) {
  const Yuv yuv = Convert({3, 3, 1, 8, {0, 0, 255, 0, 0, 255, 255, 255, 0}});
  EXPECT_EQ(yuv.luma, (std::vector<uint8_t>{16, 16, 235, 235, 16, 16, 235, 235, 235, 235, 16, 16, 235, 235, 16, 16}));
  EXPECT_EQ(yuv.blue, std::vector<uint8_t>(4, 128));
}

// Sited left: black, red, black, black gives a quarter of red's colour at either neighbour.
TEST(Yuv, ChromaIsSitedLeft) {
  const Yuv yuv = Convert({4, 1, 3, 8, {0, 0, 0, 255, 0, 0, 0, 0, 0, 0, 0, 0}});
  EXPECT_EQ(yuv.red, (std::vector<uint8_t>{128 + 112 / 4, 128 + 112 / 4}));
}

}  // namespace
}  // namespace vitrine::encode
