#ifndef VITRINE_SERVICE_HANDLER_CONTENT_HASH_H_
#define VITRINE_SERVICE_HANDLER_CONTENT_HASH_H_

// SourceVolume::content_hash: the same for the same bytes, whichever way they came.

#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "xxhash.h"

namespace vitrine::service {

// Of one instance's file.
inline uint64_t InstanceHash(absl::string_view file) { return XXH3_64bits(file.data(), file.size()); }

// Of a volume, from the hashes of its instances, in the order in which its slices first need them.
inline uint64_t VolumeHash(const std::vector<uint64_t>& instances) {
  return XXH3_64bits(instances.data(), instances.size() * sizeof(uint64_t));
}

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_CONTENT_HASH_H_
