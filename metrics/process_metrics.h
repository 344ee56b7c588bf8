#ifndef VITRINE_METRICS_PROCESS_METRICS_H_
#define VITRINE_METRICS_PROCESS_METRICS_H_

// What the kernel says about this process, under the names that Prometheus clients agree on.

#include <cstdint>

namespace vitrine::metrics {

// What could not be read is 0.
struct ProcessValues {
  double cpu_seconds = 0;  // User and system.
  uint64_t resident_bytes = 0;
  uint64_t virtual_bytes = 0;
  uint64_t open_fds = 0;
  uint64_t max_fds = 0;
  uint64_t threads = 0;
  double start_time_seconds = 0;  // Since the Unix epoch.
};

// From /proc/self. Thread-safe.
ProcessValues ReadProcessValues();

}  // namespace vitrine::metrics

#endif  // VITRINE_METRICS_PROCESS_METRICS_H_
