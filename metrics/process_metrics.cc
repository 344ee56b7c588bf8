#include "metrics/process_metrics.h"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <fstream>
#include <iterator>
#include <memory>
#include <sstream>
#include <string>

namespace vitrine::metrics {
namespace {

uint64_t CountOpenFds() {
  const std::unique_ptr<DIR, int (*)(DIR*)> directory(opendir("/proc/self/fd"), closedir);
  if (directory == nullptr) return 0;
  uint64_t entries = 0;
  while (readdir(directory.get()) != nullptr) ++entries;
  return entries - 3;  // ".", ".." and the directory itself.
}

// Seconds since the epoch at which the machine started, to the clock tick.
double BootTime() {
  std::ifstream file("/proc/stat");
  for (std::string key; file >> key; file.ignore(1 << 20, '\n')) {
    double seconds = 0;
    if (key == "btime" && file >> seconds) return seconds;
  }
  return 0;
}

// Fields of /proc/self/stat by their number in proc(5).
void ReadStat(ProcessValues& values) {
  std::ifstream file("/proc/self/stat");
  const std::string text((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  const size_t name_end = text.rfind(')');  // The name may hold blanks and parentheses.
  if (name_end == std::string::npos) return;
  std::istringstream fields(text.substr(name_end + 1));
  constexpr int kFirst = 3;
  constexpr int kLast = 24;
  double field[kLast + 1] = {};
  std::string state;
  fields >> state;
  for (int number = kFirst + 1; number <= kLast; ++number) fields >> field[number];
  const double tick = 1.0 / static_cast<double>(sysconf(_SC_CLK_TCK));
  values.cpu_seconds = (field[14] + field[15]) * tick;
  values.threads = static_cast<uint64_t>(field[20]);
  values.start_time_seconds = BootTime() + field[22] * tick;
  values.virtual_bytes = static_cast<uint64_t>(field[23]);
  values.resident_bytes = static_cast<uint64_t>(field[24]) * static_cast<uint64_t>(sysconf(_SC_PAGESIZE));
}

}  // namespace

ProcessValues ReadProcessValues() {
  ProcessValues values;
  ReadStat(values);
  values.open_fds = CountOpenFds();
  rlimit limit = {};
  if (getrlimit(RLIMIT_NOFILE, &limit) == 0) values.max_fds = limit.rlim_cur;
  return values;
}

}  // namespace vitrine::metrics
