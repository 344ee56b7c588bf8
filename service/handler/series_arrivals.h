#ifndef VITRINE_SERVICE_HANDLER_SERIES_ARRIVALS_H_
#define VITRINE_SERVICE_HANDLER_SERIES_ARRIVALS_H_

// The instances of one series as they come: all in one answer of the archive, and, while that answer is slow, one by
// one from the other end of the series as well. One answer is far less work for an archive; but one connection seldom
// moves all that an archive and the way to it could.

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/child_operation.h"
#include "base/operation.h"
#include "fetch/archive.h"
#include "metrics/metrics.h"
#include "service/handler/span_timer.h"

namespace vitrine::service {

// The error of a series that cannot be loaded in this way: kUnsupported.
absl::Status UnfitSeries(absl::string_view why);

// Thread-safe.
class SeriesArrivals {
 public:
  // `path` names the series, of which `stream` gives `count` instances. The references must outlive this object.
  SeriesArrivals(fetch::Archive& archive, const fetch::ResourcePath& path, size_t count,
                 std::unique_ptr<fetch::InstanceStream> stream, metrics::Metrics& metrics, const Operation& parent);
  SeriesArrivals(const SeriesArrivals&) = delete;
  SeriesArrivals& operator=(const SeriesArrivals&) = delete;

  struct Arrival {
    fetch::Bytes file;  // Null: no more are to come.
    std::string asked;  // The SOPInstanceUID of a request for this instance alone; "" for one of the stream.
  };

  // Blocks until an instance is there: one that none of the other calls gives, but perhaps one that has come the other
  // way before. The errors of the stream; requests for single instances just stop at the first that fails.
  absl::StatusOr<Arrival> Next(Timings& timings);

  // Which number, from 0, an instance with that UID in it has among those that came; nullopt for one that came before,
  // the other way. kUnsupported for one more than `count`, for one that the stream has given before, and for another
  // than was asked for.
  absl::StatusOr<std::optional<size_t>> Claim(const Arrival& arrival, const std::string& SOPInstanceUID);

 private:
  enum class Way { kStream, kSingle, kConfirmation, kNone };

  Way Choose();
  bool SinglesWorthwhile() const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::StatusOr<Arrival> TakeFromStream(Timings& timings);
  Arrival FetchSingle(Timings& timings);
  // Ends the wait for the stream if the archive has no more than what came.
  void Confirm(Timings& timings);
  std::vector<std::string> List(size_t offset, size_t limit);
  bool HaveCome(const std::vector<std::string>& instances) const ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  // An instance that has neither come yet nor been asked for; nullopt where none is known, perhaps not yet.
  std::optional<std::string> NextSingle();
  void ListPage() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);  // Lets go of the lock meanwhile.

  fetch::Archive& archive_;
  const fetch::ResourcePath& path_;
  const size_t count_;
  metrics::Metrics& metrics_;
  const absl::Time start_ = absl::Now();
  ChildOperation operation_;          // Ends when everything has come.
  ChildOperation singles_operation_;  // Of requests beside the stream: ends with the first that fails, too.
  const std::unique_ptr<fetch::InstanceStream> stream_;  // Of the thread that has set streaming_.

  absl::Mutex mutex_;
  bool streaming_ ABSL_GUARDED_BY(mutex_) = false;
  absl::Time streaming_since_ ABSL_GUARDED_BY(mutex_);
  absl::Duration streamed_ ABSL_GUARDED_BY(mutex_);  // The time that the stream took, without that under way.
  bool ended_ ABSL_GUARDED_BY(mutex_) = false;
  bool singles_begun_ ABSL_GUARDED_BY(mutex_) = false;
  bool singles_came_ ABSL_GUARDED_BY(mutex_) = false;
  bool singles_over_ ABSL_GUARDED_BY(mutex_) = false;
  bool confirmed_ ABSL_GUARDED_BY(mutex_) = false;                       // Or could not be.
  absl::flat_hash_map<std::string, bool> come_ ABSL_GUARDED_BY(mutex_);  // SOPInstanceUIDs; whether asked for singly.
  size_t unlisted_ ABSL_GUARDED_BY(mutex_);                              // The series from its beginning up to here.
  bool listing_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::string> listed_ ABSL_GUARDED_BY(mutex_);  // To be asked for from the end.
  absl::flat_hash_set<std::string> asked_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_SERIES_ARRIVALS_H_
