#ifndef VITRINE_SERVICE_HANDLER_CACHE_METRICS_H_
#define VITRINE_SERVICE_HANDLER_CACHE_METRICS_H_

// Where caches and CPU slots meet the metrics, which know neither.

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/byte_cache.h"
#include "base/cpu_slots.h"
#include "metrics/metrics.h"
#include "service/handler/span_timer.h"

namespace vitrine::service {

// The cache must outlive the metrics' last scrape.
template <typename Value>
void ExportCache(metrics::Metrics& metrics, absl::string_view name, const ByteCache<Value>& cache) {
  metrics.RegisterCache(name, [&cache] {
    const ByteCacheStats stats = cache.stats();
    return metrics::CacheValues{stats.hits,  stats.misses,         stats.joins,  stats.evictions,
                                stats.bytes, cache.budget_bytes(), stats.entries};
  });
}

// CpuSlots::Acquire() with the wait measured as the queue span.
inline absl::StatusOr<CpuSlots::Lease> AcquireSlot(CpuSlots& slots, const Operation& operation,
                                                   metrics::Metrics& metrics, Timings& timings, int places = 1) {
  const SpanTimer timer(metrics, metrics::Span::kQueue, timings);
  return slots.Acquire(operation, places);
}

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_CACHE_METRICS_H_
