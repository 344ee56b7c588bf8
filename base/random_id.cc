#include "base/random_id.h"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>

namespace vitrine {

namespace {

constexpr size_t kIdBytes = 16;

// The kernel is asked for many at a time: a call costs as much as the rest of what is done for a request.
std::array<uint8_t, kIdBytes> RandomBytes() {
  thread_local std::array<uint8_t, 16 * kIdBytes> store;  // As many as the kernel gives without being interrupted.
  thread_local size_t left = 0;
  if (left == 0) {
    left = store.size();
    // Without random numbers no request could be told from another.
    if (getrandom(store.data(), left, 0) != static_cast<ssize_t>(left)) std::abort();
  }
  left -= kIdBytes;
  std::array<uint8_t, kIdBytes> bytes;
  std::copy_n(store.begin() + left, kIdBytes, bytes.begin());
  return bytes;
}

}  // namespace

std::string RandomId() {
  std::array<uint8_t, kIdBytes> bytes = RandomBytes();
  bytes[15] |= bytes == std::array<uint8_t, kIdBytes>{};
  constexpr char kDigits[] = "0123456789abcdef";
  std::string id(2 * bytes.size(), '0');
  for (size_t i = 0; i < bytes.size(); ++i) {
    id[2 * i] = kDigits[bytes[i] >> 4];
    id[2 * i + 1] = kDigits[bytes[i] & 15];
  }
  return id;
}

}  // namespace vitrine
