#ifndef VITRINE_DICOM_INSTANCE_WITH_FRAMES_H_
#define VITRINE_DICOM_INSTANCE_WITH_FRAMES_H_

// An instance and what its header says of its frames as slices of a volume, from one reading of it.

#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "dicom/instance.h"
#include "dicom/limits.h"
#include "dicom/volume_frames.h"

namespace vitrine::dicom {

struct InstanceWithFrames {
  std::shared_ptr<const Instance> instance;
  // As ReadVolumeFrames() gives them from the archive's metadata; but text that is not UTF-8 stays as it is.
  std::vector<VolumeFrame> frames;
};

// Errors as Instance::Parse().
absl::StatusOr<InstanceWithFrames> ParseInstanceWithFrames(Bytes bytes, const Limits& limits);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_INSTANCE_WITH_FRAMES_H_
