#include "render/validate_tone.h"

#include <cmath>
#include <memory>
#include <variant>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"

namespace vitrine::render {
namespace {

absl::Status Invalid(absl::string_view what) {
  return MakeError(ErrorCategory::kInvalidRequest, absl::StrCat("Tone curve: ", what));
}

absl::Status ValidateLut(const std::shared_ptr<const image::Lut>& lut, absl::string_view name) {
  if (lut == nullptr || lut->entries.empty()) return Invalid(absl::StrCat(name, " LUT is empty"));
  if (lut->bits < 1 || lut->bits > 16) return Invalid(absl::StrCat(name, " LUT bits out of range"));
  return absl::OkStatus();
}

absl::Status ValidateWindow(const image::Window& window) {
  if (!std::isfinite(window.center) || !std::isfinite(window.width)) return Invalid("window is not finite");
  const bool linear = window.function == image::VoiFunction::kLinear;
  if (linear ? window.width < 1 : window.width <= 0) return Invalid("window.width too small");
  return absl::OkStatus();
}

}  // namespace

absl::Status ValidateTone(const image::ToneCurve& tone) {
  if (const auto* rescale = std::get_if<image::Rescale>(&tone.modality)) {
    if (!std::isfinite(rescale->slope) || !std::isfinite(rescale->intercept)) return Invalid("rescale is not finite");
  } else {
    VITRINE_RETURN_IF_ERROR(ValidateLut(std::get<1>(tone.modality), "modality"));
  }
  if (const auto* range = std::get_if<image::Range>(&tone.voi)) {
    const bool finite = std::isfinite(range->low) && std::isfinite(range->high);
    if (!finite || range->low >= range->high) return Invalid("range.low must lie below range.high");
    return absl::OkStatus();
  }
  if (const auto* window = std::get_if<image::Window>(&tone.voi)) return ValidateWindow(*window);
  return ValidateLut(std::get<2>(tone.voi), "VOI");
}

}  // namespace vitrine::render
