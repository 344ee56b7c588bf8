#ifndef VITRINE_METRICS_FAMILIES_H_
#define VITRINE_METRICS_FAMILIES_H_

// Metrics that are read when a scrape comes, as prometheus-cpp's families.

#include <string>
#include <utility>
#include <vector>

#include "metrics/metrics.h"
#include "metrics/process_metrics.h"
#include "prometheus/labels.h"
#include "prometheus/metric_family.h"

namespace vitrine::metrics {

using Families = std::vector<prometheus::MetricFamily>;

// vitrine_cache_*{cache}; nothing where there is no cache.
void AppendCaches(const std::vector<std::pair<std::string, CacheValues>>& caches, Families& families);

// vitrine_cpu_slots, vitrine_cpu_slots_busy, vitrine_queue_depth, vitrine_queue_refused_total.
void AppendSlots(const SlotValues& values, Families& families);

// process_*.
void AppendProcess(const ProcessValues& values, Families& families);

// A gauge that is 1 and says what it has to say in its labels; nothing where there are none.
void AppendInfo(const std::string& name, const std::string& help, const prometheus::Labels& labels, Families& families);

}  // namespace vitrine::metrics

#endif  // VITRINE_METRICS_FAMILIES_H_
