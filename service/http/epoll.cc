#include "service/http/epoll.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <cerrno>
#include <utility>

#include "absl/status/status.h"

namespace vitrine::http {

absl::StatusOr<Epoll> Epoll::Create() {
  const int descriptor = epoll_create1(EPOLL_CLOEXEC);
  if (descriptor < 0) return absl::ErrnoToStatus(errno, "epoll_create1");
  return Epoll(descriptor);
}

Epoll::Epoll(Epoll&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

Epoll::~Epoll() {
  if (descriptor_ >= 0) close(descriptor_);
}

bool Epoll::Add(int descriptor, uint32_t events, uint64_t tag) {
  epoll_event event = {};
  event.events = events;
  event.data.u64 = tag;
  return epoll_ctl(descriptor_, EPOLL_CTL_ADD, descriptor, &event) == 0;
}

void Epoll::Rearm(int descriptor, uint32_t events, uint64_t tag) {
  epoll_event event = {};
  event.events = events;
  event.data.u64 = tag;
  epoll_ctl(descriptor_, EPOLL_CTL_MOD, descriptor, &event);
}

void Epoll::Remove(int descriptor) { epoll_ctl(descriptor_, EPOLL_CTL_DEL, descriptor, nullptr); }

uint64_t Epoll::Wait(bool block) {
  epoll_event event = {};
  while (true) {
    const int count = epoll_wait(descriptor_, &event, 1, block ? -1 : 0);
    if (count == 1) return event.data.u64;
    if (count == 0 || errno != EINTR) return 0;
  }
}

}  // namespace vitrine::http
