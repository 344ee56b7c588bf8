#ifndef VITRINE_SERVICE_VIRTUAL_SERIES_PLAN_VIRTUAL_STUDY_H_
#define VITRINE_SERVICE_VIRTUAL_SERIES_PLAN_VIRTUAL_STUDY_H_

// Which virtual series a study has.

#include <string>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "fetch/archive.h"
#include "nlohmann/json.hpp"
#include "service/virtual_series/virtual_series.h"

namespace vitrine::service {

// The metadata of one instance, a DICOM JSON object.
using InstanceMetadata = absl::FunctionRef<absl::StatusOr<nlohmann::json>(const fetch::ResourcePath&)>;

// Four series for each volume of at least 16 slices in `metadata`, the DICOM JSON of a study in that archive, for eight
// volumes at most:
//   two stacks of planes along the patient's axes, those two of axial, coronal and sagittal in which the volume was not
//   acquired; pixels are square and as large as the smallest voxel spacing, at least 1/1024 of the wider side; at most
//   256 images, each a whole number of pixels from the next;
//   a stack of maximum intensity slabs of 10 mm, 5 mm apart, in the third of these directions (none where the volume is
//   thinner than two slabs);
//   a turn of 36 pictures around the patient's axis.
// Volumes whose stored values need more than 16 bits have the turn alone. The attributes of the middle slice that
// describe patient, study, equipment, acquisition and frame of reference are taken over; `instance` is asked for them.
// kArchiveProtocol for what is no DICOM JSON.
absl::StatusOr<VirtualStudy> PlanVirtualStudy(absl::string_view metadata, absl::string_view archive,
                                              absl::string_view study_instance_uid, InstanceMetadata instance);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_VIRTUAL_SERIES_PLAN_VIRTUAL_STUDY_H_
