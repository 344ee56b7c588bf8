#include "service/handler/likely_places.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <utility>
#include <vector>

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vitrine::service {
namespace {

using ::testing::ElementsAre;
using ::testing::ElementsAreArray;

// An axial one.
dicom::VolumeFrame Frame(int InstanceNumber, double z) {
  dicom::VolumeInstance instance;
  instance.InstanceNumber = InstanceNumber;
  dicom::VolumeFrame frame;
  frame.instance = std::make_shared<const dicom::VolumeInstance>(std::move(instance));
  frame.position = {1, 2, z};
  frame.row_direction = {1, 0, 0};
  frame.column_direction = {0, 1, 0};
  return frame;
}

std::vector<int> PlacesOf(const std::vector<dicom::VolumeFrame>& frames) {
  LikelyPlaces places(static_cast<int>(frames.size()));
  std::vector<int> taken;
  for (const dicom::VolumeFrame& frame : frames) taken.push_back(places.Take(frame));
  return taken;
}

TEST(LikelyPlacesTest, AscendWithTheNumbers) {
  EXPECT_THAT(PlacesOf({Frame(3, 30), Frame(1, 10), Frame(4, 40), Frame(2, 20)}), ElementsAre(2, 0, 3, 1));
}

// The first slice lies at 3 instead of 1, whose owner gets 3: number 3 of 5.
TEST(LikelyPlacesTest, DescendWhereTheNumbersDo) {
  EXPECT_THAT(PlacesOf({Frame(4, -40), Frame(1, -10), Frame(5, -50), Frame(2, -20), Frame(3, -30)}),
              ElementsAre(3, 4, 0, 1, 2));
}

TEST(LikelyPlacesTest, FollowTheNormalOfFeetFirstSlices) {
  std::vector<dicom::VolumeFrame> frames = {Frame(2, 20), Frame(1, 10), Frame(3, 30)};
  for (dicom::VolumeFrame& frame : frames) frame.column_direction = {0, -1, 0};
  EXPECT_THAT(PlacesOf(frames), ElementsAre(1, 2, 0));
}

TEST(LikelyPlacesTest, AreEachGivenOnceWhateverTheNumbersSay) {
  std::vector<int> all(6);
  std::iota(all.begin(), all.end(), 0);
  const std::vector<std::vector<int>> series = {
      {0, 0, 0, 0, 0, 0}, {1, 1, 1, 1, 1, 1}, {-5, 100, 3, 3, 7, 2}, {6, 1, 6, 1, 6, 1}, {0, 1, 2, 3, 4, 5}};
  for (const std::vector<int>& numbers : series) {
    for (const double direction : {1.0, -1.0, 0.0}) {
      std::vector<dicom::VolumeFrame> frames;
      for (size_t i = 0; i < numbers.size(); ++i) frames.push_back(Frame(numbers[i], direction * numbers[i]));
      frames.back().position = std::nullopt;
      std::vector<int> places = PlacesOf(frames);
      std::sort(places.begin(), places.end());
      EXPECT_THAT(places, ElementsAreArray(all));
    }
  }
}

}  // namespace
}  // namespace vitrine::service
