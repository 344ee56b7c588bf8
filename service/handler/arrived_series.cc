#include "service/handler/arrived_series.h"

#include <atomic>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "image/volume_builder.h"
#include "service/handler/content_hash.h"
#include "service/handler/volume_appearance.h"

namespace vitrine::service {
namespace {

// For every slice of the plan the index of its image; empty where the plan does not have every image once.
std::vector<int> OrderOf(const std::vector<ArrivedImage>& images, const dicom::VolumePlan& plan) {
  if (plan.slices.size() != images.size() || !plan.is_even()) return {};
  absl::flat_hash_map<absl::string_view, int> index_of;
  for (size_t i = 0; i < images.size(); ++i) {
    index_of.emplace(images[i].frame.instance->SOPInstanceUID, static_cast<int>(i));
  }
  std::vector<int> order;
  for (const dicom::VolumeFrame& slice : plan.slices) {
    const auto found = index_of.find(slice.instance->SOPInstanceUID);
    if (found == index_of.end()) return {};
    order.push_back(found->second);
    index_of.erase(found);
  }
  return order;
}

}  // namespace

std::optional<SourceVolume> ArrangeSeries(ArrivedSeries& series, const dicom::VolumePlan& plan, int window_slice,
                                          Parallel& parallel) {
  const std::vector<int> order = OrderOf(series.images, plan);
  if (order.empty() || plan.stored_type != series.slices->type()) return std::nullopt;
  std::vector<int> places;
  for (const int image : order) places.push_back(series.images[image].place);
  image::VolumeBuilder builder(plan.lattice, plan.stored_type, series.slices->TakeOrdered(places, parallel));
  std::atomic<bool> fits = true;
  parallel.For(static_cast<int>(order.size()), [&](int slice) {
    if (builder.Place(slice, series.images[order[slice]].tone) != image::SliceFit::kPlaced) fits = false;
  });
  if (!fits) return std::nullopt;
  SourceVolume source;
  source.volume = builder.Finish(parallel);
  source.fetched = series.fetched;
  const ArrivedImage& shown = series.images[order[window_slice]];
  source.modality = shown.modality;
  source.unit = shown.unit;
  source.windows = shown.windows;
  std::vector<uint64_t> hashes;
  for (const int image : order) hashes.push_back(series.images[image].content_hash);
  source.content_hash = VolumeHash(hashes);
  PrepareAppearance(source, parallel);
  return source;
}

}  // namespace vitrine::service
