#include "service/app/archive_monitor.h"

#include <pthread.h>

#include "absl/time/clock.h"

namespace vitrine::service {

ArchiveMonitor::ArchiveMonitor(const ArchiveSet& archives, absl::Duration period, absl::Duration timeout)
    : period_(period),
      timeout_(timeout),
      last_(archives.all().size(), absl::UnavailableError("the archives have not been asked yet")) {
  for (size_t i = 0; i < archives.all().size(); ++i) {
    threads_.emplace_back([this, i, &archive = *archives.all()[i].archive] { Watch(i, archive); });
    pthread_setname_np(threads_.back().native_handle(), "archive-check");
  }
}

ArchiveMonitor::~ArchiveMonitor() {
  stop_->Cancel();
  {
    absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  for (std::thread& thread : threads_) thread.join();
}

absl::Status ArchiveMonitor::Ready() const {
  absl::MutexLock lock(&mutex_);
  for (const absl::Status& status : last_) {
    if (status.ok()) return status;
  }
  return last_.front();
}

void ArchiveMonitor::Watch(size_t index, fetch::Archive& archive) {
  while (true) {
    Operation operation;
    operation.deadline = absl::Now() + timeout_;
    operation.cancellation = stop_;
    absl::Status status = archive.Check(operation);
    absl::MutexLock lock(&mutex_);
    last_[index] = std::move(status);
    mutex_.AwaitWithDeadline(absl::Condition(&stopping_), absl::Now() + period_);
    if (stopping_) return;
  }
}

}  // namespace vitrine::service
