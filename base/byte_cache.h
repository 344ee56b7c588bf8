#ifndef VITRINE_BASE_BYTE_CACHE_H_
#define VITRINE_BASE_BYTE_CACHE_H_

// A least-recently-used cache with a byte budget whose loads are single-flight: however many callers ask for a missing
// key at once, one of them loads it and all get the result. Values are immutable and shared: a value that a caller
// holds stays alive when the cache lets go of it, and is then no longer counted.

#include <cstdint>
#include <iterator>
#include <list>
#include <memory>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/operation.h"
#include "base/status_macros.h"
#include "base/wait_observer.h"

namespace vitrine {

struct ByteCacheStats {
  uint64_t hits = 0;
  uint64_t misses = 0;  // Loads started.
  uint64_t joins = 0;   // Callers that waited for another one's load.
  uint64_t evictions = 0;
  uint64_t bytes = 0;  // Charged now; never more than the budget.
  uint64_t entries = 0;
};

// Thread-safe.
template <typename Value>
class ByteCache {
 public:
  using Pointer = std::shared_ptr<const Value>;
  struct Loaded {
    Pointer value;
    uint64_t charge = 0;             // Bytes that the value keeps alive.
    absl::Time as_of = absl::Now();  // Where the value was made from older ones: when the oldest was loaded.
  };

  // An entry older than `max_age` counts as missing.
  explicit ByteCache(uint64_t budget_bytes, absl::Duration max_age = absl::InfiniteDuration())
      : budget_bytes_(budget_bytes), max_age_(max_age) {}
  ByteCache(const ByteCache&) = delete;
  ByteCache& operator=(const ByteCache&) = delete;

  // The value if it is cached, otherwise null; never loads.
  Pointer Find(absl::string_view key) {
    std::list<Entry> expired;
    absl::MutexLock lock(&mutex_);
    return FindLocked(key, expired);
  }

  // What Find() would find; counts as no use of the entry.
  Pointer Peek(absl::string_view key) const {
    absl::MutexLock lock(&mutex_);
    const auto found = entries_.find(key);
    return found != entries_.end() && absl::Now() - found->second->as_of <= max_age_ ? found->second->value : nullptr;
  }

  bool Contains(absl::string_view key) const { return Peek(key) != nullptr; }

  // The cached value, or the result of `load`, which runs on the caller's thread without a lock held. Callers that find
  // a load of the same key under way wait for it within `operation`. Errors are not cached; waiting callers share them,
  // except that when the loading caller was cancelled or ran out of its own time, a waiting caller takes the load over.
  // A value whose charge exceeds the budget is returned and not kept. `load` must not throw, and must not ask for the
  // same key.
  absl::StatusOr<Pointer> GetOrLoad(absl::string_view key, const Operation& operation,
                                    absl::FunctionRef<absl::StatusOr<Loaded>()> load) {
    while (true) {
      std::list<Entry> expired;  // Freed without the lock: large values take a while.
      std::shared_ptr<Flight> flight;
      bool leads = false;
      {
        absl::MutexLock lock(&mutex_);
        if (Pointer value = FindLocked(key, expired)) return value;
        std::shared_ptr<Flight>& slot = flights_[key];
        if (slot == nullptr) {
          slot = std::make_shared<Flight>();
          leads = true;
          ++stats_.misses;
        } else {
          ++stats_.joins;
        }
        flight = slot;
      }
      if (leads) return Lead(key, *flight, operation, load);
      VITRINE_RETURN_IF_ERROR(Await(*flight, operation));
      absl::MutexLock lock(&flight->mutex);
      if (!flight->leader_left) return flight->result;
    }
  }

  // Keeps the value in place of what the key has, unless its charge exceeds the budget; a load of the key that is under
  // way will take its place in turn.
  void Put(absl::string_view key, const Loaded& loaded) {
    std::list<Entry> removed;  // Freed without the lock.
    absl::MutexLock lock(&mutex_);
    if (loaded.charge <= budget_bytes_) InsertLocked(key, loaded, removed);
  }

  // Lets go of the entry, if it is there; a load of the key that is under way is not affected.
  void Erase(absl::string_view key) {
    std::list<Entry> erased;  // Freed without the lock.
    absl::MutexLock lock(&mutex_);
    if (const auto found = entries_.find(key); found != entries_.end()) RemoveLocked(found->second, erased);
  }

  // Lets go of entries that nobody else holds, least recently used first, until their charges come to `bytes` or none
  // is left. Their memory is free when this returns.
  void EvictIdle(uint64_t bytes) {
    std::list<Entry> evicted;
    absl::MutexLock lock(&mutex_);
    uint64_t freed = 0;
    for (auto entry = recency_.end(); entry != recency_.begin() && freed < bytes;) {
      const auto candidate = std::prev(entry);
      if (candidate->value.use_count() > 1) {
        entry = candidate;
        continue;
      }
      freed += candidate->charge;
      ++stats_.evictions;
      RemoveLocked(candidate, evicted);
    }
  }

  ByteCacheStats stats() const {
    absl::MutexLock lock(&mutex_);
    ByteCacheStats stats = stats_;
    stats.entries = entries_.size();
    return stats;
  }

  uint64_t budget_bytes() const { return budget_bytes_; }

 private:
  struct Entry {
    std::string key;
    Pointer value;
    uint64_t charge;
    absl::Time as_of;
  };
  struct Flight {
    absl::Mutex mutex;
    bool done ABSL_GUARDED_BY(mutex) = false;
    bool leader_left ABSL_GUARDED_BY(mutex) = false;  // Its own client or its own time ended the load.
    absl::StatusOr<Pointer> result ABSL_GUARDED_BY(mutex);
  };

  Pointer FindLocked(absl::string_view key, std::list<Entry>& removed) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    const auto found = entries_.find(key);
    if (found == entries_.end()) return nullptr;
    if (absl::Now() - found->second->as_of > max_age_) {
      RemoveLocked(found->second, removed);
      return nullptr;
    }
    recency_.splice(recency_.begin(), recency_, found->second);
    ++stats_.hits;
    return found->second->value;
  }

  // Whether the operation ended, or is about to: timers of libraries count in milliseconds and may be early.
  static bool IsOver(const Operation& operation) {
    return operation.cancellation->cancelled() || operation.deadline - absl::Now() < absl::Milliseconds(10);
  }

  absl::StatusOr<Pointer> Lead(absl::string_view key, Flight& flight, const Operation& operation,
                               absl::FunctionRef<absl::StatusOr<Loaded>()> load) {
    absl::StatusOr<Loaded> loaded = load();
    absl::StatusOr<Pointer> result = loaded.ok() ? absl::StatusOr<Pointer>(loaded->value) : loaded.status();
    std::list<Entry> evicted;  // Freed without the lock.
    {
      absl::MutexLock lock(&mutex_);
      flights_.erase(key);
      if (loaded.ok() && loaded->charge <= budget_bytes_) InsertLocked(key, *loaded, evicted);
    }
    absl::MutexLock lock(&flight.mutex);
    flight.leader_left = !result.ok() && IsOver(operation);
    flight.result = result;
    flight.done = true;
    return result;
  }

  void InsertLocked(absl::string_view key, const Loaded& loaded, std::list<Entry>& evicted)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    if (const auto found = entries_.find(key); found != entries_.end()) RemoveLocked(found->second, evicted);
    while (loaded.charge > budget_bytes_ - stats_.bytes) {
      ++stats_.evictions;
      RemoveLocked(std::prev(recency_.end()), evicted);
    }
    recency_.push_front({std::string(key), loaded.value, loaded.charge, loaded.as_of});
    entries_[recency_.front().key] = recency_.begin();
    stats_.bytes += loaded.charge;
  }

  // Moves the entry to `removed`, for the caller to free.
  void RemoveLocked(typename std::list<Entry>::iterator entry, std::list<Entry>& removed)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_) {
    stats_.bytes -= entry->charge;
    entries_.erase(entry->key);
    removed.splice(removed.end(), recency_, entry);
  }

  // Waits until the flight is done, the operation is cancelled or its deadline passes.
  static absl::Status Await(Flight& flight, const Operation& operation) {
    AboutToWait();
    const int listener = operation.cancellation->AddListener([&flight] {
      // Touching the mutex makes the waiter evaluate its condition again.
      absl::MutexLock lock(&flight.mutex);
    });
    {
      absl::MutexLock lock(&flight.mutex);
      const auto ready = [&]() ABSL_EXCLUSIVE_LOCKS_REQUIRED(flight.mutex) {
        return flight.done || operation.cancellation->cancelled();
      };
      flight.mutex.AwaitWithDeadline(absl::Condition(&ready), operation.deadline);
    }
    operation.cancellation->RemoveListener(listener);
    absl::MutexLock lock(&flight.mutex);
    if (flight.done) return absl::OkStatus();
    absl::Status status = operation.Check();
    return status.ok() ? MakeError(ErrorCategory::kDeadline, "the request's deadline has passed") : status;
  }

  const uint64_t budget_bytes_;
  const absl::Duration max_age_;
  mutable absl::Mutex mutex_;
  std::list<Entry> recency_ ABSL_GUARDED_BY(mutex_);  // Most recently used first.
  absl::flat_hash_map<std::string, typename std::list<Entry>::iterator> entries_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, std::shared_ptr<Flight>> flights_ ABSL_GUARDED_BY(mutex_);
  ByteCacheStats stats_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace vitrine

#endif  // VITRINE_BASE_BYTE_CACHE_H_
