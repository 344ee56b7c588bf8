#include "metrics/families.h"

#include <cstdint>

#include "prometheus/client_metric.h"
#include "prometheus/metric_type.h"

namespace vitrine::metrics {
namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;

ClientMetric Sample(MetricType type, double value, const prometheus::Labels& labels = {}) {
  ClientMetric metric;
  for (const auto& [name, text] : labels) metric.label.push_back({name, text});
  (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  return metric;
}

void AppendSingle(const char* name, const char* help, MetricType type, double value, Families& families) {
  families.push_back({name, help, type, {Sample(type, value)}});
}

struct CacheColumn {
  const char* name;
  const char* help;
  MetricType type;
  uint64_t CacheValues::*value;
};

constexpr CacheColumn kCacheColumns[] = {
    {"vitrine_cache_hits_total", "Look-ups that the cache answered.", MetricType::Counter, &CacheValues::hits},
    {"vitrine_cache_misses_total", "Loads started.", MetricType::Counter, &CacheValues::misses},
    {"vitrine_cache_joins_total", "Look-ups that waited for another one's load.", MetricType::Counter,
     &CacheValues::joins},
    {"vitrine_cache_evictions_total", "Entries let go for others.", MetricType::Counter, &CacheValues::evictions},
    {"vitrine_cache_bytes", "Memory charged now.", MetricType::Gauge, &CacheValues::bytes},
    {"vitrine_cache_budget_bytes", "Memory that may be charged.", MetricType::Gauge, &CacheValues::budget_bytes},
    {"vitrine_cache_entries", "Entries now.", MetricType::Gauge, &CacheValues::entries},
};

}  // namespace

void AppendCaches(const std::vector<std::pair<std::string, CacheValues>>& caches, Families& families) {
  if (caches.empty()) return;
  for (const CacheColumn& column : kCacheColumns) {
    MetricFamily family{column.name, column.help, column.type, {}};
    for (const auto& [cache, values] : caches) {
      family.metric.push_back(Sample(column.type, static_cast<double>(values.*column.value), {{"cache", cache}}));
    }
    families.push_back(std::move(family));
  }
}

void AppendSlots(const SlotValues& values, Families& families) {
  AppendSingle("vitrine_cpu_slots", "Requests that may compute at once.", MetricType::Gauge, values.slots, families);
  AppendSingle("vitrine_cpu_slots_busy", "Requests that compute now.", MetricType::Gauge, values.busy, families);
  AppendSingle("vitrine_queue_depth", "Requests that wait for a slot.", MetricType::Gauge, values.queued, families);
  AppendSingle("vitrine_queue_refused_total", "Requests refused because the queue was full.", MetricType::Counter,
               static_cast<double>(values.refused), families);
}

void AppendProcess(const ProcessValues& values, Families& families) {
  const auto gauge = [&](const char* name, const char* help, double value) {
    AppendSingle(name, help, MetricType::Gauge, value, families);
  };
  AppendSingle("process_cpu_seconds_total", "User and system CPU time spent.", MetricType::Counter, values.cpu_seconds,
               families);
  gauge("process_resident_memory_bytes", "Resident memory.", static_cast<double>(values.resident_bytes));
  gauge("process_virtual_memory_bytes", "Virtual memory.", static_cast<double>(values.virtual_bytes));
  gauge("process_open_fds", "Open file descriptors.", static_cast<double>(values.open_fds));
  gauge("process_max_fds", "Limit on open file descriptors.", static_cast<double>(values.max_fds));
  gauge("process_threads", "Threads.", static_cast<double>(values.threads));
  gauge("process_start_time_seconds", "Start time since the Unix epoch.", values.start_time_seconds);
}

void AppendInfo(const std::string& name, const std::string& help, const prometheus::Labels& labels,
                Families& families) {
  if (labels.empty()) return;
  families.push_back({name, help, MetricType::Gauge, {Sample(MetricType::Gauge, 1, labels)}});
}

}  // namespace vitrine::metrics
