#include "base/cgroup_quota.h"

#include <algorithm>
#include <fstream>
#include <limits>
#include <vector>

#include "absl/algorithm/container.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"

namespace vitrine {
namespace {

constexpr double kNone = std::numeric_limits<double>::infinity();

// "max", -1 and whatever else is no positive number are no quota.
double Processors(const std::string& quota, double period) {
  double limit = 0;
  return absl::SimpleAtod(quota, &limit) && limit > 0 && period > 0 ? limit / period : kNone;
}

double QuotaV2(const std::string& folder) {
  std::string quota;
  double period = 0;
  std::ifstream(folder + "/cpu.max") >> quota >> period;
  return Processors(quota, period);
}

double QuotaV1(const std::string& folder) {
  std::string quota;
  double period = 0;
  std::ifstream(folder + "/cpu.cfs_quota_us") >> quota;
  std::ifstream(folder + "/cpu.cfs_period_us") >> period;
  return Processors(quota, period);
}

// The lowest of `quota(folder)` from the mount point down to `path` below it.
double Lowest(double (*quota)(const std::string& folder), const std::string& mount, absl::string_view path) {
  std::string folder = mount;
  double lowest = quota(folder);
  for (const absl::string_view name : absl::StrSplit(path, '/', absl::SkipEmpty())) {
    if (name == "..") break;  // Out of what is mounted here.
    absl::StrAppend(&folder, "/", name);
    lowest = std::min(lowest, quota(folder));
  }
  return lowest;
}

}  // namespace

double CgroupCpuQuota(const std::string& root) {
  const std::string mount = root + "/sys/fs/cgroup";
  double lowest = kNone;
  std::ifstream memberships(root + "/proc/self/cgroup");
  // Each line is HIERARCHY:CONTROLLERS:PATH; version 2 has no controllers.
  for (std::string line; std::getline(memberships, line);) {
    const std::vector<absl::string_view> fields = absl::StrSplit(line, absl::MaxSplits(':', 2));
    if (fields.size() != 3) continue;
    if (fields[1].empty()) {
      lowest = std::min(lowest, Lowest(QuotaV2, mount, fields[2]));
    } else if (absl::c_linear_search(absl::StrSplit(fields[1], ','), "cpu")) {
      lowest = std::min(lowest, Lowest(QuotaV1, mount + "/cpu", fields[2]));
    }
  }
  return lowest;
}

}  // namespace vitrine
