#include "service/handler/coarse_selection.h"

#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vitrine::service {
namespace {

using ::testing::ElementsAre;

// Slices called "0", "1" and so on, 2 mm apart from z = -100 on, at these places of the lattice.
VolumeSelection Selection(const std::vector<double>& places, int frames_of_instance = 1) {
  auto plan = std::make_shared<dicom::VolumePlan>();
  plan->places = places;
  plan->lattice = {6, 4, static_cast<int>(places.back()) + 1, {-10, -20, -100}, {0.25, 0, 0}, {0, 0.5, 0}, {0, 0, 2}};
  for (size_t k = 0; k < places.size(); ++k) {
    dicom::VolumeInstance instance;
    instance.SOPInstanceUID = absl::StrCat(k);
    instance.NumberOfFrames = frames_of_instance;
    dicom::VolumeFrame frame;
    frame.instance = std::make_shared<const dicom::VolumeInstance>(instance);
    plan->slices.push_back(frame);
  }
  return {"1.1", plan, static_cast<int>(places.size() / 2)};
}

VolumeSelection Even(int slices, int frames_of_instance = 1) {
  std::vector<double> places;
  for (int k = 0; k < slices; ++k) places.push_back(k);
  return Selection(places, frames_of_instance);
}

std::vector<std::string> Slices(const VolumeSelection& selection) {
  std::vector<std::string> uids;
  for (const dicom::VolumeFrame& slice : selection.plan->slices) uids.push_back(slice.instance->SOPInstanceUID);
  return uids;
}

TEST(CoarseSelectionTest, HasTheVolumesOuterEdges) {
  for (const int slices : {17, 20, 60, 61, 275, 1000}) {
    const VolumeSelection full = Even(slices);
    const auto coarse = CoarseSelection(full);
    ASSERT_TRUE(coarse.has_value());
    const image::Box expected = image::BoundingBox(full.plan->lattice);
    const image::Box actual = image::BoundingBox(coarse->plan->lattice);
    EXPECT_NEAR(actual.minimum.z, expected.minimum.z, 1e-9);
    EXPECT_NEAR(actual.maximum.z, expected.maximum.z, 1e-9);
    EXPECT_EQ(actual.minimum.x, expected.minimum.x);
    EXPECT_EQ(actual.maximum.y, expected.maximum.y);
    EXPECT_EQ(coarse->plan->lattice.slices, static_cast<int>(coarse->plan->slices.size()));
    EXPECT_TRUE(coarse->plan->is_even());
  }
}

TEST(CoarseSelectionTest, TakesATenthOfTheSlices) {
  EXPECT_EQ(CoarseSelection(Even(20))->plan->slices.size(), 8u);
  EXPECT_EQ(CoarseSelection(Even(120))->plan->slices.size(), 12u);
  EXPECT_EQ(CoarseSelection(Even(5000))->plan->slices.size(), 27u);
}

TEST(CoarseSelectionTest, TakesTheMiddleOfEachPart) {
  // Parts of 5 slices; the window is that of slice 20.
  EXPECT_THAT(Slices(*CoarseSelection(Even(40))), ElementsAre("2", "7", "12", "17", "20", "27", "32", "37"));
  VolumeSelection other = Even(40);
  other.window_slice = 39;
  const auto coarse = CoarseSelection(other);
  EXPECT_THAT(Slices(*coarse), ElementsAre("2", "7", "12", "17", "22", "27", "32", "39"));
  EXPECT_EQ(coarse->window_slice, 7);
}

TEST(CoarseSelectionTest, TakesSlicesByTheirPlaces) {
  // 20 slices at one end, and one at the other.
  std::vector<double> places;
  for (int k = 0; k < 20; ++k) places.push_back(k);
  places.push_back(79);
  const auto coarse = CoarseSelection(Selection(places));  // Parts of 10 places.
  ASSERT_TRUE(coarse.has_value());
  EXPECT_THAT(Slices(*coarse), ElementsAre("5", "10", "19", "19", "19", "20", "20", "20"));
}

TEST(CoarseSelectionTest, IsNothingWhereLittleWouldBeSaved) {
  EXPECT_FALSE(CoarseSelection(Even(16)).has_value());
  EXPECT_FALSE(CoarseSelection(Even(100, /*frames_of_instance=*/100)).has_value());
}

}  // namespace
}  // namespace vitrine::service
