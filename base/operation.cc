#include "base/operation.h"

#include <algorithm>
#include <utility>

#include "absl/time/clock.h"
#include "base/error.h"

namespace vitrine {

void Cancellation::Cancel() {
  absl::MutexLock lock(&mutex_);
  if (cancelled_.exchange(true, std::memory_order_acq_rel)) return;
  for (Listener& listener : listeners_) listener.call();
  listeners_.clear();
}

int Cancellation::AddListener(absl::AnyInvocable<void()> listener) {
  absl::MutexLock lock(&mutex_);
  const int id = next_id_++;
  if (cancelled()) {
    listener();
  } else {
    listeners_.push_back({id, std::move(listener)});
  }
  return id;
}

void Cancellation::RemoveListener(int id) {
  absl::MutexLock lock(&mutex_);
  listeners_.erase(std::remove_if(listeners_.begin(), listeners_.end(),
                                  [id](const Listener& listener) { return listener.id == id; }),
                   listeners_.end());
}

absl::Status Operation::Check() const {
  if (cancellation->cancelled()) return MakeError(ErrorCategory::kCancelled, "the client cancelled the request");
  if (absl::Now() >= deadline) return MakeError(ErrorCategory::kDeadline, "the request's deadline has passed");
  return absl::OkStatus();
}

std::string TraceParentOf(absl::string_view header) {
  constexpr size_t kLongest = 64;
  return header.size() <= kLongest ? std::string(header) : std::string();
}

}  // namespace vitrine
