#ifndef VITRINE_SERVICE_HANDLER_PLANNED_INSTANCE_H_
#define VITRINE_SERVICE_HANDLER_PLANNED_INSTANCE_H_

// What a volume's plan, made from metadata, has to do with the instances that the archive then sends.

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "dicom/instance_info.h"
#include "dicom/volume_frames.h"
#include "image/tone_curve.h"

namespace vitrine::service {

// kArchiveProtocol; `detail` says in which respect.
absl::Status SeriesChanged(absl::string_view detail);

// SeriesChanged() where the instance is not the one that the metadata described: study, series, instance, class,
// matrix, frames, photometric interpretation and, of a single frame, position, orientation and spacing. Of the geometry
// of several frames `info` has only the first.
absl::Status CheckPlannedInstance(const dicom::InstanceInfo& info, const std::string& study,
                                  const dicom::VolumeFrame& frame);

// The window that a frame with this curve is shown with by default, then the instance's others.
std::vector<image::Window> WindowsOf(const dicom::InstanceInfo& info, const image::ToneCurve& tone);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_PLANNED_INSTANCE_H_
