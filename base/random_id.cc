#include "base/random_id.h"

#include <sys/random.h>

#include <array>
#include <cstdint>
#include <cstdlib>

namespace vitrine {

std::string RandomId() {
  std::array<uint8_t, 16> bytes = {};
  // So short a read is neither interrupted nor cut; without random numbers no request could be told from another.
  if (getrandom(bytes.data(), bytes.size(), 0) != static_cast<ssize_t>(bytes.size())) std::abort();
  bytes[15] |= bytes == std::array<uint8_t, 16>{};
  constexpr char kDigits[] = "0123456789abcdef";
  std::string id(2 * bytes.size(), '0');
  for (size_t i = 0; i < bytes.size(); ++i) {
    id[2 * i] = kDigits[bytes[i] >> 4];
    id[2 * i + 1] = kDigits[bytes[i] & 15];
  }
  return id;
}

}  // namespace vitrine
