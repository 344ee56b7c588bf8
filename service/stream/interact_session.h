#ifndef VITRINE_SERVICE_STREAM_INTERACT_SESSION_H_
#define VITRINE_SERVICE_STREAM_INTERACT_SESSION_H_

// One stream: updates in, frames out, latest wins. It knows no transport.

#include <memory>
#include <optional>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "base/operation.h"
#include "base/thread_pool.h"
#include "base/timer_queue.h"
#include "metrics/metrics.h"
#include "service/handler/canonical_request.h"
#include "service/stream/cine_clock.h"
#include "service/stream/frame_outbox.h"
#include "service/stream/frame_sink.h"
#include "service/stream/interact_wish.h"
#include "service/stream/quality_controller.h"
#include "service/stream/view_source.h"
#include "vitrine/v1/render_service.pb.h"

namespace vitrine::service {

struct InteractOptions {
  double target_rate = 20;                               // Where the client names none.
  absl::Duration rest_delay = absl::Milliseconds(150);   // A view that has not moved for so long is at rest.
  absl::Duration idle_timeout = absl::Minutes(10);       // Without an update.
  absl::Duration request_timeout = absl::Seconds(30);    // For the answer to one update.
  absl::Duration stale_after = absl::Milliseconds(250);  // Work for another series gives way to newer after it.
  absl::Duration progress_period = absl::Milliseconds(100);
  absl::Duration preview_after = absl::Milliseconds(300);  // A volume that loads longer is shown from few slices first.
  RenderLimits limits;
};

// One update is in work, one more may wait; a newer one takes the place of the one that waits. Work that nobody needs
// any more is given up, but never so that a moving view gets no frames: a picture at full quality gives way to a moving
// view once between two frames, and a load to a view of another series. Frames are sent one at a time, and none is
// begun before the last one is sent: a slow client slows itself, and what it gets is fresh. A cine's next frame is the
// one that its clock shows when the last one is sent.
//
// Thread-safe. Held by its transport and by the work under way; the work goes on for a moment after Close().
class InteractSession : public std::enable_shared_from_this<InteractSession> {
 public:
  // All must outlive the session. `background` does what may be refused: previews.
  struct Dependencies {
    ThreadPool& pool;
    ThreadPool& background;
    TimerQueue& timers;
    metrics::Metrics& metrics;
  };

  // `sink` is used until Close() returns; `on_close` is called once, by Close().
  InteractSession(Dependencies dependencies, const InteractOptions& options, std::unique_ptr<ViewSource> source,
                  FrameSink& sink, absl::AnyInvocable<void()> on_close);

  // The first call.
  void Open();
  void Update(const v1::ViewUpdate& update);
  // Answers an update that could not be read.
  void Reject(uint64_t sequence, const absl::Status& status);
  // The client sends no more: the sink is ended when all is answered.
  void EndOfUpdates();
  // The sink has sent its frame.
  void Sent();
  // Ends the sink: another server can take over.
  void Drain();
  // Cancels all work; idempotent.
  void Close();

 private:
  // Work for a wish, on a thread of the pool.
  struct Work {
    InteractWish wish;
    bool full = false;  // At full quality.
    bool rendering = false;
    bool superseded = false;
    absl::Time started;
    Operation operation;
    Operation preview;            // Ends when the volume is loaded.
    bool previews = false;        // A preview is in work, or none can be had.
    uint64_t last_previewed = 0;  // The sequence that it is or was for.
    absl::Time next_preview;      // At the earliest.
  };

  // A cine that plays.
  struct Play {
    InteractWish WishFor(size_t frame) const;

    InteractWish wish;
    CineSequence sequence;
    CineClock clock;
    std::optional<absl::Time> begun;  // When the first frame was there.
    std::optional<size_t> last;       // The frame that is or was in work.
  };

  void Run(const std::shared_ptr<Work>& work);
  void PrepareCine(Work& work) ABSL_LOCKS_EXCLUDED(mutex_);
  absl::StatusOr<v1::RenderRequest> BeginRender(Work& work) ABSL_LOCKS_EXCLUDED(mutex_);
  void Finish(Work& work, const v1::RenderRequest& rendered, absl::StatusOr<RenderResult> result,
              const Timings& loading) ABSL_LOCKS_EXCLUDED(mutex_);
  void OnProgress(const std::shared_ptr<Work>& work, double progress) ABSL_LOCKS_EXCLUDED(mutex_);
  void RunPreview(const std::shared_ptr<Work>& work, uint64_t sequence, const v1::RenderRequest& request)
      ABSL_LOCKS_EXCLUDED(mutex_);
  void Tick() ABSL_LOCKS_EXCLUDED(mutex_);

  void Pump() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool SendNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool StartNext() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  bool StartCineFrame() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Start(InteractWish wish, bool full) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void StartPreview() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void GiveWay() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // The newest wish that the volume which is loading serves.
  const InteractWish& NewestOf(const Work& work) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void AddFailure(const Work& work, const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void AddError(uint64_t sequence, const absl::Status& status) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void WakeAt(absl::Time time) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const Dependencies dependencies_;
  const InteractOptions options_;
  const std::unique_ptr<ViewSource> source_;
  absl::Mutex mutex_;
  FrameSink* sink_ ABSL_GUARDED_BY(mutex_);  // Null after Close().
  absl::AnyInvocable<void()> on_close_ ABSL_GUARDED_BY(mutex_);
  QualityController quality_ ABSL_GUARDED_BY(mutex_);

  uint64_t last_sequence_ ABSL_GUARDED_BY(mutex_) = 0;
  absl::Time last_update_ ABSL_GUARDED_BY(mutex_);
  std::optional<InteractWish> waiting_ ABSL_GUARDED_BY(mutex_);
  std::optional<InteractWish> resting_ ABSL_GUARDED_BY(mutex_);  // Was answered below full quality.
  std::optional<Play> play_ ABSL_GUARDED_BY(mutex_);
  std::shared_ptr<Work> work_ ABSL_GUARDED_BY(mutex_);
  absl::Time last_start_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  bool gave_way_ ABSL_GUARDED_BY(mutex_) = false;  // Since the last frame.

  FrameOutbox outbox_ ABSL_GUARDED_BY(mutex_);
  absl::Time last_progress_ ABSL_GUARDED_BY(mutex_) = absl::InfinitePast();
  bool ending_ ABSL_GUARDED_BY(mutex_) = false;  // After the client's last update.
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;   // The sink.
  std::optional<TimerQueue::Id> timer_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_STREAM_INTERACT_SESSION_H_
