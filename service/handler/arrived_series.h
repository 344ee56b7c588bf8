#ifndef VITRINE_SERVICE_HANDLER_ARRIVED_SERIES_H_
#define VITRINE_SERVICE_HANDLER_ARRIVED_SERIES_H_

// The images of a series in the order in which they came, decoded, and the volume that they make.

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/time.h"
#include "base/memory_budget.h"
#include "base/parallel.h"
#include "dicom/volume_frames.h"
#include "dicom/volume_plan.h"
#include "image/tone_curve.h"
#include "image/unordered_slices.h"
#include "service/handler/volume_source.h"

namespace vitrine::service {

// One image, all but its samples.
struct ArrivedImage {
  dicom::VolumeFrame frame;
  int place = 0;  // Of its samples, among the slices.
  image::ToneCurve tone;
  std::vector<image::Window> windows;  // As SourceVolume has them.
  std::string modality;
  std::string unit;
  uint64_t content_hash = 0;
};

// Movable.
struct ArrivedSeries {
  absl::Time fetched;  // When its load began.
  std::vector<ArrivedImage> images;
  std::optional<image::UnorderedSlices> slices;  // Of the images, each at its place.
  MemoryBudget::Reservation reservation;         // For a volume of all slices.
};

// The volume of a plan that was made from the images' frames, with the windows of its slice `window_slice`. nullopt
// where the plan leaves images out, interpolates slices or has another type, or the images differ in rescale: then the
// slices cannot stay as they are. `series` has no slices afterwards.
std::optional<SourceVolume> ArrangeSeries(ArrivedSeries& series, const dicom::VolumePlan& plan, int window_slice,
                                          Parallel& parallel);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_ARRIVED_SERIES_H_
