#ifndef VITRINE_SERVICE_STREAM_TRAVEL_PREFETCH_H_
#define VITRINE_SERVICE_STREAM_TRAVEL_PREFETCH_H_

// Fetches and decodes the frames that lie ahead of someone who scrolls.

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "base/operation.h"
#include "base/thread_pool.h"
#include "vitrine/v1/view.pb.h"

namespace vitrine::service {

using InstanceOrder = std::shared_ptr<const std::vector<std::string>>;  // SOP Instance UIDs as one scrolls them.

// Thread-safe. Held by its owner and by the work under way.
class TravelPrefetch : public std::enable_shared_from_this<TravelPrefetch> {
 public:
  // How far ahead: at 20 a second, a fifth of a second.
  static constexpr int kAhead = 4;

  struct Functions {
    std::function<absl::StatusOr<InstanceOrder>(const v1::Target& series, const Operation& operation)> order;
    // Brings one frame into memory.
    std::function<absl::Status(const v1::View& view, const Operation& operation)> fetch;
  };
  // One task at a time runs on `pool`, which must outlive this; where it is full there is no prefetch.
  TravelPrefetch(ThreadPool& pool, Functions functions) : pool_(pool), functions_(std::move(functions)) {}

  // Two views in a row of one instance's frames, or of one series' instances, are a direction of travel. Another
  // direction, series or kind of view cancels what is under way. Does not block.
  void Shown(const v1::View& view);

  // Cancels all.
  void Stop();

 private:
  // What the task does next: learn the order of the series, or fetch a frame.
  struct Step {
    v1::View view;
    bool learn_order = false;
    Operation operation;
  };

  void Run();
  // nullopt, and running_ is false, where there is nothing to do.
  std::optional<Step> NextStep();
  void Learn(const v1::Target& series, const absl::StatusOr<InstanceOrder>& order);
  void TurnTo(int direction, bool by_frames) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Forget() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // Of the view along the direction of travel: its frame's number, or its instance's place in the order (-1: none).
  int PlaceOf(const v1::View& view) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  ThreadPool& pool_;
  const Functions functions_;
  absl::Mutex mutex_;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
  bool running_ ABSL_GUARDED_BY(mutex_) = false;
  std::optional<v1::View> last_ ABSL_GUARDED_BY(mutex_);
  InstanceOrder order_ ABSL_GUARDED_BY(mutex_);    // Of the last view's series; null: not known yet.
  int direction_ ABSL_GUARDED_BY(mutex_) = 0;      // 1, -1, or 0: none.
  bool by_frames_ ABSL_GUARDED_BY(mutex_) = true;  // Along an instance's frames, not the series' instances.
  int fetched_ ABSL_GUARDED_BY(mutex_) = 0;        // The last place that was fetched.
  Operation operation_ ABSL_GUARDED_BY(mutex_);    // Of the journey in this direction.
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_STREAM_TRAVEL_PREFETCH_H_
