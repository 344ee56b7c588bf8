#ifndef VITRINE_SERVICE_HANDLER_SELECT_VOLUME_H_
#define VITRINE_SERVICE_HANDLER_SELECT_VOLUME_H_

// Which volume of a target a request means.

#include <cstddef>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "dicom/volume_frames.h"
#include "dicom/volume_plan.h"
#include "vitrine/v1/render_service.pb.h"

namespace vitrine::service {

// The part of a request that can be checked without metadata: UIDs, frame numbers only with an instance, reference and
// matching not together. kInvalidRequest.
absl::Status CheckVolumeRequest(const v1::Target& target, const v1::VolumeInput& input);

// The volumes that a target's `metadata`, a DICOM JSON array, describe, of the frames that the target and the input's
// matching leave. kInvalidRequest where nothing is left or the matching cannot be meant; kNotFound for frame numbers
// that the instance does not have; kArchiveProtocol for metadata that are not DICOM JSON.
absl::StatusOr<dicom::VolumePlans> ReadVolumes(absl::string_view metadata, const v1::Target& target,
                                               const v1::VolumeInput& input);

// The same of frames that are known already.
absl::StatusOr<dicom::VolumePlans> PlanTarget(std::vector<dicom::VolumeFrame> frames, const v1::Target& target);

struct VolumeChoice {
  size_t volume = 0;        // Of VolumePlans::volumes.
  int reference_slice = 0;  // The slice that the input refers to, else the middle one.
};

// kInvalidRequest where the input's reference is not in the target or belongs to no volume, or where there are none or,
// without a reference, several, with the reasons or their number.
absl::StatusOr<VolumeChoice> ChooseVolume(const dicom::VolumePlans& plans, const v1::VolumeInput& input);

// Fills in `volumes` and `left_out` from a series' metadata.
absl::Status DescribeVolumes(absl::string_view metadata, v1::DescribeSeriesResponse& response);

// Equal for plans of the same slices on the same lattice.
std::string Identity(const dicom::VolumePlan& plan);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_SELECT_VOLUME_H_
