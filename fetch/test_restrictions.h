#ifndef VITRINE_FETCH_TEST_RESTRICTIONS_H_
#define VITRINE_FETCH_TEST_RESTRICTIONS_H_

// Processes that may not read a file, also where root runs the tests, or have no file descriptors left. Tests only.

#include <linux/capability.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace vitrine::fetch {

// While it lives, file permissions hold for the constructing thread and for the threads that this starts, whoever runs
// them. The owner of a file may still change its permissions. To be destroyed by the same thread.
class WithoutPrivileges {
 public:
  WithoutPrivileges() {
    syscall(SYS_capget, &header_, before_);
    __user_cap_data_struct reduced[_LINUX_CAPABILITY_U32S_3] = {before_[0], before_[1]};
    reduced[0].effective &= ~((1u << CAP_DAC_OVERRIDE) | (1u << CAP_DAC_READ_SEARCH));
    syscall(SYS_capset, &header_, reduced);
  }
  ~WithoutPrivileges() { syscall(SYS_capset, &header_, before_); }
  WithoutPrivileges(const WithoutPrivileges&) = delete;
  WithoutPrivileges& operator=(const WithoutPrivileges&) = delete;

 private:
  __user_cap_header_struct header_ = {_LINUX_CAPABILITY_VERSION_3, 0};
  __user_cap_data_struct before_[_LINUX_CAPABILITY_U32S_3] = {};
};

// UndefinedBehaviorSanitizer needs file descriptors of its own and fails where there are none.
#ifdef __SANITIZE_ADDRESS__
constexpr bool kMayRunOutOfDescriptors = false;
#else
constexpr bool kMayRunOutOfDescriptors = true;
#endif

// While it lives, the process gets only so many file descriptors more.
class WithDescriptors {
 public:
  explicit WithDescriptors(int more) {
    getrlimit(RLIMIT_NOFILE, &before_);
    const int next = dup(STDOUT_FILENO);  // The lowest that is free.
    close(next);
    const rlimit tight = {static_cast<rlim_t>(next + more), before_.rlim_max};
    setrlimit(RLIMIT_NOFILE, &tight);
  }
  ~WithDescriptors() { setrlimit(RLIMIT_NOFILE, &before_); }
  WithDescriptors(const WithDescriptors&) = delete;
  WithDescriptors& operator=(const WithDescriptors&) = delete;

 private:
  rlimit before_ = {};
};

}  // namespace vitrine::fetch

#endif  // VITRINE_FETCH_TEST_RESTRICTIONS_H_
