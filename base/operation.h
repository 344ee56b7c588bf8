#ifndef VITRINE_BASE_OPERATION_H_
#define VITRINE_BASE_OPERATION_H_

// What travels with one request through every layer: how long it may take, whether anybody still waits for the answer,
// and the names by which logs and the archive know it.

#include <atomic>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/any_invocable.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace vitrine {

// One client's wish to stop. Thread-safe; shared by the front end, which cancels, and the work, which asks.
class Cancellation {
 public:
  // Marks the operation as cancelled and runs the listeners once, on this thread.
  void Cancel();
  bool cancelled() const { return cancelled_.load(std::memory_order_acquire); }

  // Calls `listener` at once if already cancelled, otherwise from Cancel(). A listener must not block and must not call
  // back into this object. Returns an id for RemoveListener().
  int AddListener(absl::AnyInvocable<void()> listener);
  // After it returns, the listener is not running and will not run.
  void RemoveListener(int id);

 private:
  struct Listener {
    int id;
    absl::AnyInvocable<void()> call;
  };
  std::atomic<bool> cancelled_ = false;  // Readable without the lock: waiters ask while they hold their own.
  absl::Mutex mutex_;
  int next_id_ ABSL_GUARDED_BY(mutex_) = 0;
  std::vector<Listener> listeners_ ABSL_GUARDED_BY(mutex_);
};

// A value; copies share the Cancellation.
struct Operation {
  absl::Time deadline = absl::InfiniteFuture();
  std::shared_ptr<Cancellation> cancellation = std::make_shared<Cancellation>();
  std::string request_id;   // For logs and problem documents.
  std::string traceparent;  // W3C Trace Context, passed on to the archive; "" where the client sent none.

  // OK, or CANCELLED / DEADLINE_EXCEEDED. Cheap enough to ask once per row of pixels.
  absl::Status Check() const;
};

// A traceparent header's value (W3C Trace Context), or "" where it cannot be one: longer than any version allows here.
std::string TraceParentOf(absl::string_view header);

}  // namespace vitrine

#endif  // VITRINE_BASE_OPERATION_H_
