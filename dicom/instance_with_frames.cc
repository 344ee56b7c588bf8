#include "dicom/instance_with_frames.h"

#include <cstdint>
#include <utility>

#include "absl/strings/str_format.h"
#include "base/status_macros.h"
#include "dicom/dataset.h"
#include "dicom/dicom_json.h"
#include "dicom/json_writer.h"
#include "dicom/part10.h"
#include "dicom/read_instance.h"
#include "nlohmann/json.hpp"

namespace vitrine::dicom {

absl::StatusOr<InstanceWithFrames> ParseInstanceWithFrames(Bytes bytes, const Limits& limits) {
  VITRINE_ASSIGN_OR_RETURN(Part10 part10, ScanPart10(std::move(bytes), limits));
  VITRINE_ASSIGN_OR_RETURN(Dataset dataset, Dataset::Parse(part10));
  InstanceWithFrames result;
  VITRINE_ASSIGN_OR_RETURN(result.instance, ReadInstance(std::move(part10), dataset, limits));
  auto metadata = nlohmann::json::object();
  const auto wanted = [](uint32_t tag) { return VolumeFrameTags().contains(tag); };
  JsonWriter(wanted, kMaxValueBytes).Write(dataset.dcmtk(), [&](uint32_t tag, nlohmann::json attribute) {
    metadata.emplace(absl::StrFormat("%08X", tag), std::move(attribute));
  });
  result.frames = ReadInstanceFrames(metadata);
  return result;
}

}  // namespace vitrine::dicom
