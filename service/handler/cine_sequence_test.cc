#include "service/handler/cine_sequence.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vitrine::service {
namespace {

using absl::Milliseconds;
using ::testing::Each;
using ::testing::ElementsAre;

dicom::InstanceInfo Info(int frames) {
  dicom::InstanceInfo info;
  info.NumberOfFrames = frames;
  return info;
}

TEST(FrameDurationsTest, AreTheFrameTime) {
  dicom::InstanceInfo info = Info(5);
  info.FrameTime = 40;
  EXPECT_THAT(FrameDurations(info, 2, 3), ElementsAre(Milliseconds(40), Milliseconds(40), Milliseconds(40)));
}

TEST(FrameDurationsTest, AreTenASecondWhereTheObjectSaysNothing) {
  EXPECT_THAT(FrameDurations(Info(2), 1, 2), Each(Milliseconds(100)));
}

// PS3.3 C.7.6.5: "the time increments in milliseconds between the nth frame and the previous frame. The first frame
// always has a time increment of 0."
TEST(FrameDurationsTest, OfAVectorLastUntilTheNextFrame) {
  dicom::InstanceInfo info = Info(4);
  info.FrameTime = 1000;
  info.FrameTimeVector = {0, 30, 60, 90};
  EXPECT_THAT(FrameDurations(info, 1, 4),
              ElementsAre(Milliseconds(30), Milliseconds(60), Milliseconds(90), Milliseconds(60)));
  EXPECT_THAT(FrameDurations(info, 3, 1), ElementsAre(Milliseconds(90)));
}

TEST(FrameDurationsTest, AVectorThatMakesNoSenseDoesNotCount) {
  dicom::InstanceInfo info = Info(3);
  info.FrameTime = 50;
  for (const std::vector<double>& times : {std::vector<double>{0, 30}, {0, 0, 0}, {}}) {
    info.FrameTimeVector = times;
    EXPECT_THAT(FrameDurations(info, 1, 3), Each(Milliseconds(50)));
  }
}

TEST(FrameDurationsTest, NoFrameIsShorterThanTenMilliseconds) {
  dicom::InstanceInfo info = Info(3);
  info.FrameTime = 1e-300;
  EXPECT_THAT(FrameDurations(info, 1, 3), Each(Milliseconds(10)));
  info.FrameTimeVector = {0, 0, 80};
  EXPECT_THAT(FrameDurations(info, 1, 3), ElementsAre(Milliseconds(10), Milliseconds(80), Milliseconds(40)));
  EXPECT_THAT(EvenDurations(2, 1e9), Each(Milliseconds(10)));
}

}  // namespace
}  // namespace vitrine::service
