#ifndef VITRINE_BENCH_PROCESSOR_TIME_H_
#define VITRINE_BENCH_PROCESSOR_TIME_H_

#include <sys/resource.h>

namespace vitrine::bench {

// User and system time of this process so far, all its threads together.
inline double ProcessorMilliseconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  const auto milliseconds = [](const timeval& t) { return 1e3 * t.tv_sec + 1e-3 * t.tv_usec; };
  return milliseconds(usage.ru_utime) + milliseconds(usage.ru_stime);
}

}  // namespace vitrine::bench

#endif  // VITRINE_BENCH_PROCESSOR_TIME_H_
