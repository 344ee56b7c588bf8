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

// Chosen by eye, on the CT of a chest and of a head phantom.
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
      // Muscles and organs as glass; fat and lungs are clear.
      {"ct-soft-tissue",
       true,
       true,
       {{-20, 0.85, 0.50, 0.40, 0},
        {40, 0.85, 0.46, 0.36, 0.03},
        {110, 0.88, 0.42, 0.32, 0.07},
        {180, 0.92, 0.58, 0.44, 0.10},
        {350, 0.97, 0.88, 0.74, 0.50},
        {1500, 1.00, 1.00, 0.96, 0.90}}},
      // Parenchyma as a haze with the vessels in it; everything denser is clear.
      {"ct-lung",
       true,
       true,
       {{-920, 0.30, 0.50, 0.80, 0},
        {-850, 0.35, 0.58, 0.85, 0.003},
        {-740, 0.55, 0.70, 0.88, 0.010},
        {-600, 0.95, 0.76, 0.66, 0.032},
        {-480, 0.98, 0.64, 0.52, 0.040},
        {-380, 0.95, 0.55, 0.45, 0}}},
      // Vessels with contrast medium red, bone pale behind them.
      {"ct-vessels",
       true,
       true,
       {{110, 0.55, 0.05, 0.05, 0},
        {170, 0.75, 0.12, 0.08, 0.20},
        {280, 0.90, 0.30, 0.18, 0.50},
        {450, 0.96, 0.84, 0.70, 0.55},
        {1500, 1.00, 0.98, 0.92, 0.85}}},
      // The outer surface, of one colour: any other would draw contour lines on it.
      {"ct-skin",
       true,
       true,
       {{-600, 0.93, 0.73, 0.61, 0}, {-250, 0.93, 0.73, 0.61, 0.50}, {3000, 0.93, 0.73, 0.61, 0.90}}},
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
      // As a radiograph: nothing is hidden, bright is dense.
      {"ct-radiograph",
       true,
       false,
       {{-800, 0.80, 0.85, 0.90, 0},
        {-100, 0.80, 0.85, 0.90, 0.0006},
        {80, 0.85, 0.88, 0.92, 0.0012},
        {300, 1.00, 1.00, 1.00, 0.010},
        {1500, 1.00, 1.00, 1.00, 0.040}}},
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
                                                     absl::FunctionRef<image::Range()> values) {
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
  const image::Range range = values();
  const double width = range.high > range.low ? range.high - range.low : 1;
  for (image::TransferFunction::Point& point : function.points) point.value = range.low + point.value * width;
  return function;
}

}  // namespace vitrine::service
