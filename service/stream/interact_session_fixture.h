#ifndef VITRINE_SERVICE_STREAM_INTERACT_SESSION_FIXTURE_H_
#define VITRINE_SERVICE_STREAM_INTERACT_SESSION_FIXTURE_H_

// A session between fakes, for its tests.

#include <atomic>
#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "service/stream/interact_session.h"
#include "service/stream/interact_session_fakes.h"

namespace vitrine::service {

inline v1::ViewUpdate Update(uint64_t sequence, bool moving = false, bool volume = false,
                             const std::string& series = "1.2") {
  v1::ViewUpdate update;
  update.set_sequence(sequence);
  update.set_moving(moving);
  v1::Target& target = *update.mutable_view()->mutable_target();
  target.set_study_instance_uid("1.1");
  target.set_series_instance_uid(series);
  if (volume) {
    update.mutable_view()->mutable_slice();
  } else {
    target.set_sop_instance_uid("1.3");
    update.mutable_view()->mutable_frame();
  }
  update.mutable_output()->set_format(v1::Output::PNG);
  return update;
}

class InteractSessionTest : public ::testing::Test {
 protected:
  void SetUp() override { Start({}); }
  void Start(const InteractOptions& options, int threads = 2, int queue_limit = 4) {
    if (session_ != nullptr) session_->Close();
    pool_ = std::make_unique<ThreadPool>("test", threads, queue_limit);
    session_ =
        std::make_shared<InteractSession>(InteractSession::Dependencies{*pool_, background_, timers_, metrics_},
                                          options, std::make_unique<FakeSource>(studio_), sink_, [this] { ++closed_; });
    session_->Open();
  }
  void TearDown() override {
    studio_.hold_load = studio_.hold_render = studio_.hold_preview = false;
    session_->Close();
    pool_.reset();
  }

  // The next frame, sent at once.
  v1::RenderedFrame Next() {
    v1::RenderedFrame frame = sink_.Take().frame;
    session_->Sent();
    return frame;
  }

  metrics::Metrics metrics_;
  TimerQueue timers_;
  Studio studio_;
  FakeSink sink_;
  std::atomic<int> closed_ = 0;
  ThreadPool background_{"background", 1, 4};
  std::unique_ptr<ThreadPool> pool_;
  std::shared_ptr<InteractSession> session_;
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_STREAM_INTERACT_SESSION_FIXTURE_H_
