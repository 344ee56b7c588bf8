#include "service/handler/volume_appearance.h"

#include <memory>

#include "absl/functional/function_ref.h"
#include "base/parallel.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "service/handler/test_volume.h"

namespace vitrine::service {
namespace {

using ::vitrine::testing::IsOk;

struct Counted : Parallel {
  void For(int count, absl::FunctionRef<void(int)> task) override {
    ++calls;
    Serial().For(count, task);
  }
  int calls = 0;
};

// Values 100 to 163; modality values are half of them, less 1000.
std::shared_ptr<SourceVolume> Ramp() {
  auto source =
      MakeTestVolume(AxialLattice(4, 4, 4, 1, 1), [](int i, int j, int k) { return 100 + i + 4 * j + 16 * k; });
  source->volume.rescale = {0.5, -1000};
  return source;
}

// Whether nobody has asked for the volume's bricks yet.
bool IsUntouched(const SourceVolume& source) {
  Counted parallel;
  source.volume.bricks(parallel);
  return parallel.calls == 1;
}

TEST(VolumeAppearance, RangeOfValues) {
  const image::Range range = ValueRange(Ramp()->volume);
  EXPECT_EQ(range.low, -950);
  EXPECT_EQ(range.high, 0.5 * 163 - 1000);
  auto padding = Ramp();
  padding->volume.padding.assign(1, ~uint64_t{0});
  EXPECT_EQ(ValueRange(padding->volume).low, 0);
  EXPECT_EQ(ValueRange(padding->volume).high, 0);
}

TEST(VolumeAppearance, WithoutAWindowTheRangeIsShown) {
  const auto source = Ramp();
  const v1::Window window = AppliedWindow(v1::View(), *source);
  EXPECT_EQ(window.function(), v1::Window::LINEAR_EXACT);
  EXPECT_EQ(window.width(), 31.5);
  EXPECT_EQ(window.center(), -950 + 31.5 / 2);
}

TEST(VolumeAppearance, OfCtWithAWindowTheVoxelsAreNotSearched) {
  const auto source = Ramp();
  source->windows = {{40, 400, image::VoiFunction::kLinear}};
  Counted parallel;
  PrepareAppearance(*source, parallel);
  EXPECT_EQ(AppliedWindow(v1::View(), *source).center(), 40);
  EXPECT_THAT(AppliedTransferFunction(v1::VolumeView(), *source), IsOk());
  EXPECT_EQ(parallel.calls, 0);
  EXPECT_TRUE(IsUntouched(*source));
}

TEST(VolumeAppearance, WhatNeedsTheRangeIsPrepared) {
  const auto without_window = Ramp();
  const auto without_units = Ramp();
  without_units->windows = {{40, 400, image::VoiFunction::kLinear}};
  without_units->modality = "MR";
  for (const auto& source : {without_window, without_units}) {
    Counted parallel;
    PrepareAppearance(*source, parallel);
    EXPECT_EQ(parallel.calls, 1);
    EXPECT_FALSE(IsUntouched(*source));
  }
}

}  // namespace
}  // namespace vitrine::service
