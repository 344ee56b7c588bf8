#ifndef VITRINE_SERVICE_HANDLER_PLANNED_INSTANCE_H_
#define VITRINE_SERVICE_HANDLER_PLANNED_INSTANCE_H_

// What a volume's plan, made from metadata, has to do with the instances that the archive then sends.

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "dicom/instance_info.h"
#include "dicom/volume_frames.h"
#include "dicom/volume_plan.h"
#include "image/tone_curve.h"

namespace vitrine::service {

// kArchiveProtocol; `detail` says in which respect.
absl::Status SeriesChanged(absl::string_view detail);

// SeriesChanged() where the instance is not the one that the metadata described: study, series, instance, class,
// matrix, frames, photometric interpretation and, of a single frame, position, orientation and spacing. Those of
// several frames are for CheckPlannedFrames(): `info` has only the first one's.
absl::Status CheckPlannedInstance(const dicom::InstanceInfo& info, const std::string& study,
                                  const dicom::VolumeFrame& frame);

// SeriesChanged() where a frame that the plan takes from a multi-frame instance, whose frames are `frames`, has another
// position, orientation or spacing than planned. `slices` are indices into `plan.slices`.
absl::Status CheckPlannedFrames(const std::vector<dicom::VolumeFrame>& frames, const dicom::VolumePlan& plan,
                                absl::Span<const int> slices);

// The window that a frame with this curve is shown with by default, then the instance's others.
std::vector<image::Window> WindowsOf(const dicom::InstanceInfo& info, const image::ToneCurve& tone);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_PLANNED_INSTANCE_H_
