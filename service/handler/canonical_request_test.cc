#include "service/handler/canonical_request.h"

#include <functional>
#include <limits>

#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"

namespace vitrine::service {
namespace {

v1::RenderRequest Minimal() {
  v1::RenderRequest request;
  v1::Target& target = *request.mutable_view()->mutable_target();
  target.set_study_instance_uid("1.2");
  target.set_series_instance_uid("1.2.3");
  target.set_sop_instance_uid("1.2.3.4");
  request.mutable_view()->mutable_frame();
  return request;
}

TEST(Canonicalize, FillsInTheDefaults) {
  ASSERT_OK_AND_ASSIGN(const v1::RenderRequest request, Canonicalize(Minimal(), {}));
  EXPECT_EQ(request.view().frame().frame_number(), 1);
  EXPECT_EQ(request.output().format(), v1::Output::JPEG);
  EXPECT_EQ(request.output().quality(), 90);
  EXPECT_EQ(request.output().bits(), 8);
  EXPECT_FALSE(request.view().has_window());
}

TEST(Canonicalize, EqualWishesHaveEqualKeys) {
  v1::RenderRequest spelled = Minimal();
  spelled.mutable_view()->mutable_frame()->set_frame_number(1);
  spelled.mutable_output()->set_format(v1::Output::JPEG);
  spelled.mutable_output()->set_quality(90);
  ASSERT_OK_AND_ASSIGN(const v1::RenderRequest a, Canonicalize(Minimal(), {}));
  ASSERT_OK_AND_ASSIGN(const v1::RenderRequest b, Canonicalize(spelled, {}));
  EXPECT_EQ(CacheKey(a), CacheKey(b));
  spelled.mutable_output()->set_quality(91);
  ASSERT_OK_AND_ASSIGN(const v1::RenderRequest c, Canonicalize(spelled, {}));
  EXPECT_NE(CacheKey(a), CacheKey(c));
}

TEST(Canonicalize, QualityMeansNothingForPng) {
  v1::RenderRequest a = Minimal();
  a.mutable_output()->set_format(v1::Output::PNG);
  v1::RenderRequest b = a;
  b.mutable_output()->set_quality(50);
  ASSERT_OK_AND_ASSIGN(a, Canonicalize(a, {}));
  ASSERT_OK_AND_ASSIGN(b, Canonicalize(b, {}));
  EXPECT_EQ(CacheKey(a), CacheKey(b));
}

TEST(Canonicalize, RefusesWhatIsOutsideTheDocumentedRanges) {
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const std::function<void(v1::RenderRequest&)> breakages[] = {
      [](v1::RenderRequest& r) { r.clear_view(); },
      [](v1::RenderRequest& r) { r.mutable_view()->clear_kind(); },
      [](v1::RenderRequest& r) { r.mutable_view()->clear_target(); },
      [](v1::RenderRequest& r) { r.mutable_view()->mutable_target()->set_study_instance_uid("1/2"); },
      [](v1::RenderRequest& r) { r.mutable_view()->mutable_target()->set_sop_instance_uid(""); },
      [](v1::RenderRequest& r) { r.mutable_view()->mutable_target()->add_frame_numbers(1); },
      [](v1::RenderRequest& r) { r.mutable_view()->mutable_frame()->set_frame_number(-1); },
      [](v1::RenderRequest& r) { r.mutable_view()->mutable_window()->set_width(0); },
      [](v1::RenderRequest& r) { r.mutable_view()->mutable_window()->set_width(0.5); },
      [&](v1::RenderRequest& r) { r.mutable_view()->mutable_window()->set_width(nan); },
      [&](v1::RenderRequest& r) {
        r.mutable_view()->mutable_window()->set_width(10);
        r.mutable_view()->mutable_window()->set_center(nan);
      },
      [](v1::RenderRequest& r) { r.mutable_view()->mutable_frame()->mutable_source_region()->set_left(-1); },
      [](v1::RenderRequest& r) { r.mutable_view()->mutable_frame()->mutable_source_region()->set_width(0); },
      [&](v1::RenderRequest& r) { r.mutable_view()->mutable_frame()->mutable_source_region()->set_height(nan); },
      [](v1::RenderRequest& r) { r.mutable_output()->set_quality(0); },
      [](v1::RenderRequest& r) { r.mutable_output()->set_quality(101); },
      [](v1::RenderRequest& r) { r.mutable_output()->set_bits(12); },
      [](v1::RenderRequest& r) { r.mutable_output()->set_bits(16); },
      [](v1::RenderRequest& r) { r.mutable_output()->set_width(512); },
      [](v1::RenderRequest& r) { r.mutable_output()->set_height(-1); },
      [](v1::RenderRequest& r) {
        r.mutable_output()->set_width(100000);
        r.mutable_output()->set_height(1);
      },
      [](v1::RenderRequest& r) { r.mutable_output()->set_format(static_cast<v1::Output::Format>(9)); },
  };
  int index = 0;
  for (const auto& breakage : breakages) {
    v1::RenderRequest request = Minimal();
    breakage(request);
    EXPECT_EQ(CategoryOf(Canonicalize(request, {}).status()), ErrorCategory::kInvalidRequest) << index++;
  }
}

}  // namespace
}  // namespace vitrine::service
