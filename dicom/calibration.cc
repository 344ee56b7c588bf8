#include "dicom/calibration.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/match.h"

namespace vitrine::dicom {
namespace {

constexpr double kMmPerCm = 10;
constexpr int64_t kCentimeters = 3;    // Physical Units X Direction.
constexpr int64_t kLowPriority = 1;    // Region Flags, bit 0.
constexpr size_t kMostRegions = 1024;  // Far more than any image shows.

// The items that may hold an attribute of a functional group, the first one that does counts.
using Places = std::vector<Item>;

Places PlacesOf(const Item* frame, const Item& root, Tag group) {
  Places places;
  if (frame != nullptr) {
    if (const std::optional<Item> item = frame->FirstItem(group)) places.push_back(*item);
  }
  if (const std::optional<Item> shared = root.FirstItem(tags::SharedFunctionalGroupsSequence)) {
    if (const std::optional<Item> item = shared->FirstItem(group)) places.push_back(*item);
  }
  places.push_back(root);
  return places;
}

using Pair = std::array<double, 2>;

std::optional<Pair> ReadPair(const Places& places, Tag tag) {
  for (const Item& place : places) {
    const std::vector<std::optional<double>> values = place.Doubles(tag);
    if (values.size() == 2 && values[0] && values[1] && *values[0] > 0 && *values[1] > 0) {
      return Pair{*values[0], *values[1]};
    }
  }
  return std::nullopt;
}

std::string ReadText(const Places& places, Tag tag) {
  for (const Item& place : places) {
    if (std::string text = place.String(tag); !text.empty()) return text;
  }
  return "";
}

// PS3.3 10.7.1.3: where both spacings are there, they are equal unless somebody has calibrated the image.
std::optional<PixelSize> ReadPixelSize(const Item* frame, const Item& root) {
  const std::optional<Pair> pixel = ReadPair(PlacesOf(frame, root, tags::PixelMeasuresSequence), tags::PixelSpacing);
  const std::optional<Pair> imager =
      ReadPair(PlacesOf(frame, root, tags::FramePixelDataPropertiesSequence), tags::ImagerPixelSpacing);
  const bool calibrated = !imager || pixel != imager || root.Has(tags::PixelSpacingCalibrationType);
  if (pixel && calibrated) return PixelSize{(*pixel)[0], (*pixel)[1], SpacingSource::kPixelSpacing};
  if (imager) {
    const double stated = root.Double(tags::EstimatedRadiographicMagnificationFactor).value_or(1);
    const double factor = stated > 0 ? stated : 1;
    return PixelSize{(*imager)[0] / factor, (*imager)[1] / factor, SpacingSource::kImagerPixelSpacing};
  }
  if (const std::optional<Pair> scanned = ReadPair({root}, tags::NominalScannedPixelSpacing)) {
    return PixelSize{(*scanned)[0], (*scanned)[1], SpacingSource::kNominalScannedPixelSpacing};
  }
  return std::nullopt;
}

std::optional<Pair> RegionPixelMm(const Item& item) {
  const bool lengths = item.Int(tags::PhysicalUnitsXDirection) == kCentimeters &&
                       item.Int(tags::PhysicalUnitsYDirection) == kCentimeters;
  const double x = std::abs(item.Double(tags::PhysicalDeltaX).value_or(0));  // The sign is the direction.
  const double y = std::abs(item.Double(tags::PhysicalDeltaY).value_or(0));
  return lengths && x > 0 && y > 0 ? std::optional<Pair>({x * kMmPerCm, y * kMmPerCm}) : std::nullopt;
}

std::shared_ptr<const std::vector<UltrasoundRegion>> ReadRegions(const Item& root) {
  const std::vector<Item> items = root.Items(tags::SequenceOfUltrasoundRegions);
  auto regions = std::make_shared<std::vector<UltrasoundRegion>>();
  for (const bool low_priority : {false, true}) {
    for (const Item& item : items) {
      if (((item.Int(tags::RegionFlags).value_or(0) & kLowPriority) != 0) != low_priority) continue;
      const std::optional<int64_t> left = item.Int(tags::RegionLocationMinX0);
      const std::optional<int64_t> top = item.Int(tags::RegionLocationMinY0);
      const std::optional<int64_t> right = item.Int(tags::RegionLocationMaxX1);
      const std::optional<int64_t> bottom = item.Int(tags::RegionLocationMaxY1);
      if (!left || !top || !right || !bottom || *right < *left || *bottom < *top) continue;
      if (regions->size() == kMostRegions) break;
      regions->push_back({static_cast<double>(*left), static_cast<double>(*top), static_cast<double>(*right) + 1,
                          static_cast<double>(*bottom) + 1, RegionPixelMm(item)});
    }
  }
  if (regions->empty()) return nullptr;
  return regions;
}

// CT Image, Enhanced CT Image, Legacy Converted Enhanced CT Image Storage. Screen shots of CT have no HU.
bool IsCt(const Item& root) {
  const std::string sop_class = root.String(tags::SOPClassUID);
  return sop_class == "1.2.840.10008.5.1.4.1.1.2" || absl::StartsWith(sop_class, "1.2.840.10008.5.1.4.1.1.2.");
}

std::string ReadUnit(const Item* frame, const Item& root) {
  const Places places = PlacesOf(frame, root, tags::PixelValueTransformationSequence);
  std::string type = ReadText(places, tags::RescaleType);
  for (const Item& place : places) {
    if (!type.empty()) break;
    if (const std::optional<Item> lut = place.FirstItem(tags::ModalityLUTSequence))
      type = lut->String(tags::ModalityLUTType);
  }
  if (type.empty() && IsCt(root)) return "HU";
  if (type.empty()) type = root.String(tags::Units);
  return type == "US" ? "" : type;
}

}  // namespace

Calibration Calibration::Read(const Item& root, int frames) {
  const std::vector<Item> per_frame = root.Items(tags::PerFrameFunctionalGroupsSequence);
  const Item* const first = per_frame.empty() ? nullptr : &per_frame.front();
  Calibration calibration;
  calibration.common_ = {ReadPixelSize(first, root), ReadRegions(root), ReadUnit(first, root)};
  const std::optional<PixelSize> shared = ReadPixelSize(nullptr, root);
  const size_t count = std::min<size_t>(per_frame.size(), frames);
  for (size_t i = 1; i < count; ++i) {
    const bool own =
        per_frame[i].Has(tags::PixelMeasuresSequence) || per_frame[i].Has(tags::FramePixelDataPropertiesSequence);
    const std::optional<PixelSize> size = own ? ReadPixelSize(&per_frame[i], root) : shared;
    if (calibration.frames_.empty() && size == calibration.common_.pixel_size) continue;
    if (calibration.frames_.empty()) calibration.frames_.assign(i, calibration.common_.pixel_size);
    calibration.frames_.push_back(size);
  }
  return calibration;
}

FrameCalibration Calibration::Of(int number) const {
  FrameCalibration calibration = common_;
  const size_t index = number - 1;
  if (index < frames_.size()) calibration.pixel_size = frames_[index];
  return calibration;
}

uint64_t Calibration::memory_bytes() const {
  const size_t regions = common_.regions == nullptr ? 0 : common_.regions->capacity() * sizeof(UltrasoundRegion);
  return regions + common_.unit.capacity() + frames_.capacity() * sizeof(frames_[0]);
}

}  // namespace vitrine::dicom
