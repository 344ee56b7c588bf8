// How a session plays a cine. The fake source's frames last 20 ms each.

#include <algorithm>
#include <vector>

#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "service/stream/interact_session_fixture.h"

namespace vitrine::service {
namespace {

constexpr absl::Duration kFrame = absl::Milliseconds(20);

v1::ViewUpdate Play(uint64_t sequence, int from = 1, v1::Cine::Repeat repeat = v1::Cine::LOOP, int last = 0) {
  v1::ViewUpdate update = Update(sequence);
  update.mutable_view()->mutable_frame()->set_frame_number(from);
  update.mutable_cine()->mutable_frames()->set_last(last);
  update.mutable_cine()->set_repeat(repeat);
  return update;
}

class InteractCineTest : public InteractSessionTest {
 protected:
  // The next frame's number; 0 for an error.
  int NextNumber() { return Next().view().frame().frame_number(); }
};

TEST_F(InteractCineTest, FramesFollowEachOtherByTheClock) {
  const absl::Time start = absl::Now();
  session_->Update(Play(7));
  int last = 0;
  for (int i = 0; i < 20; ++i) {
    const v1::RenderedFrame frame = Next();
    EXPECT_EQ(frame.sequence(), 7u);
    EXPECT_EQ(frame.view().target().sop_instance_uid(), "1.3");
    const int number = frame.view().frame().frame_number();
    EXPECT_EQ(i == 0, number == 1);
    EXPECT_GT(number, last);
    EXPECT_GE(absl::Now() - start, (number - 1) * kFrame);  // None comes before its time.
    last = number;
  }
  EXPECT_EQ(studio_.renders, 20);
}

TEST_F(InteractCineTest, BeginsWithTheViewsFrame) {
  session_->Update(Play(1, /*from=*/300));
  EXPECT_EQ(NextNumber(), 300);
  EXPECT_GT(NextNumber(), 300);
}

TEST_F(InteractCineTest, ASlowReaderGetsFewerFramesButThoseOfTheirTime) {
  session_->Update(Play(1));
  EXPECT_EQ(sink_.Take().frame.view().frame().frame_number(), 1);
  int last = 1;
  for (int i = 0; i < 3; ++i) {
    absl::SleepFor(10 * kFrame);
    EXPECT_EQ(sink_.waiting(), 0u);  // None before the last one is taken.
    session_->Sent();
    const int number = sink_.Take().frame.view().frame().frame_number();
    EXPECT_GE(number, last + 10);
    last = number;
  }
  EXPECT_EQ(studio_.renders, 4);  // What is left out is not rendered.
}

TEST_F(InteractCineTest, SlowRenderingLeavesFramesOut) {
  session_->Update(Play(1));
  EXPECT_EQ(NextNumber(), 1);
  studio_.hold_render = true;
  absl::SleepFor(10 * kFrame);
  studio_.hold_render = false;
  EXPECT_LE(NextNumber(), 12);  // The one that was in work.
  EXPECT_GE(NextNumber(), 10);
}

TEST_F(InteractCineTest, AnyUpdateStopsIt) {
  session_->Update(Play(1));
  EXPECT_EQ(NextNumber(), 1);
  session_->Update(Update(2));
  v1::RenderedFrame frame = Next();
  if (frame.sequence() == 1) frame = Next();  // It was under way.
  EXPECT_EQ(frame.sequence(), 2u);
  EXPECT_FALSE(frame.preliminary());
  absl::SleepFor(5 * kFrame);
  EXPECT_EQ(sink_.waiting(), 0u);
}

TEST_F(InteractCineTest, AnotherCineTakesItsPlace) {
  session_->Update(Play(1));
  EXPECT_EQ(NextNumber(), 1);
  session_->Update(Play(2, 500));
  v1::RenderedFrame frame = Next();
  if (frame.sequence() == 1) frame = Next();
  EXPECT_EQ(frame.sequence(), 2u);
  EXPECT_EQ(frame.view().frame().frame_number(), 500);
  EXPECT_GT(NextNumber(), 500);
}

TEST_F(InteractCineTest, AFrameThatFailsIsToldAndPlayGoesOn) {
  session_->Update(Play(1));
  EXPECT_EQ(NextNumber(), 1);
  studio_.fail = true;
  v1::RenderedFrame frame = Next();
  while (!frame.has_error()) frame = Next();
  EXPECT_EQ(frame.error().sequence(), 1u);
  EXPECT_EQ(frame.error().category(), "archive_unreachable");
  studio_.fail = false;
  do {
    frame = Next();
  } while (frame.has_error());
  EXPECT_GT(frame.view().frame().frame_number(), 2);
}

TEST_F(InteractCineTest, SoDoesOneWhoseFirstFrameFails) {
  studio_.fail = true;
  session_->Update(Play(1));
  EXPECT_TRUE(Next().has_error());
  EXPECT_TRUE(Next().has_error());
}

TEST_F(InteractCineTest, OnceEndsWithTheLastFrameAtFullQuality) {
  session_->Update(Play(1, 1, v1::Cine::ONCE, /*last=*/4));
  session_->EndOfUpdates();
  std::vector<int> numbers;
  v1::RenderedFrame frame;
  do {
    frame = Next();
    numbers.push_back(frame.view().frame().frame_number());
  } while (!sink_.end());
  EXPECT_TRUE(std::is_sorted(numbers.begin(), numbers.end()));
  EXPECT_EQ(numbers.front(), 1);
  EXPECT_EQ(numbers.back(), 4);
  EXPECT_FALSE(frame.preliminary());
  EXPECT_EQ(frame.output().format(), v1::Output::PNG);
  EXPECT_EQ(sink_.end(), StreamEnd::kFinished);
}

TEST_F(InteractCineTest, ALoopEndsWhenTheClientSendsNoMore) {
  session_->Update(Play(1));
  EXPECT_EQ(NextNumber(), 1);
  session_->EndOfUpdates();
  v1::RenderedFrame frame = Next();
  if (frame.preliminary()) frame = Next();
  EXPECT_FALSE(frame.preliminary());
  EXPECT_TRUE(sink_.Ends(StreamEnd::kFinished));
}

TEST_F(InteractCineTest, ASingleFrameRests) {
  session_->Update(Play(1, 1, v1::Cine::LOOP, /*last=*/1));
  EXPECT_TRUE(Next().preliminary());
  EXPECT_FALSE(Next().preliminary());
  absl::SleepFor(5 * kFrame);
  EXPECT_EQ(sink_.waiting(), 0u);
}

TEST_F(InteractCineTest, WhatCannotBePlayedIsSaid) {
  v1::ViewUpdate update = Play(3);
  update.mutable_cine()->set_rate(-1);
  session_->Update(update);
  const v1::StreamError error = Next().error();
  EXPECT_EQ(error.sequence(), 3u);
  EXPECT_EQ(error.category(), "invalid_request");
}

TEST_F(InteractCineTest, AStreamThatPlaysIsNotIdle) {
  InteractOptions options;
  options.idle_timeout = absl::Milliseconds(50);
  Start(options);
  session_->Update(Play(1));
  for (int i = 0; i < 10; ++i) EXPECT_GT(NextNumber(), 0);
  session_->Update(Update(2));
  while (Next().sequence() != 2) {
  }
  EXPECT_TRUE(sink_.Ends(StreamEnd::kIdle));
}

}  // namespace
}  // namespace vitrine::service
