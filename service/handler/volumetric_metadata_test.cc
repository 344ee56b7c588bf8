#include "service/handler/volumetric_metadata.h"

#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "nlohmann/json.hpp"
#include "service/handler/canonical_request.h"
#include "service/handler/test_volume.h"

namespace vitrine::service {
namespace {

using nlohmann::json;

// 40 x 60 x 100 mm around (20, 30, 50).
std::shared_ptr<SourceVolume> Volume() {
  auto source = MakeTestVolume(AxialLattice(20, 30, 25, 2, 4), [](int i, int, int) { return i; });
  source->windows = {{40, 400, image::VoiFunction::kLinear}};
  return source;
}

v1::RenderRequest Request(bool slice) {
  v1::RenderRequest request;
  request.mutable_view()->mutable_target()->set_study_instance_uid("1");
  if (slice) {
    request.mutable_view()->mutable_slice();
  } else {
    request.mutable_view()->mutable_volume();
  }
  request.set_metadata_only(true);
  return request;
}

absl::StatusOr<json> Metadata(const v1::RenderRequest& request) {
  auto canonical = Canonicalize(request, {});
  if (!canonical.ok()) return canonical.status();
  auto metadata = MetadataOf(*canonical, *Volume());
  if (!metadata.ok()) return metadata.status();
  return json::parse(DicomJsonOf(*metadata));
}

// Tags and VRs are those of PS3.6; Types those of PS3.18 Annex K.
TEST(VolumetricMetadata, OfAnMprThatGivesAnOrientation) {
  v1::RenderRequest request = Request(true);
  request.mutable_view()->mutable_slice()->mutable_camera()->set_orientation(v1::Camera::FOOT);
  ASSERT_OK_AND_ASSIGN(const json dataset, Metadata(request));
  EXPECT_EQ(dataset["00720510"], json::parse(R"({"vr": "CS", "Value": ["MPR"]})"));
  EXPECT_EQ(dataset["0070120D"], json::parse(R"({"vr": "CS", "Value": ["AVERAGE_IP"]})"));
  EXPECT_EQ(dataset["00701604"], json::parse(R"({"vr": "FD", "Value": [20.0, 30.0, 50.0]})"));
  EXPECT_EQ(dataset["00701605"], json::parse(R"({"vr": "FD", "Value": [0.0, -1.0, 0.0]})"));
  // From the feet: below the centre.
  EXPECT_EQ(dataset["00701603"]["Value"][0], 20.0);
  EXPECT_EQ(dataset["00701603"]["Value"][1], 30.0);
  EXPECT_LT(dataset["00701603"]["Value"][2], 0.0);
  EXPECT_EQ(dataset["00281050"], json::parse(R"({"vr": "DS", "Value": [40.0]})"));
  EXPECT_EQ(dataset["00281051"], json::parse(R"({"vr": "DS", "Value": [400.0]})"));
  EXPECT_EQ(dataset["00281056"], json::parse(R"({"vr": "CS", "Value": ["LINEAR"]})"));
  EXPECT_EQ(dataset.size(), 8u);
}

TEST(VolumetricMetadata, OfASlabByViewpoint) {
  v1::RenderRequest request = Request(true);
  v1::SliceView& slice = *request.mutable_view()->mutable_slice();
  slice.set_slab_thickness_mm(12.5);
  slice.set_projection(v1::MAXIMUM_INTENSITY);
  slice.mutable_camera()->mutable_position()->set_y(-300);
  slice.mutable_camera()->mutable_look_at()->set_y(3);
  slice.mutable_camera()->mutable_up()->set_z(2);
  ASSERT_OK_AND_ASSIGN(const json dataset, Metadata(request));
  EXPECT_EQ(dataset["0070120D"]["Value"][0], "MAXIMUM_IP");
  EXPECT_EQ(dataset["00701503"], json::parse(R"({"vr": "FD", "Value": [12.5]})"));
  EXPECT_EQ(dataset["00701603"]["Value"], json::parse("[0.0, -300.0, 0.0]"));
  EXPECT_EQ(dataset["00701604"]["Value"], json::parse("[0.0, 3.0, 0.0]"));
  EXPECT_EQ(dataset["00701605"]["Value"], json::parse("[0.0, 0.0, 2.0]"));
}

// B.32: 180 degrees; no window, for volume rendering has none.
TEST(VolumetricMetadata, OfASwivel) {
  v1::RenderRequest request = Request(false);
  request.mutable_animation()->mutable_swivel()->set_range_degrees(180);
  request.mutable_animation()->mutable_swivel()->set_step_degrees(7);
  request.mutable_animation()->set_rate(20);
  ASSERT_OK_AND_ASSIGN(const json dataset, Metadata(request));
  EXPECT_EQ(dataset["00720510"]["Value"][0], "3D_RENDERING");
  EXPECT_EQ(dataset["0070120D"]["Value"][0], "VOLUME_RENDERED");
  EXPECT_FALSE(dataset.contains("00281050"));
  EXPECT_EQ(dataset["00701A06"], json::parse(R"({"vr": "FD", "Value": [180.0]})"));
  // 26 equal parts are the fewest of at most 7 degrees.
  EXPECT_NEAR(dataset["00701A05"]["Value"][0], 180.0 / 26, 1e-12);
  EXPECT_EQ(dataset["00701A03"], json::parse(R"({"vr": "FD", "Value": [20.0]})"));
}

TEST(VolumetricMetadata, IsDeterministic) {
  ASSERT_OK_AND_ASSIGN(const json first, Metadata(Request(false)));
  ASSERT_OK_AND_ASSIGN(const json second, Metadata(Request(false)));
  EXPECT_EQ(first.dump(), second.dump());
}

}  // namespace
}  // namespace vitrine::service
