#include "service/json/proto_json.h"

#include "base/error.h"
#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "vitrine/v1/render_service.pb.h"

namespace vitrine::service {
namespace {

using ::testing::HasSubstr;
using testing::IsOk;
using testing::StatusIs;

TEST(ProtoJson, ReadsLowerCamelCaseAndEnumNames) {
  v1::MeasureRequest request;
  ASSERT_THAT(ParseProtoJson(R"({"view": {"target": {"studyInstanceUid": "1.2"}, "slice": {"slabThicknessMm": 2.5}},
                                 "shapes": [{"kind": "LENGTH", "points": [{"x": 1}, {"y": -2e1}]}]})",
                             request),
              IsOk());
  EXPECT_EQ(request.view().target().study_instance_uid(), "1.2");
  EXPECT_EQ(request.view().slice().slab_thickness_mm(), 2.5);
  ASSERT_EQ(request.shapes_size(), 1);
  EXPECT_EQ(request.shapes(0).kind(), v1::MeasureRequest::Shape::LENGTH);
  EXPECT_EQ(request.shapes(0).points(0).x(), 1);
  EXPECT_EQ(request.shapes(0).points(1).y(), -20);
}

TEST(ProtoJson, NamesWhatItDoesNotKnow) {
  const std::pair<const char*, const char*> cases[] = {
      {R"({"view": {"slice": {"thicknes": 1}}})", "(view.slice) thicknes"},
      {R"({"shapes": [{}, {"sort": "POINT"}]})", "(shapes[1]) sort"},
      {R"({"shapes": [{"kind": "CIRCLE"}]})", "shapes[0].kind"},
      {R"({"shapes": [{"points": [{"x": "far"}]}]})", "shapes[0].points[0].x"},
      {R"({"view": {"frame": {"frameNumber": 1e10}}})", "frame_number"},
      {R"({"view": {"frame": {}, "slice": {}}})", "kind"},
  };
  for (const auto& [json, name] : cases) {
    v1::MeasureRequest request;
    const absl::Status status = ParseProtoJson(json, request);
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(name)));
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("MeasureRequest")));
    EXPECT_EQ(CategoryOf(status), ErrorCategory::kInvalidRequest);
  }
}

TEST(ProtoJson, RefusesWhatIsNoJsonObject) {
  std::string deep;
  for (int i = 0; i < 100'000; ++i) deep += R"({"view":)";
  const std::string cases[] = {
      "", "{", "[]", "null", "7", "{} {}", R"({"view": NaN})", "{\"view\": \"\xff\"}", std::string(500'000, '['), deep};
  for (const std::string& json : cases) {
    v1::MeasureRequest request;
    const absl::Status status = ParseProtoJson(json, request);
    EXPECT_EQ(CategoryOf(status), ErrorCategory::kInvalidRequest) << json.substr(0, 20);
    EXPECT_LT(status.message().size(), 200u);
    EXPECT_EQ(status.message().find('\n'), absl::string_view::npos);
  }
}

TEST(ProtoJson, WritesZeroesAndLeavesOutWhatIsNotSet) {
  v1::DescribeSeriesResponse response;
  response.add_instances()->mutable_image_position()->set_y(0.1);
  response.mutable_instances(0)->set_row_spacing_mm(0);
  ASSERT_OK_AND_ASSIGN(const std::string text, ToProtoJson(response));
  const auto json = nlohmann::json::parse(text);
  EXPECT_EQ(json["modality"], "");
  EXPECT_EQ(json["volumes"], nlohmann::json::array());
  const auto& instance = json["instances"][0];
  EXPECT_EQ(instance["imagePosition"], nlohmann::json({{"x", 0}, {"y", 0.1}, {"z", 0}}));
  EXPECT_EQ(instance["instanceNumber"], 0);
  EXPECT_EQ(instance["rowSpacingMm"], 0);
  EXPECT_FALSE(instance.contains("columnSpacingMm"));
  EXPECT_FALSE(instance.contains("rowDirection"));
}

TEST(ProtoJson, NumbersComeBackAsTheyWere) {
  v1::Vector3 vector;
  vector.set_x(1.0 / 3);
  vector.set_y(-1e-300);
  vector.set_z(123456789.000000123);
  ASSERT_OK_AND_ASSIGN(const std::string text, ToProtoJson(vector));
  v1::Vector3 copy;
  ASSERT_THAT(ParseProtoJson(text, copy), IsOk());
  EXPECT_EQ(copy.x(), vector.x());
  EXPECT_EQ(copy.y(), vector.y());
  EXPECT_EQ(copy.z(), vector.z());
}

}  // namespace
}  // namespace vitrine::service
