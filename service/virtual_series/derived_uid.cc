#include "service/virtual_series/derived_uid.h"

#include <algorithm>
#include <cstdint>

#include "absl/strings/match.h"
#include "absl/strings/strip.h"
#include "xxhash.h"

namespace vitrine::service {
namespace {

__extension__ using Uint128 = unsigned __int128;

constexpr absl::string_view kRoot = "2.25.";
constexpr uint64_t kSealSeed = 0x56697472696e65;  // "Vitrine".
constexpr uint64_t kSealBits = (uint64_t{1} << 48) - 1;
constexpr uint64_t kVariant = uint64_t{2} << 62;  // RFC 9562, as the next.
constexpr uint64_t kVersionMask = uint64_t{0xF} << 12;
constexpr uint64_t kVersion = uint64_t{8} << 12;

// The last 48 bits of the UUID, from its first 80.
uint64_t SealOf(uint64_t high, uint64_t low) {
  const uint64_t parts[2] = {high, low >> 48};
  return XXH3_64bits_withSeed(parts, sizeof(parts), kSealSeed) & kSealBits;
}

std::string Decimal(Uint128 value) {
  std::string digits;
  do {
    digits.push_back(static_cast<char>('0' + static_cast<int>(value % 10)));
    value /= 10;
  } while (value != 0);
  std::reverse(digits.begin(), digits.end());
  return digits;
}

}  // namespace

std::string DerivedUid(absl::string_view name) {
  const XXH128_hash_t hash = XXH3_128bits(name.data(), name.size());
  const uint64_t high = (hash.high64 & ~kVersionMask) | kVersion;
  const uint64_t low = (hash.low64 >> 2 & ~kSealBits) | kVariant;
  return std::string(kRoot) + Decimal(Uint128{high} << 64 | low | SealOf(high, low));
}

bool IsDerivedUid(absl::string_view uid) {
  if (!absl::ConsumePrefix(&uid, kRoot) || uid.empty() || uid.size() > 39) return false;
  Uint128 value = 0;
  for (const char c : uid) {
    const auto digit = static_cast<unsigned>(c - '0');
    if (digit > 9 || value > (~Uint128{0} - digit) / 10) return false;
    value = value * 10 + digit;
  }
  const auto high = static_cast<uint64_t>(value >> 64);
  const auto low = static_cast<uint64_t>(value);
  return (high & kVersionMask) == kVersion && low >> 62 == 2 && (low & kSealBits) == SealOf(high, low);
}

}  // namespace vitrine::service
