#ifndef VITRINE_IMAGE_TONE_CURVE_H_
#define VITRINE_IMAGE_TONE_CURVE_H_

// The grey-scale pipeline of PS3.4 N.2 as data: stored value -> Modality LUT -> VOI LUT -> Presentation LUT -> display
// value in [0, 1]. Renderers execute it and know no DICOM; dicom/ writes it and knows no renderer.

#include <cstdint>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

namespace vitrine::image {

// A lookup table (PS3.3 C.11.1.1, C.11.2.1.1). Input below `first` takes the first entry, input past the end the last.
// Non-integer input is rounded to the nearest integer (half away from zero).
struct Lut {
  int32_t first = 0;
  int bits = 16;                  // Entries lie in [0, 2^bits).
  std::vector<uint16_t> entries;  // Never empty.
};

// PS3.3 C.11.1.1.2: output = slope * stored + intercept.
struct Rescale {
  double slope = 1;
  double intercept = 0;
};

enum class VoiFunction { kLinear, kLinearExact, kSigmoid };

// PS3.3 C.11.2.1.2 and C.11.2.1.3. width >= 1 for kLinear, > 0 for the others.
struct Window {
  double center = 0;
  double width = 1;
  VoiFunction function = VoiFunction::kLinear;
};

// Identity over a range: `low` maps to 0, `high` to 1, linearly between, clamped. low < high.
struct Range {
  double low = 0;
  double high = 1;
};

using Modality = std::variant<Rescale, std::shared_ptr<const Lut>>;
using Voi = std::variant<Range, Window, std::shared_ptr<const Lut>>;

// Stored values in [low, high], both inclusive, are padding (PS3.3 C.7.5.1.1.2): shown as 0, whatever the rest says.
struct Padding {
  double low = 0;
  double high = 0;
};

// A value, cheap to copy: LUTs are shared and immutable.
struct ToneCurve {
  Modality modality = Rescale{};
  Voi voi = Range{};
  bool invert = false;  // MONOCHROME1, or Presentation LUT Shape INVERSE: applied once, after the VOI stage.
  std::optional<Padding> padding;
};

// What one stored value measures: the output of the modality stage. nullopt for padding and NaN.
std::optional<double> ModalityValue(const ToneCurve& curve, double stored);

// The definition that every renderer must meet: the display value in [0, 1] for one stored value, in double precision.
// NaN gives 0.
double Evaluate(const ToneCurve& curve, double stored);

// The same curve as clamp(scale * stored + offset, 0, 1), where it has that form: no LUT, no sigmoid, width > 1 in a
// kLinear window, no padding. The inversion is folded in.
struct AffineTone {
  double scale = 0;
  double offset = 0;
};
std::optional<AffineTone> AsAffine(const ToneCurve& curve);

// Evaluate() for every integer from `first` on, `count` of them.
std::vector<float> Tabulate(const ToneCurve& curve, int32_t first, int count);

}  // namespace vitrine::image

#endif  // VITRINE_IMAGE_TONE_CURVE_H_
