#include "service/stream/interact_session.h"

#include <atomic>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "gtest/gtest.h"
#include "service/stream/interact_session_fixture.h"

namespace vitrine::service {
namespace {

TEST_F(InteractSessionTest, AnswersWithWhatWasApplied) {
  session_->Update(Update(7));
  const StreamFrame frame = sink_.Take();
  EXPECT_EQ(frame.frame.sequence(), 7u);
  EXPECT_EQ(*frame.picture, "picture");
  EXPECT_FALSE(frame.frame.picture().has_geometry());
  EXPECT_TRUE(frame.frame.picture().data().empty());
  EXPECT_FALSE(frame.frame.preliminary());
  EXPECT_EQ(frame.frame.view().frame().frame_number(), 1);
  EXPECT_EQ(frame.frame.output().format(), v1::Output::PNG);
  EXPECT_EQ(frame.frame.timings().render_ms(), 1);
}

TEST_F(InteractSessionTest, TheLatestUpdateWins) {
  studio_.hold_render = true;
  session_->Update(Update(1));
  ASSERT_TRUE(studio_.AwaitBusy());
  for (uint64_t i = 2; i <= 1000; ++i) session_->Update(Update(i));
  studio_.hold_render = false;
  EXPECT_EQ(Next().sequence(), 1u);
  EXPECT_EQ(Next().sequence(), 1000u);
  EXPECT_EQ(studio_.renders, 2);
}

TEST_F(InteractSessionTest, NothingIsRenderedForAClientThatHasNotTakenTheLastFrame) {
  session_->Update(Update(1));
  EXPECT_EQ(sink_.Take().frame.sequence(), 1u);
  for (uint64_t i = 2; i <= 100; ++i) session_->Update(Update(i));
  absl::SleepFor(absl::Milliseconds(50));
  EXPECT_EQ(studio_.renders, 1);
  EXPECT_EQ(sink_.waiting(), 0u);
  session_->Sent();
  EXPECT_EQ(Next().sequence(), 100u);
}

TEST_F(InteractSessionTest, AMovingViewIsFollowedByFullQualityAtRest) {
  const absl::Time start = absl::Now();
  session_->Update(Update(1, /*moving=*/true));
  const v1::RenderedFrame moving = Next();
  EXPECT_TRUE(moving.preliminary());
  EXPECT_EQ(moving.output().format(), v1::Output::JPEG);
  const v1::RenderedFrame rest = Next();
  EXPECT_EQ(rest.sequence(), 1u);
  EXPECT_FALSE(rest.preliminary());
  EXPECT_EQ(rest.output().format(), v1::Output::PNG);
  EXPECT_GE(absl::Now() - start, InteractOptions().rest_delay);
}

TEST_F(InteractSessionTest, AViewThatMovesOnIsNotAtRest) {
  InteractOptions options;
  options.rest_delay = absl::Seconds(1);
  Start(options);
  for (uint64_t i = 1; i <= 5; ++i) {
    session_->Update(Update(i, /*moving=*/true));
    EXPECT_EQ(Next().sequence(), i);
  }
  EXPECT_EQ(studio_.renders, 5);
}

TEST_F(InteractSessionTest, AnErrorOfOneUpdateLeavesTheStreamAlone) {
  v1::ViewUpdate bad = Update(1);
  bad.mutable_output()->set_width(-1);
  session_->Update(bad);
  v1::StreamError error = Next().error();
  EXPECT_EQ(error.sequence(), 1u);
  EXPECT_EQ(error.category(), "invalid_request");
  EXPECT_FALSE(error.retryable());
  studio_.fail = true;
  session_->Update(Update(2));
  error = Next().error();
  EXPECT_EQ(error.sequence(), 2u);
  EXPECT_EQ(error.category(), "archive_unreachable");
  EXPECT_EQ(error.message(), "the archive cannot be reached");
  EXPECT_TRUE(error.retryable());
  studio_.fail = false;
  session_->Update(Update(3));
  EXPECT_EQ(Next().sequence(), 3u);
}

TEST_F(InteractSessionTest, WhatMakesNoSenseIsSaid) {
  session_->Update(Update(0));
  EXPECT_EQ(Next().error().category(), "invalid_request");
  session_->Update(Update(5));
  EXPECT_EQ(Next().sequence(), 5u);
  session_->Update(Update(5));
  EXPECT_EQ(Next().error().sequence(), 5u);
  for (const double rate : {0.5, 61.0, -1.0, std::numeric_limits<double>::quiet_NaN()}) {
    v1::ViewUpdate update = Update(6);
    update.set_target_rate(rate);
    session_->Update(update);
    EXPECT_TRUE(Next().has_error()) << rate;
  }
  v1::ViewUpdate empty;
  empty.set_sequence(7);
  session_->Update(empty);
  EXPECT_EQ(Next().error().message(), "view is required");
}

TEST_F(InteractSessionTest, AFloodOfErrorsDoesNotGrow) {
  for (int i = 0; i < 1000; ++i) session_->Reject(i, MakeError(ErrorCategory::kInvalidRequest, absl::StrCat(i)));
  int errors = 0;
  while (sink_.waiting() > 0) {
    EXPECT_TRUE(Next().has_error());
    ++errors;
  }
  EXPECT_LE(errors, 9);
}

TEST_F(InteractSessionTest, FullQualityGivesWayToAMovingViewOnceBetweenFrames) {
  studio_.hold_render = true;
  session_->Update(Update(1));
  ASSERT_TRUE(studio_.AwaitBusy());
  session_->Update(Update(2, /*moving=*/true));
  for (int i = 0; i < 5000 && studio_.cancelled == 0; ++i) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_EQ(studio_.cancelled, 1);
  studio_.hold_render = false;
  const v1::RenderedFrame frame = Next();  // No error for what gave way.
  EXPECT_FALSE(frame.has_error());
  EXPECT_EQ(frame.sequence(), 2u);
}

TEST_F(InteractSessionTest, UpdatesAtFullQualityDoNotStarveEachOther) {
  studio_.hold_render = true;
  session_->Update(Update(1));
  ASSERT_TRUE(studio_.AwaitBusy());
  for (uint64_t i = 2; i < 20; ++i) session_->Update(Update(i));
  studio_.hold_render = false;
  EXPECT_EQ(Next().sequence(), 1u);
  EXPECT_EQ(studio_.cancelled, 0);
}

TEST_F(InteractSessionTest, ALoadGivesWayToAnotherSeriesOnly) {
  InteractOptions options;
  options.stale_after = absl::ZeroDuration();
  Start(options);
  studio_.hold_load = true;
  session_->Update(Update(1, false, /*volume=*/true));
  ASSERT_TRUE(studio_.AwaitBusy());
  session_->Update(Update(2, true, /*volume=*/true));
  absl::SleepFor(absl::Milliseconds(20));
  EXPECT_EQ(studio_.cancelled, 0);
  session_->Update(Update(3, false, /*volume=*/false, "1.9"));
  for (int i = 0; i < 5000 && studio_.cancelled == 0; ++i) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_EQ(studio_.cancelled, 1);
}

TEST_F(InteractSessionTest, WhileAVolumeLoadsThereIsProgressAndAPreviewAndThenTheNewestView) {
  const absl::Time start = absl::Now();
  studio_.hold_load = true;
  session_->Update(Update(1, false, /*volume=*/true));
  const v1::RenderedFrame progress = Next();
  EXPECT_EQ(progress.sequence(), 1u);
  EXPECT_EQ(progress.progress(), 0.25);
  EXPECT_FALSE(progress.has_picture());
  const StreamFrame preview = sink_.Take();
  session_->Sent();
  EXPECT_GE(absl::Now() - start, InteractOptions().preview_after);
  EXPECT_EQ(preview.frame.sequence(), 1u);
  EXPECT_TRUE(preview.frame.preliminary());
  EXPECT_TRUE(preview.frame.partial());
  EXPECT_TRUE(preview.frame.view().has_slice());
  ASSERT_NE(preview.picture, nullptr);
  EXPECT_EQ(*preview.picture, "preview");
  session_->Update(Update(2, false, /*volume=*/true));
  const v1::RenderedFrame moved = Next();
  EXPECT_EQ(moved.sequence(), 2u);
  EXPECT_TRUE(moved.partial());
  studio_.hold_load = false;
  const StreamFrame picture = sink_.Take();
  EXPECT_EQ(picture.frame.sequence(), 2u);
  EXPECT_FALSE(picture.frame.preliminary());
  EXPECT_FALSE(picture.frame.partial());
  EXPECT_FALSE(picture.frame.has_progress());
  EXPECT_EQ(studio_.renders, 1);
  EXPECT_EQ(studio_.previews, 2);
}

TEST_F(InteractSessionTest, AQuickLoadHasNoPreview) {
  InteractOptions options;
  options.preview_after = absl::Milliseconds(100);
  Start(options);
  session_->Update(Update(1, false, /*volume=*/true));
  EXPECT_FALSE(Next().partial());
  session_->Update(Update(2));
  EXPECT_FALSE(Next().partial());
  absl::SleepFor(absl::Milliseconds(150));
  EXPECT_EQ(studio_.previews, 0);
}

TEST_F(InteractSessionTest, APreviewThatCannotBeHadIsTriedOnce) {
  InteractOptions options;
  options.preview_after = absl::ZeroDuration();
  Start(options);
  studio_.hold_load = studio_.no_preview = true;
  for (uint64_t i = 1; i <= 5; ++i) session_->Update(Update(i, false, /*volume=*/true));
  EXPECT_TRUE(Next().has_progress());
  absl::SleepFor(absl::Milliseconds(50));
  EXPECT_EQ(studio_.previews, 1);
  studio_.hold_load = false;
  EXPECT_EQ(Next().sequence(), 5u);
}

TEST_F(InteractSessionTest, APreviewEndsWhenTheVolumeIsThere) {
  InteractOptions options;
  options.preview_after = absl::ZeroDuration();
  Start(options);
  studio_.hold_load = studio_.hold_preview = true;
  session_->Update(Update(1, false, /*volume=*/true));
  EXPECT_TRUE(Next().has_progress());
  for (int i = 0; i < 5000 && studio_.previews == 0; ++i) absl::SleepFor(absl::Milliseconds(1));
  studio_.hold_load = false;
  EXPECT_FALSE(Next().preliminary());
  for (int i = 0; i < 5000 && studio_.previews_cancelled == 0; ++i) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_EQ(studio_.previews_cancelled, 1);
  EXPECT_EQ(sink_.waiting(), 0u);
}

TEST_F(InteractSessionTest, CloseCancelsWhatRunsAtOnce) {
  studio_.hold_render = true;
  session_->Update(Update(1));
  ASSERT_TRUE(studio_.AwaitBusy());
  session_->Close();
  EXPECT_EQ(closed_, 1);
  EXPECT_TRUE(studio_.stopped);
  for (int i = 0; i < 5000 && studio_.busy > 0; ++i) absl::SleepFor(absl::Milliseconds(1));
  EXPECT_EQ(studio_.busy, 0);
  session_->Update(Update(2));
  session_->Close();
  absl::SleepFor(absl::Milliseconds(20));
  EXPECT_EQ(sink_.waiting(), 0u);
}

TEST_F(InteractSessionTest, EndsWhenTheLastUpdateIsAnsweredInFull) {
  InteractOptions options;
  options.rest_delay = absl::Hours(1);
  Start(options);
  session_->Update(Update(1, /*moving=*/true));
  session_->EndOfUpdates();
  EXPECT_TRUE(Next().preliminary());
  EXPECT_FALSE(Next().preliminary());
  EXPECT_TRUE(sink_.Ends(StreamEnd::kFinished));
}

TEST_F(InteractSessionTest, AnIdleStreamEnds) {
  InteractOptions options;
  options.idle_timeout = absl::Milliseconds(100);
  Start(options);
  session_->Update(Update(1));
  EXPECT_EQ(Next().sequence(), 1u);
  EXPECT_TRUE(sink_.Ends(StreamEnd::kIdle));
}

TEST_F(InteractSessionTest, SoDoesOneThatHasHadNoUpdate) {
  InteractOptions options;
  options.idle_timeout = absl::Milliseconds(50);
  Start(options);
  EXPECT_TRUE(sink_.Ends(StreamEnd::kIdle));
}

TEST_F(InteractSessionTest, DrainEndsAtOnce) {
  studio_.hold_render = true;
  session_->Update(Update(1));
  session_->Drain();
  EXPECT_TRUE(sink_.Ends(StreamEnd::kDraining));
}

TEST_F(InteractSessionTest, AFullPoolIsAnErrorToRetry) {
  Start({}, /*threads=*/1, /*queue_limit=*/0);
  absl::Notification release;
  ASSERT_TRUE(pool_->TrySchedule([&] { release.WaitForNotification(); }));
  session_->Update(Update(1));
  const v1::StreamError error = Next().error();
  EXPECT_EQ(error.category(), "overloaded");
  EXPECT_TRUE(error.retryable());
  release.Notify();
}

TEST_F(InteractSessionTest, AMovingViewIsNotRenderedMoreOftenThanTwiceItsRate) {
  InteractOptions options;
  options.rest_delay = absl::Hours(1);
  Start(options);
  const absl::Time start = absl::Now();
  for (uint64_t i = 1; i <= 11; ++i) {
    v1::ViewUpdate update = Update(i, /*moving=*/true);
    update.set_target_rate(10);
    session_->Update(update);
    EXPECT_EQ(Next().sequence(), i);
  }
  EXPECT_GE(absl::Now() - start, absl::Milliseconds(500));
}

}  // namespace
}  // namespace vitrine::service
