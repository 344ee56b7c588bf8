#ifndef VITRINE_SERVICE_HTTP_EPOLL_H_
#define VITRINE_SERVICE_HTTP_EPOLL_H_

#include <cstdint>

#include "absl/status/statusor.h"

namespace vitrine::http {

// epoll(7). Thread-safe. A descriptor that is closed, with all its duplicates, leaves by itself.
class Epoll {
 public:
  static absl::StatusOr<Epoll> Create();
  Epoll(Epoll&& other) noexcept;
  Epoll& operator=(Epoll&&) = delete;
  ~Epoll();

  // Watches for `events` (EPOLLIN and so on); Wait() gives `tag`, not 0, back. False where the kernel can watch no
  // more.
  [[nodiscard]] bool Add(int descriptor, uint32_t events, uint64_t tag);
  // Again, for a descriptor that was added with EPOLLONESHOT.
  void Rearm(int descriptor, uint32_t events, uint64_t tag);
  void Remove(int descriptor);

  // The tag of one descriptor that has something to tell; 0 where there is none. Blocks when told to.
  uint64_t Wait(bool block);

  // Readable while Wait() has something to give.
  int descriptor() const { return descriptor_; }

 private:
  explicit Epoll(int descriptor) : descriptor_(descriptor) {}

  int descriptor_;
};

}  // namespace vitrine::http

#endif  // VITRINE_SERVICE_HTTP_EPOLL_H_
