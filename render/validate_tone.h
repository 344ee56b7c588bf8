#ifndef VITRINE_RENDER_VALIDATE_TONE_H_
#define VITRINE_RENDER_VALIDATE_TONE_H_

#include "absl/status/status.h"
#include "image/tone_curve.h"

namespace vitrine::render {

// Checks what image::ToneCurve requires of its stages. INVALID_ARGUMENT says which one is wrong.
absl::Status ValidateTone(const image::ToneCurve& tone);

}  // namespace vitrine::render

#endif  // VITRINE_RENDER_VALIDATE_TONE_H_
