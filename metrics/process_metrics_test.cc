#include "metrics/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <ctime>
#include <thread>
#include <vector>

#include "gtest/gtest.h"

namespace vitrine::metrics {
namespace {

TEST(ProcessMetrics, OpenFdsFollowTheDescriptors) {
  const uint64_t before = ReadProcessValues().open_fds;
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  EXPECT_EQ(ReadProcessValues().open_fds, before + 2);
  close(ends[0]);
  close(ends[1]);
  EXPECT_EQ(ReadProcessValues().open_fds, before);
}

TEST(ProcessMetrics, CpuTimeAgreesWithGetrusage) {
  const std::clock_t end = std::clock() + CLOCKS_PER_SEC / 10;
  while (std::clock() < end) {
  }
  rusage usage = {};
  ASSERT_EQ(getrusage(RUSAGE_SELF, &usage), 0);
  const double expected =
      usage.ru_utime.tv_sec + usage.ru_stime.tv_sec + 1e-6 * (usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
  EXPECT_NEAR(ReadProcessValues().cpu_seconds, expected, 0.05);
}

TEST(ProcessMetrics, ResidentMemoryGrowsWithWhatIsTouched) {
  constexpr uint64_t kBytes = 64 << 20;
  const uint64_t before = ReadProcessValues().resident_bytes;
  std::vector<char> touched(kBytes, 1);
  const ProcessValues after = ReadProcessValues();
  EXPECT_GE(after.resident_bytes, before + kBytes * 9 / 10);
  EXPECT_GE(after.virtual_bytes, after.resident_bytes);
  EXPECT_EQ(touched.back(), 1);
}

TEST(ProcessMetrics, ThreadsAndLimits) {
  EXPECT_GE(ReadProcessValues().threads, 1u);
  std::thread thread([] { EXPECT_GE(ReadProcessValues().threads, 2u); });
  thread.join();
  rlimit limit = {};
  ASSERT_EQ(getrlimit(RLIMIT_NOFILE, &limit), 0);
  EXPECT_EQ(ReadProcessValues().max_fds, limit.rlim_cur);
}

TEST(ProcessMetrics, StartedInTheRecentPast) {
  const double now = std::chrono::duration<double>(std::chrono::system_clock::now().time_since_epoch()).count();
  const double start = ReadProcessValues().start_time_seconds;
  EXPECT_LE(start, now + 2);  // The kernel rounds its boot time to a second.
  EXPECT_GE(start, now - 600);
}

}  // namespace
}  // namespace vitrine::metrics
