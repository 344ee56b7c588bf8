#include "service/handler/coarse_selection.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>
#include <vector>

namespace vitrine::service {
namespace {

constexpr int kShare = 10;
constexpr int kFewest = 8;
constexpr int kMost = 27;

// The slice that lies nearest to `place`, in the lattice's slice coordinates.
int NearestSlice(const std::vector<double>& places, double place) {
  const auto above = std::lower_bound(places.begin(), places.end(), place);
  if (above == places.begin()) return 0;
  if (above == places.end() || place - *(above - 1) < *above - place)
    return static_cast<int>(above - places.begin()) - 1;
  return static_cast<int>(above - places.begin());
}

}  // namespace

std::optional<VolumeSelection> CoarseSelection(const VolumeSelection& selection) {
  const dicom::VolumePlan& plan = *selection.plan;
  const int slices = static_cast<int>(plan.slices.size());
  if (slices <= 2 * kFewest || plan.slices.front().instance->NumberOfFrames > 1) return std::nullopt;
  const int count = std::clamp(slices / kShare, kFewest, kMost);
  // So many of the lattice's slices are one of the coarse lattice's.
  const double ratio = static_cast<double>(plan.lattice.slices) / count;
  auto coarse = std::make_shared<dicom::VolumePlan>(plan);
  coarse->slices.clear();
  coarse->places.clear();
  coarse->lattice.slices = count;
  coarse->lattice.slice_step = ratio * plan.lattice.slice_step;
  coarse->lattice.origin = plan.lattice.origin + (ratio - 1) / 2 * plan.lattice.slice_step;
  for (int k = 0; k < count; ++k) {
    coarse->slices.push_back(plan.slices[NearestSlice(plan.places, (k + 0.5) * ratio - 0.5)]);
    coarse->places.push_back(k);
  }
  VolumeSelection result = selection;
  const double window_place = plan.places[selection.window_slice];
  result.window_slice = std::clamp(static_cast<int>(std::floor((window_place + 0.5) / ratio)), 0, count - 1);
  coarse->slices[result.window_slice] = plan.slices[selection.window_slice];
  result.plan = std::move(coarse);
  return result;
}

}  // namespace vitrine::service
