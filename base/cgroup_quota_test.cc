#include "base/cgroup_quota.h"

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <limits>
#include <string>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"

namespace vitrine {
namespace {

namespace fs = std::filesystem;

constexpr double kNone = std::numeric_limits<double>::infinity();

// A made-up file system.
class CgroupQuotaTest : public ::testing::Test {
 protected:
  CgroupQuotaTest() : root_(fs::path(::testing::TempDir()) / absl::StrCat("cgroup_quota_", getpid())) {}
  ~CgroupQuotaTest() override { fs::remove_all(root_); }

  void Write(const std::string& path, const std::string& text) {
    const fs::path file = root_.string() + path;
    fs::create_directories(file.parent_path());
    std::ofstream(file) << text;
  }

  double Quota() const { return CgroupCpuQuota(root_.string()); }

  const fs::path root_;
};

TEST_F(CgroupQuotaTest, NoCgroups) { EXPECT_EQ(Quota(), kNone); }

TEST_F(CgroupQuotaTest, V2WithoutAQuota) {
  Write("/proc/self/cgroup", "0::/system.slice/vitrine.service\n");
  Write("/sys/fs/cgroup/system.slice/cpu.max", "max 100000\n");
  Write("/sys/fs/cgroup/system.slice/vitrine.service/cpu.max", "max 100000\n");
  EXPECT_EQ(Quota(), kNone);
}

TEST_F(CgroupQuotaTest, V2OfAServiceOfTheMachine) {
  Write("/proc/self/cgroup", "0::/system.slice/vitrine.service\n");
  Write("/sys/fs/cgroup/system.slice/cpu.max", "max 100000\n");
  Write("/sys/fs/cgroup/system.slice/vitrine.service/cpu.max", "150000 100000\n");
  Write("/sys/fs/cgroup/system.slice/other.service/cpu.max", "10000 100000\n");
  EXPECT_DOUBLE_EQ(Quota(), 1.5);
}

TEST_F(CgroupQuotaTest, V2TheLowestOfTheAncestorsCounts) {
  Write("/proc/self/cgroup", "0::/a/b/c\n");
  Write("/sys/fs/cgroup/a/cpu.max", "400000 100000\n");
  Write("/sys/fs/cgroup/a/b/cpu.max", "50000 20000\n");
  Write("/sys/fs/cgroup/a/b/c/cpu.max", "300000 100000\n");
  EXPECT_DOUBLE_EQ(Quota(), 2.5);
}

TEST_F(CgroupQuotaTest, V2OfAContainerWithANamespace) {
  Write("/proc/self/cgroup", "0::/\n");
  Write("/sys/fs/cgroup/cpu.max", "200000 100000\n");
  EXPECT_DOUBLE_EQ(Quota(), 2);
}

TEST_F(CgroupQuotaTest, V2OfAContainerThatSeesTheMachinesPath) {
  Write("/proc/self/cgroup", "0::/docker/0123456789ab\n");
  Write("/sys/fs/cgroup/cpu.max", "300000 100000\n");
  EXPECT_DOUBLE_EQ(Quota(), 3);
}

TEST_F(CgroupQuotaTest, V2OutsideOfItsNamespace) {
  Write("/proc/self/cgroup", "0::/../other\n");
  Write("/sys/fs/cgroup/cpu.max", "300000 100000\n");
  Write("/sys/fs/other/cpu.max", "100000 100000\n");
  EXPECT_DOUBLE_EQ(Quota(), 3);
}

TEST_F(CgroupQuotaTest, V1) {
  Write("/proc/self/cgroup", "12:pids:/p\n4:cpu,cpuacct:/docker/0123\n1:name=systemd:/s\n0::/s\n");
  Write("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "-1\n");
  Write("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(Quota(), kNone);
  Write("/sys/fs/cgroup/cpu/docker/cpu.cfs_quota_us", "350000\n");
  Write("/sys/fs/cgroup/cpu/docker/cpu.cfs_period_us", "100000\n");
  EXPECT_DOUBLE_EQ(Quota(), 3.5);
  Write("/sys/fs/cgroup/cpu/docker/0123/cpu.cfs_quota_us", "25000\n");
  Write("/sys/fs/cgroup/cpu/docker/0123/cpu.cfs_period_us", "50000\n");
  EXPECT_DOUBLE_EQ(Quota(), 0.5);
}

TEST_F(CgroupQuotaTest, V1OfAContainerThatSeesTheMachinesPath) {
  Write("/proc/self/cgroup", "4:cpuacct,cpu:/docker/0123\n");
  Write("/sys/fs/cgroup/cpu/cpu.cfs_quota_us", "200000\n");
  Write("/sys/fs/cgroup/cpu/cpu.cfs_period_us", "100000\n");
  EXPECT_DOUBLE_EQ(Quota(), 2);
}

TEST_F(CgroupQuotaTest, NonsenseIsNoQuota) {
  Write("/proc/self/cgroup", "0::/a/b/c/d\n");
  Write("/sys/fs/cgroup/cpu.max", "0 100000\n");
  Write("/sys/fs/cgroup/a/cpu.max", "100000 0\n");
  Write("/sys/fs/cgroup/a/b/cpu.max", "nan 100000\n");
  Write("/sys/fs/cgroup/a/b/c/cpu.max", "");
  Write("/sys/fs/cgroup/a/b/c/d/cpu.max", "-5 100000\n");
  EXPECT_EQ(Quota(), kNone);
}

}  // namespace
}  // namespace vitrine
