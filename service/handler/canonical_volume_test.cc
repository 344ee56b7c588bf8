#include "service/handler/canonical_volume.h"

#include <functional>
#include <limits>

#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "service/handler/canonical_request.h"

namespace vitrine::service {
namespace {

using testing::IsOk;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();
constexpr double kInfinity = std::numeric_limits<double>::infinity();

using Request = v1::RenderRequest;

Request Slice() {
  Request request;
  request.mutable_view()->mutable_target()->set_study_instance_uid("1.2");
  request.mutable_view()->mutable_target()->set_series_instance_uid("1.2.3");
  request.mutable_view()->mutable_slice();
  return request;
}

Request Volume() {
  Request request = Slice();
  request.mutable_view()->mutable_volume();
  return request;
}

v1::SliceView& SliceOf(Request& request) { return *request.mutable_view()->mutable_slice(); }
v1::VolumeView& VolumeOf(Request& request) { return *request.mutable_view()->mutable_volume(); }

void AddPoint(double x, v1::SliceView& slice) { slice.add_curve()->set_x(x); }

TEST(CanonicalVolume, DefaultsOfASlice) {
  ASSERT_OK_AND_ASSIGN(const Request request, Canonicalize(Slice(), {}));
  const v1::SliceView& slice = request.view().slice();
  EXPECT_EQ(slice.camera().orientation(), v1::Camera::ANTERIOR);
  EXPECT_EQ(slice.camera().zoom(), 1);
  EXPECT_EQ(slice.projection(), v1::AVERAGE_INTENSITY);
  EXPECT_EQ(slice.interpolation(), v1::INTERPOLATION_LINEAR);
  EXPECT_EQ(request.output().width(), 512);
  EXPECT_EQ(request.output().height(), 512);
  EXPECT_EQ(request.output().format(), v1::Output::JPEG);
}

TEST(CanonicalVolume, DefaultsOfAVolume) {
  ASSERT_OK_AND_ASSIGN(const Request request, Canonicalize(Volume(), {}));
  EXPECT_EQ(request.view().volume().projection(), v1::VOLUME_RENDERED);
  EXPECT_EQ(request.view().volume().camera().orientation(), v1::Camera::ANTERIOR);
}

TEST(CanonicalVolume, EqualWishesHaveEqualKeys) {
  Request spelled = Slice();
  v1::SliceView& slice = SliceOf(spelled);
  slice.mutable_input();
  slice.mutable_camera()->set_orientation(v1::Camera::ANTERIOR);
  slice.mutable_camera()->set_zoom(1);
  slice.set_projection(v1::AVERAGE_INTENSITY);
  spelled.mutable_output()->set_width(512);
  spelled.mutable_output()->set_height(512);
  ASSERT_OK_AND_ASSIGN(const Request a, Canonicalize(Slice(), {}));
  ASSERT_OK_AND_ASSIGN(const Request b, Canonicalize(spelled, {}));
  EXPECT_EQ(CacheKey(a), CacheKey(b));
  slice.mutable_camera()->set_orientation(v1::Camera::HEAD);
  ASSERT_OK_AND_ASSIGN(const Request c, Canonicalize(spelled, {}));
  EXPECT_NE(CacheKey(a), CacheKey(c));
}

TEST(CanonicalVolume, TargetsAtEveryLevel) {
  Request study = Slice();
  study.mutable_view()->mutable_target()->clear_series_instance_uid();
  EXPECT_THAT(Canonicalize(study, {}), IsOk());
  Request frames = Slice();
  frames.mutable_view()->mutable_target()->set_sop_instance_uid("1.2.3.4");
  frames.mutable_view()->mutable_target()->add_frame_numbers(2);
  frames.mutable_view()->mutable_target()->add_frame_numbers(5);
  EXPECT_THAT(Canonicalize(frames, {}), IsOk());
}

TEST(CanonicalVolume, AnimationsHaveDefaults) {
  Request swivel = Volume();
  swivel.mutable_animation()->mutable_swivel()->set_range_degrees(90);
  ASSERT_OK_AND_ASSIGN(swivel, Canonicalize(swivel, {}));
  EXPECT_EQ(swivel.animation().swivel().step_degrees(), 5);
  EXPECT_EQ(swivel.animation().rate(), 10);
  Request curve = Slice();
  AddPoint(0, SliceOf(curve));
  AddPoint(9, SliceOf(curve));
  curve.mutable_animation()->mutable_cross_curve();
  ASSERT_OK_AND_ASSIGN(curve, Canonicalize(curve, {}));
  EXPECT_EQ(curve.animation().cross_curve().step_mm(), 1);
}

void ExpectRefused(const Request& minimal, const std::vector<std::function<void(Request&)>>& breakages) {
  int index = 0;
  for (const auto& breakage : breakages) {
    Request request = minimal;
    breakage(request);
    EXPECT_EQ(CategoryOf(Canonicalize(request, {}).status()), ErrorCategory::kInvalidRequest) << index;
    ++index;
  }
}

TEST(CanonicalVolume, RefusesBadTargetsAndInputs) {
  ExpectRefused(Slice(), {
                             [](Request& r) { r.mutable_view()->mutable_target()->clear_study_instance_uid(); },
                             [](Request& r) { r.mutable_view()->mutable_target()->set_series_instance_uid("1/2"); },
                             [](Request& r) { r.mutable_view()->mutable_target()->add_frame_numbers(1); },
                             [](Request& r) {
                               r.mutable_view()->mutable_target()->clear_series_instance_uid();
                               r.mutable_view()->mutable_target()->set_sop_instance_uid("1");
                             },
                             [](Request& r) {
                               r.mutable_view()->mutable_target()->set_sop_instance_uid("1");
                               r.mutable_view()->mutable_target()->add_frame_numbers(0);
                             },
                             [](Request& r) {
                               r.mutable_view()->mutable_target()->set_sop_instance_uid("1");
                               for (const int number : {2, 1})
                                 r.mutable_view()->mutable_target()->add_frame_numbers(number);
                             },
                             [](Request& r) { SliceOf(r).mutable_input()->set_reference_sop_instance_uid("x"); },
                             [](Request& r) { SliceOf(r).mutable_input()->set_reference_frame_number(1); },
                             [](Request& r) {
                               SliceOf(r).mutable_input()->set_reference_sop_instance_uid("1");
                               SliceOf(r).mutable_input()->set_reference_frame_number(-1);
                             },
                             [](Request& r) {
                               SliceOf(r).mutable_input()->set_reference_sop_instance_uid("1");
                               (*SliceOf(r).mutable_input()->mutable_match())["EchoTime"] = "30";
                             },
                         });
}

TEST(CanonicalVolume, RefusesBadCameras) {
  ExpectRefused(Slice(), {
                             [](Request& r) {
                               SliceOf(r).mutable_camera()->set_orientation(static_cast<v1::Camera::Orientation>(9));
                             },
                             [](Request& r) {
                               SliceOf(r).mutable_camera()->set_orientation(v1::Camera::HEAD);
                               SliceOf(r).mutable_camera()->mutable_position();
                             },
                             [](Request& r) { SliceOf(r).mutable_camera()->mutable_up(); },
                             [](Request& r) { SliceOf(r).mutable_camera()->mutable_position()->set_x(kNan); },
                             [](Request& r) {
                               SliceOf(r).mutable_camera()->mutable_position();
                               SliceOf(r).mutable_camera()->mutable_look_at();
                             },
                             [](Request& r) { SliceOf(r).mutable_camera()->set_field_of_view_mm(-1); },
                             [](Request& r) { SliceOf(r).mutable_camera()->set_field_of_view_mm(kInfinity); },
                             [](Request& r) { SliceOf(r).mutable_camera()->set_field_of_view_mm(kNan); },
                             [](Request& r) { SliceOf(r).mutable_camera()->set_zoom(-1); },
                             [](Request& r) { SliceOf(r).mutable_camera()->set_zoom(1e9); },
                             [](Request& r) { SliceOf(r).mutable_camera()->set_zoom(kNan); },
                             [](Request& r) { SliceOf(r).mutable_camera()->set_pan_down_mm(kInfinity); },
                         });
}

TEST(CanonicalVolume, RefusesBadSlices) {
  ExpectRefused(Slice(), {
                             [](Request& r) { SliceOf(r).set_slab_thickness_mm(-1); },
                             [](Request& r) { SliceOf(r).set_slab_thickness_mm(kNan); },
                             [](Request& r) { SliceOf(r).set_slab_thickness_mm(kInfinity); },
                             [](Request& r) { SliceOf(r).set_projection(v1::VOLUME_RENDERED); },
                             [](Request& r) { SliceOf(r).set_projection(static_cast<v1::Projection>(9)); },
                             [](Request& r) { SliceOf(r).set_interpolation(static_cast<v1::Interpolation>(9)); },
                             [](Request& r) { AddPoint(1, SliceOf(r)); },
                             [](Request& r) {
                               AddPoint(1, SliceOf(r));
                               AddPoint(1, SliceOf(r));
                             },
                             [](Request& r) {
                               AddPoint(1, SliceOf(r));
                               AddPoint(kNan, SliceOf(r));
                             },
                             [](Request& r) {
                               for (int i = 0; i < 1025; ++i) AddPoint(i, SliceOf(r));
                             },
                             [](Request& r) {
                               AddPoint(1, SliceOf(r));
                               AddPoint(2, SliceOf(r));
                               SliceOf(r).mutable_camera()->set_zoom(2);
                             },
                             [](Request& r) { SliceOf(r).mutable_crop(); },
                             [](Request& r) {
                               SliceOf(r).mutable_crop()->mutable_minimum();
                               SliceOf(r).mutable_crop()->mutable_maximum();
                             },
                             [](Request& r) {
                               SliceOf(r).mutable_crop()->mutable_minimum()->set_x(kNan);
                               SliceOf(r).mutable_crop()->mutable_maximum()->set_x(1);
                             },
                             [](Request& r) { r.mutable_output()->set_width(1 << 20); },
                         });
}

TEST(CanonicalVolume, RefusesBadVolumes) {
  ExpectRefused(Volume(), {
                              [](Request& r) { VolumeOf(r).set_invert(true); },
                              [](Request& r) {
                                r.mutable_output()->set_format(v1::Output::PNG);
                                r.mutable_output()->set_bits(16);
                              },
                              [](Request& r) {
                                VolumeOf(r).set_projection(v1::MAXIMUM_INTENSITY);
                                VolumeOf(r).set_preset("ct-bone");
                              },
                              [](Request& r) { VolumeOf(r).mutable_transfer_function()->add_points(); },
                              [](Request& r) {
                                VolumeOf(r).mutable_transfer_function()->add_points()->set_value(1);
                                VolumeOf(r).mutable_transfer_function()->add_points()->set_value(1);
                              },
                              [](Request& r) {
                                VolumeOf(r).mutable_transfer_function()->add_points()->set_value(1);
                                VolumeOf(r).mutable_transfer_function()->add_points()->set_value(kInfinity);
                              },
                              [](Request& r) {
                                VolumeOf(r).mutable_transfer_function()->add_points()->set_value(1);
                                VolumeOf(r).mutable_transfer_function()->add_points()->set_opacity(kNan);
                                VolumeOf(r).mutable_transfer_function()->mutable_points(1)->set_value(2);
                              },
                              [](Request& r) {
                                VolumeOf(r).mutable_transfer_function()->add_points()->set_value(1);
                                VolumeOf(r).mutable_transfer_function()->add_points()->set_red(1.5);
                                VolumeOf(r).mutable_transfer_function()->mutable_points(1)->set_value(2);
                              },
                          });
}

TEST(CanonicalVolume, RefusesBadAnimations) {
  ExpectRefused(Volume(), {
                              [](Request& r) { r.mutable_animation(); },
                              [](Request& r) { r.mutable_animation()->mutable_swivel(); },
                              [](Request& r) { r.mutable_animation()->mutable_swivel()->set_range_degrees(361); },
                              [](Request& r) { r.mutable_animation()->mutable_swivel()->set_range_degrees(kNan); },
                              [](Request& r) {
                                r.mutable_animation()->mutable_swivel()->set_range_degrees(90);
                                r.mutable_animation()->mutable_swivel()->set_step_degrees(-1);
                              },
                              [](Request& r) {
                                r.mutable_animation()->mutable_swivel()->set_range_degrees(90);
                                r.mutable_animation()->set_rate(kNan);
                              },
                              [](Request& r) { r.mutable_animation()->mutable_cross_curve(); },
                          });
  ExpectRefused(Slice(), {
                             [](Request& r) { r.mutable_animation()->mutable_swivel()->set_range_degrees(90); },
                             [](Request& r) { r.mutable_animation()->mutable_cross_curve(); },
                         });
}

TEST(CanonicalVolume, FramesHaveNeitherAnimationsNorVolumetricMetadata) {
  Request frame = Slice();
  frame.mutable_view()->mutable_target()->set_sop_instance_uid("1");
  frame.mutable_view()->mutable_frame();
  EXPECT_THAT(Canonicalize(frame, {}), IsOk());
  ExpectRefused(frame, {
                           [](Request& r) { r.set_metadata_only(true); },
                           [](Request& r) { r.mutable_animation()->mutable_swivel()->set_range_degrees(90); },
                       });
}

}  // namespace
}  // namespace vitrine::service
