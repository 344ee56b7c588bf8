#ifndef VITRINE_SERVICE_HANDLER_CINE_SEQUENCE_H_
#define VITRINE_SERVICE_HANDLER_CINE_SEQUENCE_H_

#include <optional>
#include <vector>

#include "absl/time/time.h"
#include "dicom/instance_info.h"
#include "vitrine/v1/render_service.pb.h"

namespace vitrine::service {

// The frames of a cine in their order; at least one.
struct CineSequence {
  std::vector<v1::RenderRequest> stills;  // Canonical.
  std::vector<absl::Duration> durations;  // Of each, at least 10 ms.
  size_t begin = 0;                       // The one that is shown first.
};

// In ms, of the frames of an instance on average, by its Frame Time Vector; nullopt where that says nothing of all
// `frames`.
std::optional<double> MeanFrameTime(const std::vector<double>& vector, int frames);

// How long the frames of an instance from `first` on, counted from 1, are shown: its own times (PS3.3 C.7.6.5), 100 ms
// where it has none. The last one of a Frame Time Vector, which says nothing of it, as long as the others on average.
std::vector<absl::Duration> FrameDurations(const dicom::InstanceInfo& info, int first, int count);

// So many frames at `rate` a second.
std::vector<absl::Duration> EvenDurations(int count, double rate);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_CINE_SEQUENCE_H_
