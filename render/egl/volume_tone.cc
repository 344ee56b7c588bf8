#include "render/egl/volume_tone.h"

#include <memory>
#include <variant>

namespace vitrine::render::egl {
namespace {

void SetVoi(const image::Window& window, VolumeTone& tone) {
  const bool linear = window.function == image::VoiFunction::kLinear;
  tone.middle = linear ? window.center - 0.5 : window.center;
  tone.width = linear ? window.width - 1 : window.width;
  if (window.function == image::VoiFunction::kSigmoid) tone.voi = VolumeTone::Voi::kSigmoid;
  if (tone.width <= 0) tone.voi = VolumeTone::Voi::kStep;
}

}  // namespace

VolumeTone PlanVolumeTone(const image::ToneCurve& curve) {
  VolumeTone tone;
  tone.invert = curve.invert;
  if (const auto* rescale = std::get_if<image::Rescale>(&curve.modality)) {
    tone.slope = rescale->slope;
    tone.intercept = rescale->intercept;
  } else {
    const image::Lut& lut = *std::get<std::shared_ptr<const image::Lut>>(curve.modality);
    tone.modality_first = lut.first;
    tone.modality_count = static_cast<int>(lut.entries.size());
    tone.luts.assign(lut.entries.begin(), lut.entries.end());
  }
  if (const auto* range = std::get_if<image::Range>(&curve.voi)) {
    tone.middle = range->low / 2 + range->high / 2;
    tone.width = range->high - range->low;
  } else if (const auto* window = std::get_if<image::Window>(&curve.voi)) {
    SetVoi(*window, tone);
  } else {
    const image::Lut& lut = *std::get<std::shared_ptr<const image::Lut>>(curve.voi);
    tone.voi = VolumeTone::Voi::kLut;
    tone.voi_first = lut.first;
    tone.voi_count = static_cast<int>(lut.entries.size());
    tone.voi_maximum = (1u << lut.bits) - 1;
    tone.luts.insert(tone.luts.end(), lut.entries.begin(), lut.entries.end());
  }
  return tone;
}

}  // namespace vitrine::render::egl
