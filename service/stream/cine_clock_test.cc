#include "service/stream/cine_clock.h"

#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace vitrine::service {
namespace {

using absl::Milliseconds;
using ::testing::ElementsAre;

// The frames at times 10 ms apart; 99: over.
std::vector<size_t> Every10Ms(const CineClock& clock, int count) {
  std::vector<size_t> frames;
  for (int i = 0; i < count; ++i) frames.push_back(clock.At(Milliseconds(10 * i)).value_or(99));
  return frames;
}

TEST(CineClockTest, ALoopBeginsAgain) {
  const CineClock clock({Milliseconds(10), Milliseconds(20), Milliseconds(10)}, 0, v1::Cine::LOOP);
  EXPECT_THAT(Every10Ms(clock, 10), ElementsAre(0, 1, 1, 2, 0, 1, 1, 2, 0, 1));
  EXPECT_TRUE(clock.repeats());
}

TEST(CineClockTest, BeginsWhereItIsTold) {
  const std::vector<absl::Duration> durations = {Milliseconds(10), Milliseconds(20), Milliseconds(10)};
  EXPECT_THAT(Every10Ms(CineClock(durations, 1, v1::Cine::LOOP), 6), ElementsAre(1, 1, 2, 0, 1, 1));
  EXPECT_THAT(Every10Ms(CineClock(durations, 2, v1::Cine::REPEAT_UNSPECIFIED), 3), ElementsAre(2, 0, 1));
  EXPECT_THAT(Every10Ms(CineClock(durations, 1, v1::Cine::ONCE), 5), ElementsAre(1, 1, 2, 99, 99));
}

TEST(CineClockTest, ASweepGoesForthAndBack) {
  const std::vector<absl::Duration> durations(4, Milliseconds(10));
  EXPECT_THAT(Every10Ms(CineClock(durations, 0, v1::Cine::SWEEP), 9), ElementsAre(0, 1, 2, 3, 2, 1, 0, 1, 2));
  EXPECT_THAT(Every10Ms(CineClock({Milliseconds(10), Milliseconds(10)}, 1, v1::Cine::SWEEP), 4),
              ElementsAre(1, 0, 1, 0));
  EXPECT_THAT(Every10Ms(CineClock({Milliseconds(10)}, 0, v1::Cine::SWEEP), 3), ElementsAre(0, 0, 0));
}

TEST(CineClockTest, SaysWhenTheNextFrameIsDue) {
  const std::vector<absl::Duration> durations = {Milliseconds(10), Milliseconds(20), Milliseconds(10)};
  const CineClock loop(durations, 1, v1::Cine::LOOP);
  EXPECT_EQ(loop.NextAfter(Milliseconds(0)), Milliseconds(20));
  EXPECT_EQ(loop.NextAfter(Milliseconds(19)), Milliseconds(20));
  EXPECT_EQ(loop.NextAfter(Milliseconds(20)), Milliseconds(30));
  EXPECT_EQ(loop.NextAfter(Milliseconds(31)), Milliseconds(40));
  EXPECT_EQ(loop.NextAfter(Milliseconds(4000)), Milliseconds(4020));
  const CineClock once(durations, 0, v1::Cine::ONCE);
  EXPECT_EQ(once.NextAfter(Milliseconds(35)), Milliseconds(40));
  EXPECT_EQ(CineClock({Milliseconds(10)}, 0, v1::Cine::LOOP).NextAfter(Milliseconds(3)), absl::InfiniteDuration());
  EXPECT_FALSE(once.repeats());
}

}  // namespace
}  // namespace vitrine::service
