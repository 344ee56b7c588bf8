#include "service/handler/animation.h"

#include <cmath>

#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "service/handler/test_volume.h"

namespace vitrine::service {
namespace {

// 40 x 60 x 100 mm around (20, 30, 50).
std::shared_ptr<SourceVolume> Volume() {
  return MakeTestVolume(AxialLattice(20, 30, 25, 2, 4), [](int i, int, int) { return i; });
}

absl::StatusOr<std::vector<v1::RenderRequest>> Expand(const v1::RenderRequest& request,
                                                      const RenderLimits& limits = {}) {
  auto canonical = Canonicalize(request, limits);
  if (!canonical.ok()) return canonical.status();
  return ExpandAnimation(*canonical, *Volume(), limits);
}

v1::RenderRequest Swivel(double range, double step) {
  v1::RenderRequest request;
  request.mutable_view()->mutable_target()->set_study_instance_uid("1");
  request.mutable_view()->mutable_volume();
  request.mutable_animation()->mutable_swivel()->set_range_degrees(range);
  request.mutable_animation()->mutable_swivel()->set_step_degrees(step);
  return request;
}

v1::RenderRequest Curve(double step) {
  v1::RenderRequest request;
  request.mutable_view()->mutable_target()->set_study_instance_uid("1");
  v1::SliceView& slice = *request.mutable_view()->mutable_slice();
  slice.add_curve()->set_x(5);
  slice.add_curve()->set_x(25);
  request.mutable_animation()->mutable_cross_curve()->set_step_mm(step);
  return request;
}

TEST(Animation, ASwivelHasTheViewInItsMiddle) {
  ASSERT_OK_AND_ASSIGN(const auto stills, Expand(Swivel(180, 45)));
  ASSERT_EQ(stills.size(), 5u);
  const auto position = [&](int i) { return stills[i].view().volume().camera().position(); };
  // From the patient's right over anterior to the left, always at the height of the centre.
  EXPECT_LT(position(0).x(), 0);
  EXPECT_NEAR(position(0).y(), 30, 1e-9);
  EXPECT_NEAR(position(2).x(), 20, 1e-9);
  EXPECT_LT(position(2).y(), 0);
  EXPECT_GT(position(4).x(), 40);
  for (int i = 0; i < 5; ++i) {
    EXPECT_NEAR(position(i).z(), 50, 1e-9);
    EXPECT_NEAR(stills[i].view().volume().camera().up().z(), 1, 1e-9);
    EXPECT_FALSE(stills[i].has_animation());
  }
}

TEST(Animation, AllPicturesHaveOneSizeAndScale) {
  ASSERT_OK_AND_ASSIGN(const auto stills, Expand(Swivel(360, 15)));
  ASSERT_EQ(stills.size(), 24u);
  // The widest view is that of the diagonal, 72 mm; at this step 71.96, when the camera is at 60 degrees. The volume is
  // 100 mm high.
  const double wide = 40 * std::cos(M_PI / 3) + 60 * std::sin(M_PI / 3);
  for (const v1::RenderRequest& still : stills) {
    EXPECT_EQ(still.output().height(), 512);
    EXPECT_EQ(still.output().width(), std::lround(5.12 * wide));
    EXPECT_NEAR(still.view().volume().camera().field_of_view_mm(), 100, 1e-9);
  }
}

TEST(Animation, AFullTurnDoesNotRepeatItsFirstPicture) {
  ASSERT_OK_AND_ASSIGN(const auto full, Expand(Swivel(360, 90)));
  EXPECT_EQ(full.size(), 4u);
  ASSERT_OK_AND_ASSIGN(const auto part, Expand(Swivel(270, 90)));
  EXPECT_EQ(part.size(), 4u);
}

TEST(Animation, StepsDivideTheRange) {
  v1::RenderRequest request = Swivel(100, 30);
  EXPECT_DOUBLE_EQ(StepSizeOf(request.animation()), 25);
  ASSERT_OK_AND_ASSIGN(const auto stills, Expand(request));
  EXPECT_EQ(stills.size(), 5u);
  EXPECT_DOUBLE_EQ(StepSizeOf(Swivel(0.3, 0.1).animation()), 0.1);
  EXPECT_DOUBLE_EQ(StepSizeOf(Swivel(2, 5).animation()), 2);
}

TEST(Animation, CrossSectionsStandOnTheCurve) {
  ASSERT_OK_AND_ASSIGN(const auto stills, Expand(Curve(8)));
  ASSERT_EQ(stills.size(), 3u);  // At 0, 8 and 16 of 20 mm.
  for (int i = 0; i < 3; ++i) {
    const v1::SliceView& slice = stills[i].view().slice();
    EXPECT_EQ(slice.curve_size(), 0);
    EXPECT_NEAR(slice.camera().look_at().x(), 5 + 8 * i, 1e-9);
    EXPECT_LT(slice.camera().position().x(), slice.camera().look_at().x());
    EXPECT_NEAR(slice.camera().position().y(), 0, 1e-9);
    EXPECT_NEAR(slice.camera().up().z(), 1, 1e-9);
  }
  ASSERT_OK_AND_ASSIGN(const auto whole, Expand(Curve(5)));
  EXPECT_EQ(whole.size(), 5u);
}

TEST(Animation, HasLimits) {
  EXPECT_EQ(CategoryOf(Expand(Swivel(360, 0.01)).status()), ErrorCategory::kInvalidRequest);
  EXPECT_EQ(CategoryOf(Expand(Curve(0.001)).status()), ErrorCategory::kInvalidRequest);
  RenderLimits limits;
  limits.max_output_pixels = 512 * 512;
  EXPECT_EQ(CategoryOf(Expand(Swivel(360, 90), limits).status()), ErrorCategory::kTooLarge);
}

}  // namespace
}  // namespace vitrine::service
