#include "service/handler/volume_presets.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"

namespace vitrine::service {
namespace {

using Points = std::vector<image::TransferFunction::Point>;

struct Preset {
  const char* name;
  bool in_hounsfield_units;  // Otherwise the values run from 0 to 1 over the volume's range.
  bool shaded;
  Points points;  // Value, red, green, blue, opacity of 1 mm.
};

// Chosen by eye on a chest and a head phantom.
const std::vector<Preset>& Presets() {
  static const auto& presets = *new std::vector<Preset>{
      // Trabecular bone glows brown through the cortical bone around it.
      {"ct-bone",
       true,
       true,
       {{150, 0.50, 0.22, 0.12, 0},
        {250, 0.72, 0.45, 0.28, 0.10},
        {400, 0.93, 0.82, 0.64, 0.60},
        {900, 1.00, 0.96, 0.88, 0.90},
        {3000, 1.00, 1.00, 1.00, 0.95}}},
      // Organs as solid bodies; fat and lungs are clear.
      {"ct-soft-tissue",
       true,
       true,
       {{-40, 0.80, 0.55, 0.40, 0},
        {20, 0.78, 0.42, 0.32, 0.12},
        {80, 0.80, 0.34, 0.26, 0.25},
        {180, 0.88, 0.50, 0.38, 0.30},
        {350, 0.95, 0.86, 0.72, 0.60},
        {1500, 1.00, 1.00, 0.96, 0.90}}},
      // Parenchyma as a haze, vessels and walls of bronchi in it; everything denser is clear.
      {"ct-lung",
       true,
       true,
       {{-970, 0.25, 0.40, 0.60, 0},
        {-880, 0.35, 0.55, 0.75, 0.006},
        {-700, 0.55, 0.70, 0.85, 0.02},
        {-500, 0.90, 0.62, 0.55, 0.08},
        {-300, 0.95, 0.60, 0.50, 0.03},
        {-150, 0.95, 0.60, 0.50, 0}}},
      // Vessels with contrast medium red, bone pale behind them.
      {"ct-vessels",
       true,
       true,
       {{110, 0.55, 0.05, 0.05, 0},
        {170, 0.75, 0.12, 0.08, 0.20},
        {280, 0.90, 0.30, 0.18, 0.50},
        {450, 0.96, 0.84, 0.70, 0.55},
        {1500, 1.00, 0.98, 0.92, 0.85}}},
      // The outer surface.
      {"ct-skin",
       true,
       true,
       {{-500, 0.85, 0.62, 0.50, 0},
        {-300, 0.90, 0.68, 0.56, 0.35},
        {-100, 0.94, 0.74, 0.62, 0.80},
        {3000, 0.98, 0.86, 0.76, 0.90}}},
      // Muscle and skeleton together; fat is clear.
      {"ct-muscle-bone",
       true,
       true,
       {{0, 0.55, 0.16, 0.12, 0},
        {50, 0.66, 0.20, 0.15, 0.20},
        {130, 0.76, 0.30, 0.22, 0.35},
        {220, 0.88, 0.62, 0.46, 0.35},
        {400, 0.97, 0.90, 0.78, 0.75},
        {1500, 1.00, 1.00, 0.97, 0.95}}},
      // The inner surface of what holds air: trachea, bronchi, gut.
      {"ct-airways",
       true,
       true,
       {{-990, 0.30, 0.60, 0.75, 0}, {-940, 0.40, 0.70, 0.85, 0.02}, {-900, 0.55, 0.80, 0.90, 0}}},
      {"mr-default",
       false,
       true,
       {{0.08, 0.10, 0.08, 0.08, 0},
        {0.20, 0.45, 0.36, 0.32, 0.06},
        {0.45, 0.78, 0.68, 0.60, 0.25},
        {1.00, 1.00, 0.98, 0.94, 0.70}}},
      // Bright flow alone.
      {"mr-angio",
       false,
       true,
       {{0.25, 0.45, 0.05, 0.04, 0},
        {0.40, 0.80, 0.20, 0.14, 0.20},
        {0.70, 0.98, 0.62, 0.45, 0.70},
        {1.00, 1.00, 0.92, 0.82, 0.90}}},
      // For modalities of which nothing is known.
      {"grey",
       false,
       true,
       {{0.10, 0.20, 0.20, 0.20, 0}, {0.50, 0.70, 0.70, 0.70, 0.20}, {1.00, 1.00, 1.00, 1.00, 0.70}}},
  };
  return presets;
}

}  // namespace

std::vector<std::string> VolumePresetNames() {
  std::vector<std::string> names;
  for (const Preset& preset : Presets()) names.emplace_back(preset.name);
  return names;
}

absl::string_view DefaultVolumePreset(absl::string_view modality) {
  if (modality == "CT") return "ct-bone";
  if (modality == "MR") return "mr-default";
  return "grey";
}

absl::StatusOr<image::TransferFunction> VolumePreset(absl::string_view name, absl::string_view modality,
                                                     const image::Range& values) {
  if (name.empty()) name = DefaultVolumePreset(modality);
  const auto preset = std::find_if(Presets().begin(), Presets().end(),
                                   [name](const Preset& candidate) { return name == candidate.name; });
  if (preset == Presets().end()) {
    return MakeError(ErrorCategory::kInvalidRequest,
                     absl::StrCat("Unknown preset. Known are: ", absl::StrJoin(VolumePresetNames(), ", ")));
  }
  image::TransferFunction function;
  function.points = preset->points;
  function.shaded = preset->shaded;
  if (preset->in_hounsfield_units) return function;
  // A volume of one value has no range to spread over; then any does.
  const double width = values.high > values.low ? values.high - values.low : 1;
  for (image::TransferFunction::Point& point : function.points) point.value = values.low + point.value * width;
  return function;
}

}  // namespace vitrine::service
