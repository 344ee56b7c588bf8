#ifndef VITRINE_SERVICE_APP_ARCHIVE_MONITOR_H_
#define VITRINE_SERVICE_APP_ARCHIVE_MONITOR_H_

// Whether the archives answer, asked in the background, so that a probe never waits for one.

#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "base/operation.h"
#include "service/handler/archive_set.h"

namespace vitrine::service {

// Thread-safe.
class ArchiveMonitor {
 public:
  // Checks each archive on a thread of its own: at once, then every `period`, each time for at most `timeout`.
  // `archives` must outlive the monitor.
  explicit ArchiveMonitor(const ArchiveSet& archives, absl::Duration period = absl::Seconds(5),
                          absl::Duration timeout = absl::Seconds(3));
  ~ArchiveMonitor();

  // OK where the last check of any archive was: one that is down must not take the others with it. Otherwise what the
  // first archive's last check said. Never waits.
  absl::Status Ready() const;

 private:
  void Watch(size_t index, fetch::Archive& archive);

  const absl::Duration period_;
  const absl::Duration timeout_;
  const std::shared_ptr<Cancellation> stop_ = std::make_shared<Cancellation>();
  mutable absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<absl::Status> last_ ABSL_GUARDED_BY(mutex_);  // Of each archive.
  std::vector<std::thread> threads_;
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_APP_ARCHIVE_MONITOR_H_
