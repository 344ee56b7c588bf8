#ifndef VITRINE_SERVICE_HANDLER_LOAD_WATCHERS_H_
#define VITRINE_SERVICE_HANDLER_LOAD_WATCHERS_H_

#include <map>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "service/handler/volume_source.h"

namespace vitrine::service {

// Who hears of the progress of which load, whichever caller leads it. Thread-safe.
class LoadWatchers {
 public:
  // Hears of the load of that key while it exists; `progress` may be empty, and must outlive it.
  class Watch {
   public:
    Watch(LoadWatchers& watchers, const std::string& key, const LoadProgress& progress) : watchers_(watchers) {
      absl::MutexLock lock(&watchers_.mutex_);
      place_ = progress ? watchers_.listeners_.emplace(key, &progress) : watchers_.listeners_.end();
    }
    Watch(const Watch&) = delete;
    Watch& operator=(const Watch&) = delete;
    ~Watch() {
      absl::MutexLock lock(&watchers_.mutex_);
      if (place_ != watchers_.listeners_.end()) watchers_.listeners_.erase(place_);
    }

   private:
    LoadWatchers& watchers_;
    std::multimap<std::string, const LoadProgress*>::iterator place_;
  };

  void Report(const std::string& key, double loaded) {
    absl::MutexLock lock(&mutex_);
    const auto [first, last] = listeners_.equal_range(key);
    for (auto listener = first; listener != last; ++listener) (*listener->second)(loaded);
  }

 private:
  absl::Mutex mutex_;
  std::multimap<std::string, const LoadProgress*> listeners_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_LOAD_WATCHERS_H_
