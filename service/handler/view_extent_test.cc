#include "service/handler/view_extent.h"

#include <cmath>

#include "base/status_matchers.h"
#include "gtest/gtest.h"
#include "service/handler/test_volume.h"

namespace vitrine::service {
namespace {

// 40 x 60 x 100 mm.
const image::Lattice kLattice = AxialLattice(20, 30, 25, 2, 4);

ResolvedCamera From(v1::Camera::Orientation orientation) {
  v1::Camera camera;
  camera.set_orientation(orientation);
  return *ResolveCamera(camera, CentreOf(kLattice), 1);
}

v1::Output Output(int width, int height) {
  v1::Output output;
  output.set_width(width);
  output.set_height(height);
  return output;
}

TEST(ViewExtent, IsAroundTheOuterEdges) {
  EXPECT_EQ(CentreOf(kLattice), (image::Vector3{20, 30, 50}));
  const ViewExtent anterior = ExtentOf(kLattice, From(v1::Camera::ANTERIOR));
  EXPECT_DOUBLE_EQ(anterior.width, 40);
  EXPECT_DOUBLE_EQ(anterior.height, 100);
  EXPECT_DOUBLE_EQ(anterior.depth, 60);
  const ViewExtent right = ExtentOf(kLattice, From(v1::Camera::RIGHT));
  EXPECT_DOUBLE_EQ(right.width, 60);
  EXPECT_DOUBLE_EQ(right.depth, 40);
}

TEST(ViewExtent, OfAnObliqueView) {
  ASSERT_OK_AND_ASSIGN(const ResolvedCamera oblique, LookAlong({1, 1, 0}, {0, 0, 1}));
  EXPECT_NEAR(ExtentOf(kLattice, oblique).width, 100 / std::sqrt(2.0), 1e-9);
}

TEST(ViewExtent, FitsWithoutPadding) {
  const ViewExtent extent = {40, 100, 60};
  const PictureScale tall = ScaleInto(extent, {}, Output(512, 512));
  EXPECT_EQ(tall.width, 205);  // 512 * 40 / 100 = 204.8
  EXPECT_EQ(tall.height, 512);
  EXPECT_DOUBLE_EQ(tall.pixel_mm, 100.0 / 512);
  const PictureScale narrow = ScaleInto(extent, {}, Output(100, 1000));
  EXPECT_EQ(narrow.width, 100);
  EXPECT_EQ(narrow.height, 250);
  EXPECT_DOUBLE_EQ(narrow.pixel_mm, 0.4);
}

TEST(ViewExtent, ZoomShowsLessAtTheSameSize) {
  v1::Camera camera;
  camera.set_zoom(4);
  const PictureScale scale = ScaleInto({40, 100, 60}, camera, Output(100, 100));
  EXPECT_EQ(scale.width, 40);
  EXPECT_EQ(scale.height, 100);
  EXPECT_DOUBLE_EQ(scale.pixel_mm, 0.25);
}

TEST(ViewExtent, AFieldOfViewFillsTheBox) {
  v1::Camera camera;
  camera.set_field_of_view_mm(50);
  const PictureScale scale = ScaleInto({40, 100, 60}, camera, Output(200, 100));
  EXPECT_EQ(scale.width, 200);
  EXPECT_EQ(scale.height, 100);
  EXPECT_DOUBLE_EQ(scale.pixel_mm, 0.25);
}

// A tilted gantry: slices that are shifted against each other reach further.
TEST(ViewExtent, OfATiltedLattice) {
  image::Lattice tilted = kLattice;
  tilted.slice_step = {0, 1, 4};
  EXPECT_DOUBLE_EQ(ExtentAlong(tilted, {0, 1, 0}), 60 + 25);
  EXPECT_DOUBLE_EQ(ExtentAlong(tilted, {0, 0, 1}), 100);
}

}  // namespace
}  // namespace vitrine::service
