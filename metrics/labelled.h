#ifndef VITRINE_METRICS_LABELLED_H_
#define VITRINE_METRICS_LABELLED_H_

// A prometheus-cpp family with its series at hand: Family::Add() builds labels and a metric for each call even where
// the series exists; here a known series costs one look-up under a shared lock and no allocation.

#include <array>
#include <cstddef>
#include <functional>
#include <string>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/hash/hash.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "prometheus/family.h"
#include "prometheus/labels.h"

namespace vitrine::metrics {

// `kLabels` label names. Thread-safe. The family outlives it.
template <typename Metric, size_t kLabels>
class Labelled {
 public:
  using Values = std::array<absl::string_view, kLabels>;

  // `arguments` go to the constructor of each Metric.
  template <typename... Arguments>
  Labelled(prometheus::Family<Metric>& family, std::array<const char*, kLabels> names, Arguments... arguments)
      : names_(names), add_([&family, arguments...](const prometheus::Labels& labels) -> Metric& {
          return family.Add(labels, arguments...);
        }) {}

  Metric& At(const Values& values) {
    {
      absl::ReaderMutexLock lock(&mutex_);
      if (const auto found = series_.find(values); found != series_.end()) return *found->second;
    }
    prometheus::Labels labels;
    Key key;
    for (size_t i = 0; i < kLabels; ++i) {
      key[i] = std::string(values[i]);
      labels[names_[i]] = key[i];
    }
    absl::MutexLock lock(&mutex_);
    return *series_.try_emplace(std::move(key), &add_(labels)).first->second;
  }

 private:
  using Key = std::array<std::string, kLabels>;

  static Values View(const Values& values) { return values; }
  static Values View(const Key& key) {
    Values values;
    for (size_t i = 0; i < kLabels; ++i) values[i] = key[i];
    return values;
  }
  struct Hash {
    using is_transparent = void;
    template <typename T>
    size_t operator()(const T& key) const {
      return absl::Hash<Values>()(View(key));
    }
  };
  struct Equal {
    using is_transparent = void;
    template <typename T, typename U>
    bool operator()(const T& a, const U& b) const {
      return View(a) == View(b);
    }
  };

  const std::array<const char*, kLabels> names_;
  const std::function<Metric&(const prometheus::Labels&)> add_;
  absl::Mutex mutex_;
  absl::flat_hash_map<Key, Metric*, Hash, Equal> series_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace vitrine::metrics

#endif  // VITRINE_METRICS_LABELLED_H_
