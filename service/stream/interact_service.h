#ifndef VITRINE_SERVICE_STREAM_INTERACT_SERVICE_H_
#define VITRINE_SERVICE_STREAM_INTERACT_SERVICE_H_

// All streams of the process: admission, and their end.

#include <map>
#include <memory>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "auth/access.h"
#include "base/thread_pool.h"
#include "base/timer_queue.h"
#include "metrics/metrics.h"
#include "service/handler/render_handler.h"
#include "service/stream/handler_view_source.h"
#include "service/stream/interact_session.h"

namespace vitrine::service {

// Thread-safe.
class InteractService {
 public:
  struct Options {
    int max_streams = 1000;
    int max_streams_per_principal = 32;      // Of one who is known by name.
    uint64_t max_message_bytes = 128 << 10;  // Of an update.
    InteractOptions session;
  };

  // The references must outlive the service. Sessions run on `pool`.
  InteractService(RenderHandler& handler, ThreadPool& pool, metrics::Metrics& metrics, const Options& options);
  // Every session must have been closed.
  ~InteractService();

  // kOverloaded over a limit, or when draining. `sink` must outlive the session's Close(). `transport` as in
  // metrics::Metrics; a constant.
  absl::StatusOr<std::shared_ptr<InteractSession>> Open(const auth::Principal& principal, absl::string_view transport,
                                                        FrameSink& sink);

  uint64_t max_message_bytes() const { return options_.max_message_bytes; }

  // Ends all streams, and takes no new ones.
  void Drain();

 private:
  void Closed(uint64_t id, const std::string& subject, absl::string_view transport);

  metrics::Metrics& metrics_;
  RenderHandler& handler_;
  const Options options_;
  SeriesOrders orders_;
  TimerQueue timers_;
  ThreadPool background_;
  const InteractSession::Dependencies session_dependencies_;

  absl::Mutex mutex_;
  bool draining_ ABSL_GUARDED_BY(mutex_) = false;
  uint64_t next_id_ ABSL_GUARDED_BY(mutex_) = 0;
  std::map<uint64_t, std::weak_ptr<InteractSession>> sessions_ ABSL_GUARDED_BY(mutex_);
  std::map<std::string, int> by_subject_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_STREAM_INTERACT_SERVICE_H_
