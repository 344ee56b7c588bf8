#ifndef VITRINE_SERVICE_HANDLER_VOLUME_MATCH_H_
#define VITRINE_SERVICE_HANDLER_VOLUME_MATCH_H_

// Attribute matching of the frames that form a volume (PS3.18 8.3.4.1, 8.3.5.3).

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "dicom/volume_frames.h"
#include "google/protobuf/map.h"

namespace vitrine::service {

struct MatchKey {
  uint32_t tag = 0;
  std::string vr;
  std::string value;  // Not empty.
};

// Names are keywords or tags of 8 hexadecimal digits. Values match as QIDO-RS has it (fetch/qido_match.h); numbers also
// as a range "a-b" with one or both ends, inclusive. Empty values and "*" match everything. kInvalidRequest for an
// attribute that is not known, a sequence, or a value that cannot be meant; the message names the attribute only.
absl::StatusOr<std::vector<MatchKey>> ParseMatch(const google::protobuf::Map<std::string, std::string>& match);

// Whether for every key one of the frame's values matches.
bool Matches(const std::vector<MatchKey>& keys, const dicom::FrameAttributes& frame);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_VOLUME_MATCH_H_
