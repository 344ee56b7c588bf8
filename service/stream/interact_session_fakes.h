#ifndef VITRINE_SERVICE_STREAM_INTERACT_SESSION_FAKES_H_
#define VITRINE_SERVICE_STREAM_INTERACT_SESSION_FAKES_H_

// Both ends of a session for its tests: where its frames go, and where they come from.

#include <atomic>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "base/operation.h"
#include "service/stream/frame_sink.h"
#include "service/stream/view_source.h"

namespace vitrine::service {

// Keeps what it is given; the test says when it is sent.
class FakeSink : public FrameSink {
 public:
  void Send(StreamFrame frame) override {
    absl::MutexLock lock(&mutex_);
    frames_.push_back(std::move(frame));
  }
  void End(StreamEnd reason) override {
    absl::MutexLock lock(&mutex_);
    end_ = reason;
  }

  // Waits for a frame; one without anything where none comes.
  StreamFrame Take(absl::Duration timeout = absl::Seconds(5)) {
    absl::MutexLock lock(&mutex_);
    const auto some = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return !frames_.empty(); };
    if (!mutex_.AwaitWithDeadline(absl::Condition(&some), absl::Now() + timeout)) return {};
    StreamFrame frame = std::move(frames_.front());
    frames_.pop_front();
    return frame;
  }
  bool Ends(StreamEnd reason) {
    absl::MutexLock lock(&mutex_);
    const auto ended = [this]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) { return end_.has_value(); };
    return mutex_.AwaitWithDeadline(absl::Condition(&ended), absl::Now() + absl::Seconds(5)) && end_ == reason;
  }
  std::optional<StreamEnd> end() {
    absl::MutexLock lock(&mutex_);
    return end_;
  }
  size_t waiting() {
    absl::MutexLock lock(&mutex_);
    return frames_.size();
  }

 private:
  absl::Mutex mutex_;
  std::deque<StreamFrame> frames_ ABSL_GUARDED_BY(mutex_);
  std::optional<StreamEnd> end_ ABSL_GUARDED_BY(mutex_);
};

// Shared by the test and the source that the session owns.
struct Studio {
  // Blocks like real work: until it is let go or the operation ends.
  absl::Status Work(std::atomic<bool>& hold, const Operation& operation) {
    ++busy;
    while (hold && operation.Check().ok()) absl::SleepFor(absl::Milliseconds(1));
    --busy;
    if (!operation.Check().ok()) ++cancelled;
    return operation.Check();
  }
  bool AwaitBusy() {
    for (int i = 0; i < 5000 && busy == 0; ++i) absl::SleepFor(absl::Milliseconds(1));
    return busy > 0;
  }

  std::atomic<bool> hold_load = false;
  std::atomic<bool> hold_render = false;
  std::atomic<bool> fail = false;
  std::atomic<bool> hold_preview = false;
  std::atomic<bool> no_preview = false;
  std::atomic<int> previews = 0;
  std::atomic<int> previews_cancelled = 0;
  std::atomic<int> busy = 0;
  std::atomic<int> renders = 0;
  std::atomic<int> cancelled = 0;
  std::atomic<int> shown = 0;
  std::atomic<bool> stopped = false;
};

class FakeSource : public ViewSource {
 public:
  explicit FakeSource(Studio& studio) : studio_(studio) {}

  absl::Status Load(const v1::RenderRequest& request, const Operation& operation, Timings&,
                    const LoadProgress& progress) override {
    if (request.view().has_frame() || !studio_.hold_load) return studio_.Work(studio_.hold_load, operation);
    progress(0.25);
    return studio_.Work(studio_.hold_load, operation);
  }
  absl::StatusOr<RenderResult> Render(const v1::RenderRequest& request, const Operation& operation) override {
    ++studio_.renders;
    if (absl::Status status = studio_.Work(studio_.hold_render, operation); !status.ok()) return status;
    if (studio_.fail) return MakeError(ErrorCategory::kArchiveUnreachable, "the archive cannot be reached");
    return Result(request, "picture");
  }
  absl::StatusOr<RenderResult> Preview(const v1::RenderRequest& request, const Operation& operation) override {
    ++studio_.previews;
    while (studio_.hold_preview && operation.Check().ok()) absl::SleepFor(absl::Milliseconds(1));
    if (!operation.Check().ok()) ++studio_.previews_cancelled;
    if (studio_.no_preview) return MakeError(ErrorCategory::kUnsupported, "there is none");
    return Result(request, "preview");
  }
  // 1000 frames, each 20 ms.
  absl::StatusOr<CineSequence> Cine(const v1::RenderRequest& request, const v1::Cine& cine, const Operation&) override {
    if (cine.rate() < 0) return MakeError(ErrorCategory::kInvalidRequest, "no such rate");
    CineSequence sequence;
    const int last = cine.frames().last() == 0 ? 1000 : cine.frames().last();
    for (int number = 1; number <= last; ++number) {
      sequence.stills.push_back(request);
      sequence.stills.back().mutable_view()->mutable_frame()->set_frame_number(number);
      sequence.durations.push_back(absl::Milliseconds(20));
    }
    sequence.begin = request.view().frame().frame_number() - 1;
    return sequence;
  }
  void Shown(const v1::View&) override { ++studio_.shown; }
  void Stop() override { studio_.stopped = true; }

 private:
  static RenderResult Result(const v1::RenderRequest& request, const std::string& data) {
    auto picture = std::make_shared<Picture>();
    picture->data = std::make_shared<const std::string>(data);
    picture->media_type = request.output().format() == v1::Output::PNG ? "image/png" : "image/jpeg";
    picture->width = picture->height = 64;
    RenderResult result;
    result.picture = std::move(picture);
    result.canonical = request;
    result.timings[static_cast<size_t>(metrics::Span::kRender)] = absl::Milliseconds(1);
    return result;
  }

  Studio& studio_;
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_STREAM_INTERACT_SESSION_FAKES_H_
