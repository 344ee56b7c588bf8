#ifndef VITRINE_SERVICE_HANDLER_SELECT_VOLUME_H_
#define VITRINE_SERVICE_HANDLER_SELECT_VOLUME_H_

// Which volume of a target a request means.

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "dicom/volume_plan.h"
#include "vitrine/v1/render_service.pb.h"

namespace vitrine::service {

// The part of a request that can be checked without metadata: UIDs, frame numbers only with an instance, reference and
// matching not together. kInvalidRequest.
absl::Status CheckVolumeRequest(const v1::Target& target, const v1::VolumeInput& input);

struct ChosenVolume {
  dicom::VolumePlan plan;
  int reference_slice = 0;  // The slice that the input refers to, else the middle one.
};

// Chooses by the target's `metadata`, a DICOM JSON array: of the frames that target and input leave, those that form
// one volume. kInvalidRequest where the reference is not among them, or belongs to no volume, or none or several
// volumes are left, with the reasons or their number; kNotFound for frame numbers that the instance does not have;
// kArchiveProtocol for metadata that are not DICOM JSON.
absl::StatusOr<ChosenVolume> SelectVolume(absl::string_view metadata, const v1::Target& target,
                                          const v1::VolumeInput& input);

// Fills in `volumes` and `left_out` from a series' metadata.
absl::Status DescribeVolumes(absl::string_view metadata, v1::DescribeSeriesResponse& response);

// Equal for plans of the same slices on the same lattice.
std::string Identity(const dicom::VolumePlan& plan);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_SELECT_VOLUME_H_
