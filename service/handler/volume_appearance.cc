#include "service/handler/volume_appearance.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/status_macros.h"
#include "service/handler/tone_window.h"
#include "service/handler/volume_presets.h"

namespace vitrine::service {
namespace {

bool IsUsable(const image::Window& window) {
  if (!std::isfinite(window.center) || !std::isfinite(window.width)) return false;
  return window.function == image::VoiFunction::kLinear ? window.width >= 1 : window.width > 0;
}

image::TransferFunction FromMessage(const v1::TransferFunction& message) {
  image::TransferFunction function;
  for (const v1::TransferFunction::Point& point : message.points()) {
    function.points.push_back({point.value(), point.red(), point.green(), point.blue(), point.opacity()});
  }
  function.shaded = message.shaded();
  return function;
}

}  // namespace

image::Range ValueRange(const image::Volume& volume) {
  const image::Bricks::Extremes& all = volume.bricks().all;
  if (all.minimum > all.maximum) return {0, 0};
  const image::Rescale& rescale = volume.rescale;
  return {rescale.slope * all.minimum + rescale.intercept, rescale.slope * all.maximum + rescale.intercept};
}

void PrepareAppearance(const SourceVolume& source, Parallel& parallel) {
  bool needs_range = std::none_of(source.windows.begin(), source.windows.end(), IsUsable);
  const auto note_need = [&] {
    needs_range = true;
    return image::Range();
  };
  VolumePreset("", source.modality, note_need).IgnoreError();
  if (needs_range) source.volume.bricks(parallel);
}

v1::Window AppliedWindow(const v1::View& view, const SourceVolume& source) {
  if (view.has_window()) return view.window();
  for (const image::Window& window : source.windows) {
    if (IsUsable(window)) return WindowMessage(window);
  }
  const image::Range range = ValueRange(source.volume);
  const double width = range.high > range.low ? range.high - range.low : 1;
  return WindowMessage({range.low + width / 2, width, image::VoiFunction::kLinearExact});
}

absl::StatusOr<std::shared_ptr<const image::TransferFunction>> AppliedTransferFunction(const v1::VolumeView& view,
                                                                                       const SourceVolume& source) {
  if (view.has_transfer_function()) {
    return std::make_shared<const image::TransferFunction>(FromMessage(view.transfer_function()));
  }
  VITRINE_ASSIGN_OR_RETURN(image::TransferFunction function,
                           VolumePreset(view.preset(), source.modality, [&] { return ValueRange(source.volume); }));
  return std::make_shared<const image::TransferFunction>(std::move(function));
}

}  // namespace vitrine::service
