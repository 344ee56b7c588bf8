#ifndef VITRINE_BASE_CGROUP_QUOTA_H_
#define VITRINE_BASE_CGROUP_QUOTA_H_

// How much processor time the kernel's control groups grant to this process.

#include <string>

namespace vitrine {

// The lowest CPU quota of the process's cgroup and its ancestors, in processors (2.5 means 250 ms in every 100 ms):
// v2 cpu.max below <root>/sys/fs/cgroup, v1 cpu.cfs_quota_us below <root>/sys/fs/cgroup/cpu, each at the path that
// <root>/proc/self/cgroup names. Where the hierarchy is seen from inside a container, folders of that path may be
// missing: those that are there count. Infinity where there is no quota. `root`: "" but in tests.
double CgroupCpuQuota(const std::string& root = "");

}  // namespace vitrine

#endif  // VITRINE_BASE_CGROUP_QUOTA_H_
