#include "dicom/tone.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <utility>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "dicom/frame_range.h"
#include "dicom/lut.h"
#include "dicom/samples.h"

namespace vitrine::dicom {
namespace {

using image::Lut;
using image::Modality;
using image::Padding;
using image::Range;
using image::Rescale;
using image::Voi;
using image::VoiFunction;
using image::Window;

constexpr int kMaxBitsShownInFull = 8;

// X-Ray Angiographic, Enhanced XA, X-Ray Radiofluoroscopic, Enhanced XRF, X-Ray Angiographic Bi-Plane (retired).
constexpr absl::string_view kFluoroscopy[] = {"1.2.840.10008.5.1.4.1.1.12.1", "1.2.840.10008.5.1.4.1.1.12.1.1",
                                              "1.2.840.10008.5.1.4.1.1.12.2", "1.2.840.10008.5.1.4.1.1.12.2.1",
                                              "1.2.840.10008.5.1.4.1.1.12.3"};

bool ModalityLeadsBackToIntensity(const Item& root) {
  const std::string sop_class = root.String(tags::SOPClassUID);
  if (std::find(std::begin(kFluoroscopy), std::end(kFluoroscopy), sop_class) == std::end(kFluoroscopy)) return false;
  const std::string relationship = root.String(tags::PixelIntensityRelationship);
  return relationship == "LOG" || relationship == "DISP";
}

// The values that `bits` can hold.
Range PossibleRange(int bits, bool is_signed) {
  const double count = std::ldexp(1.0, bits);
  return is_signed ? Range{-count / 2, count / 2 - 1} : Range{0, count - 1};
}

std::optional<Rescale> ReadRescale(const Item& item) {
  const std::optional<double> slope = item.Double(tags::RescaleSlope);
  const std::optional<double> intercept = item.Double(tags::RescaleIntercept);
  if (!slope && !intercept) return std::nullopt;
  // A slope of 0 would make every image black: it can only be a mistake.
  const double used = slope.value_or(1);
  return Rescale{used == 0 ? 1 : used, intercept.value_or(0)};
}

// nullopt where the item has no modality stage.
absl::StatusOr<std::optional<Modality>> ReadModality(const Item& item, const PixelFormat& format) {
  if (const std::optional<Item> lut_item = item.FirstItem(tags::ModalityLUTSequence)) {
    std::shared_ptr<const Lut> lut = ReadLut(*lut_item, format.is_signed);
    if (lut == nullptr) return MakeError(ErrorCategory::kBadInstance, "The image's Modality LUT has no entries");
    return std::optional<Modality>(std::move(lut));
  }
  const std::optional<Rescale> rescale = ReadRescale(item);
  return rescale ? std::optional<Modality>(*rescale) : std::nullopt;
}

VoiFunction ReadVoiFunction(const Item& item) {
  const std::string name = item.String(tags::VOILUTFunction);
  if (name == "LINEAR_EXACT") return VoiFunction::kLinearExact;
  if (name == "SIGMOID") return VoiFunction::kSigmoid;
  return VoiFunction::kLinear;
}

std::string PrintableAscii(std::string text) {
  for (char& c : text) {
    if (!absl::ascii_isprint(c)) c = '?';
  }
  return text;
}

std::vector<NamedWindow> ReadWindows(const Item& item) {
  const std::vector<std::optional<double>> centers = item.Doubles(tags::WindowCenter);
  const std::vector<std::optional<double>> widths = item.Doubles(tags::WindowWidth);
  const std::vector<std::string> explanations = item.Strings(tags::WindowCenterWidthExplanation);
  const VoiFunction function = ReadVoiFunction(item);
  std::vector<NamedWindow> windows;
  for (size_t i = 0; i < std::min(centers.size(), widths.size()); ++i) {
    if (!centers[i] || !widths[i]) continue;
    const bool valid = function == VoiFunction::kLinear ? *widths[i] >= 1 : *widths[i] > 0;
    if (!valid) continue;
    windows.push_back(
        {{*centers[i], *widths[i], function}, i < explanations.size() ? PrintableAscii(explanations[i]) : ""});
  }
  return windows;
}

// The input of the VOI LUT is the modality's output, and signed wherever that can be (PS3.3 C.11.2.1.1).
bool PutsOutNegatives(const Modality& modality, const PixelFormat& format) {
  return ModalityRange(modality, PossibleRange(format.BitsStored, format.is_signed)).low < 0;
}

std::optional<Voi> ReadVoi(const Item& item, bool signed_input) {
  for (const Item& lut_item : item.Items(tags::VOILUTSequence)) {
    if (std::shared_ptr<const Lut> lut = ReadLut(lut_item, signed_input)) return Voi(std::move(lut));
  }
  const std::vector<NamedWindow> windows = ReadWindows(item);
  return windows.empty() ? std::nullopt : std::optional<Voi>(windows.front().window);
}

// US and SS share 16 bits: which of the two is meant follows from Pixel Representation, not from the VR.
double PaddingValue(int64_t value, bool is_signed) {
  constexpr int64_t kCount = 1 << 16;
  if (is_signed && value >= kCount / 2 && value < kCount) return static_cast<double>(value - kCount);
  if (!is_signed && value < 0 && value >= -kCount / 2) return static_cast<double>(value + kCount);
  return static_cast<double>(value);
}

std::optional<double> ReadPaddingValue(const Item& root, const PixelFormat& format, Tag integer, Tag float32,
                                       Tag float64) {
  std::optional<double> value;
  if (format.is_float) {
    value = root.Double(format.BitsAllocated == 32 ? float32 : float64);
  } else if (const std::optional<int64_t> stored = root.Int(integer)) {
    value = PaddingValue(*stored, format.is_signed);
  }
  // As the samples are, where they have more bits than a Frame's integers.
  return value ? std::make_optional<double>(NarrowToFloat(*value)) : std::nullopt;
}

std::optional<Padding> ReadPadding(const Item& root, const PixelFormat& format) {
  const std::optional<double> value = ReadPaddingValue(
      root, format, tags::PixelPaddingValue, tags::FloatPixelPaddingValue, tags::DoubleFloatPixelPaddingValue);
  if (!value) return std::nullopt;
  const double limit = ReadPaddingValue(root, format, tags::PixelPaddingRangeLimit, tags::FloatPixelPaddingRangeLimit,
                                        tags::DoubleFloatPixelPaddingRangeLimit)
                           .value_or(*value);
  return Padding{std::min(*value, limit), std::max(*value, limit)};
}

std::optional<Range> ReadStoredRange(const Item& root, const PixelFormat& format) {
  if (format.is_float || format.BitsStored > kMaxBitsShownInFull) return std::nullopt;
  const std::string segmentation = root.String(tags::SegmentationType);
  if (segmentation == "LABELMAP") return std::nullopt;
  const std::optional<int64_t> largest = root.Int(tags::MaximumFractionalValue);
  if (segmentation == "FRACTIONAL" && largest && *largest > 0) return Range{0, static_cast<double>(*largest)};
  return PossibleRange(format.BitsStored, format.is_signed);
}

// The places of a stage that all frames share: the shared functional groups (a sequence of one item, PS3.3 C.7.6.16),
// then the data set.
std::vector<Item> CommonPlaces(const Item& root, Tag group) {
  std::vector<Item> places;
  const std::optional<Item> shared = root.FirstItem(tags::SharedFunctionalGroupsSequence);
  if (const std::optional<Item> item = shared ? shared->FirstItem(group) : std::nullopt) places.push_back(*item);
  places.push_back(root);
  return places;
}

absl::StatusOr<Modality> CommonModality(const Item& root, const PixelFormat& format) {
  for (const Item& place : CommonPlaces(root, tags::PixelValueTransformationSequence)) {
    VITRINE_ASSIGN_OR_RETURN(std::optional<Modality> modality, ReadModality(place, format));
    if (modality) return *std::move(modality);
  }
  return Modality(Rescale{});
}

// The VOI stage that all frames share, read once for unsigned and once for signed input.
class CommonVoi {
 public:
  explicit CommonVoi(const Item& root) : places_(CommonPlaces(root, tags::FrameVOILUTSequence)) {}

  const std::optional<Voi>& ForInput(bool is_signed) {
    std::optional<std::optional<Voi>>& voi = vois_[is_signed ? 1 : 0];
    if (!voi) voi = Read(is_signed);
    return *voi;
  }

 private:
  std::optional<Voi> Read(bool is_signed) const {
    for (const Item& place : places_) {
      if (std::optional<Voi> voi = ReadVoi(place, is_signed)) return voi;
    }
    return std::nullopt;
  }

  const std::vector<Item> places_;
  std::optional<std::optional<Voi>> vois_[2];
};

std::vector<NamedWindow> FirstFrameWindows(const Item& root) {
  std::vector<Item> places = CommonPlaces(root, tags::FrameVOILUTSequence);
  const std::optional<Item> frame = root.FirstItem(tags::PerFrameFunctionalGroupsSequence);
  const std::optional<Item> group = frame ? frame->FirstItem(tags::FrameVOILUTSequence) : std::nullopt;
  if (group) places.insert(places.begin(), *group);
  for (const Item& place : places) {
    if (std::vector<NamedWindow> windows = ReadWindows(place); !windows.empty()) return windows;
  }
  return {};
}

template <typename Stage>
const Lut* LutOf(const Stage& stage) {
  const auto* const lut = std::get_if<std::shared_ptr<const Lut>>(&stage);
  return lut == nullptr ? nullptr : lut->get();
}

}  // namespace

absl::StatusOr<Tone> Tone::Read(const Item& root, const PixelFormat& format, int frames) {
  const bool skip_modality = ModalityLeadsBackToIntensity(root);
  CommonVoi common_voi(root);
  Tone tone;
  if (!skip_modality) {
    VITRINE_ASSIGN_OR_RETURN(tone.common_.modality, CommonModality(root, format));
  }
  const bool common_is_signed = PutsOutNegatives(tone.common_.modality, format);
  tone.common_.voi = common_voi.ForInput(common_is_signed);

  const std::vector<Item> per_frame = root.Items(tags::PerFrameFunctionalGroupsSequence);
  const bool differ = std::any_of(per_frame.begin(), per_frame.end(), [](const Item& item) {
    return item.Has(tags::PixelValueTransformationSequence) || item.Has(tags::FrameVOILUTSequence);
  });
  for (size_t i = 0; differ && i < std::min<size_t>(per_frame.size(), frames); ++i) {
    FrameTone& frame = tone.frames_.emplace_back(tone.common_);
    bool is_signed = common_is_signed;
    const std::optional<Item> transformation = per_frame[i].FirstItem(tags::PixelValueTransformationSequence);
    if (transformation && !skip_modality) {
      VITRINE_ASSIGN_OR_RETURN(std::optional<Modality> own, ReadModality(*transformation, format));
      if (own) {
        frame.modality = *std::move(own);
        is_signed = PutsOutNegatives(frame.modality, format);
      }
    }
    const std::optional<Item> view = per_frame[i].FirstItem(tags::FrameVOILUTSequence);
    frame.voi = view ? ReadVoi(*view, is_signed) : std::nullopt;
    if (!frame.voi) frame.voi = common_voi.ForInput(is_signed);
  }

  tone.windows_ = FirstFrameWindows(root);
  tone.invert_ =
      format.PhotometricInterpretation == "MONOCHROME1" || root.String(tags::PresentationLUTShape) == "INVERSE";
  tone.padding_ = ReadPadding(root, format);
  tone.stored_range_ = ReadStoredRange(root, format);
  return tone;
}

image::ToneCurve Tone::CurveFor(int number, const image::Frame& frame) const {
  const size_t index = number - 1;
  const FrameTone& stages = index < frames_.size() ? frames_[index] : common_;
  image::ToneCurve curve;
  curve.modality = stages.modality;
  curve.invert = invert_;
  curve.padding = padding_;
  if (stages.voi) {
    curve.voi = *stages.voi;
  } else if (stored_range_) {
    curve.voi = ModalityRange(curve.modality, *stored_range_);
  } else {
    curve.voi = ModalityRange(curve.modality, frame, padding_);
  }
  return curve;
}

uint64_t Tone::memory_bytes() const {
  uint64_t bytes = frames_.capacity() * sizeof(FrameTone);
  absl::flat_hash_set<const Lut*> luts;
  const auto add = [&luts, &bytes](const Lut* lut) {
    if (lut != nullptr && luts.insert(lut).second) bytes += lut->entries.size() * sizeof(uint16_t);
  };
  const auto add_frame = [&add](const FrameTone& frame) {
    add(LutOf(frame.modality));
    if (frame.voi) add(LutOf(*frame.voi));
  };
  add_frame(common_);
  for (const FrameTone& frame : frames_) add_frame(frame);
  return bytes;
}

}  // namespace vitrine::dicom
