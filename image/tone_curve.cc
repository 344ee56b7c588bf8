#include "image/tone_curve.h"

#include <algorithm>
#include <cmath>

namespace vitrine::image {
namespace {

double Lookup(const Lut& lut, double input) {
  const double index = std::clamp(std::round(input) - lut.first, 0.0, static_cast<double>(lut.entries.size() - 1));
  return lut.entries[static_cast<size_t>(index)];
}

double Apply(const Modality& modality, double stored) {
  if (const auto* rescale = std::get_if<Rescale>(&modality)) return rescale->slope * stored + rescale->intercept;
  return Lookup(*std::get<std::shared_ptr<const Lut>>(modality), stored);
}

double Apply(const Window& window, double x) {
  const double c = window.center;
  const double w = window.width;
  switch (window.function) {
    case VoiFunction::kLinear:
      if (x <= c - 0.5 - (w - 1) / 2) return 0;
      if (x > c - 0.5 + (w - 1) / 2) return 1;
      return (x - (c - 0.5)) / (w - 1) + 0.5;
    case VoiFunction::kLinearExact:
      if (x <= c - w / 2) return 0;
      if (x > c + w / 2) return 1;
      return (x - c) / w + 0.5;
    case VoiFunction::kSigmoid: return 1 / (1 + std::exp(-4 * (x - c) / w));
  }
  return 0;
}

struct ApplyVoi {
  double x;
  double operator()(const Range& range) const { return (x - range.low) / (range.high - range.low); }
  double operator()(const Window& window) const { return Apply(window, x); }
  double operator()(const std::shared_ptr<const Lut>& lut) const { return Lookup(*lut, x) / ((1u << lut->bits) - 1); }
};

bool IsPadding(const ToneCurve& curve, double stored) {
  return curve.padding && stored >= curve.padding->low && stored <= curve.padding->high;
}

}  // namespace

std::optional<double> ModalityValue(const ToneCurve& curve, double stored) {
  if (std::isnan(stored) || IsPadding(curve, stored)) return std::nullopt;
  return Apply(curve.modality, stored);
}

double Evaluate(const ToneCurve& curve, double stored) {
  const std::optional<double> modality = ModalityValue(curve, stored);
  if (!modality) return 0;
  const double voi = std::clamp(std::visit(ApplyVoi{*modality}, curve.voi), 0.0, 1.0);
  return curve.invert ? 1 - voi : voi;
}

std::optional<AffineTone> AsAffine(const ToneCurve& curve) {
  const auto* rescale = std::get_if<Rescale>(&curve.modality);
  if (rescale == nullptr || curve.padding) return std::nullopt;
  double scale = 0;  // Of the VOI stage: voi = scale * x + offset.
  double offset = 0;
  if (const auto* range = std::get_if<Range>(&curve.voi)) {
    scale = 1 / (range->high - range->low);
    offset = -range->low * scale;
  } else if (const auto* window = std::get_if<Window>(&curve.voi)) {
    if (window->function == VoiFunction::kSigmoid) return std::nullopt;
    const bool exact = window->function == VoiFunction::kLinearExact;
    const double width = exact ? window->width : window->width - 1;
    if (width <= 0) return std::nullopt;
    scale = 1 / width;
    offset = 0.5 - (exact ? window->center : window->center - 0.5) * scale;
  } else {
    return std::nullopt;
  }
  AffineTone tone{scale * rescale->slope, scale * rescale->intercept + offset};
  if (curve.invert) tone = {-tone.scale, 1 - tone.offset};
  return tone;
}

std::vector<float> Tabulate(const ToneCurve& curve, int32_t first, int count) {
  std::vector<float> table(count);
  for (int i = 0; i < count; ++i) table[i] = static_cast<float>(Evaluate(curve, static_cast<double>(first) + i));
  return table;
}

}  // namespace vitrine::image
