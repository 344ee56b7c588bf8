#include "service/virtual_series/shared_attributes.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "dicom/metadata_json.h"

namespace vitrine::service {
namespace {

using nlohmann::json;

constexpr absl::string_view kCtImage = "1.2.840.10008.5.1.4.1.1.2";
constexpr absl::string_view kMrImage = "1.2.840.10008.5.1.4.1.1.4";
constexpr absl::string_view kPetImage = "1.2.840.10008.5.1.4.1.1.128";
constexpr absl::string_view kSecondaryCapture = "1.2.840.10008.5.1.4.1.1.7";
constexpr absl::string_view kNative = "1.2.840.10008.1.2.1";
// About what JPEG of quality 90 makes of a volume rendering; viewers show it.
constexpr double kCompressionRatio = 15;
constexpr absl::string_view kJpegBaseline = "1.2.840.10008.1.2.4.50";

void Put(json& dataset, const char* tag, const char* vr, json values) {
  dataset[tag] = {{"vr", vr}, {"Value", std::move(values)}};
}

// What describes the single image, its pixels or its place, or refers to other objects.
bool DescribesTheImage(absl::string_view tag) {
  static constexpr absl::string_view kTags[] = {
      "00080008", "00080012", "00080013", "00080014", "00080016", "00080018", "00080056", "0008103E", "00081111",
      "00081115", "00081140", "00081160", "00081190", "00081199", "00082111", "00082112", "00083001", "00083002",
      "00089215", "00180050", "00180088", "00181164", "00200011", "00200012", "00200013", "00200032", "00200037",
      "00201041", "00201206", "00201208", "00201209", "00204000", "00209157", "0020000E", "00089007", "00189087"};
  if (std::find(std::begin(kTags), std::end(kTags), tag) != std::end(kTags)) return true;
  const absl::string_view group = tag.substr(0, 4);
  // Image pixels and presentation but for the units of values, then functional groups, icons, overlays and pixel data.
  if (group == "0028") return tag != "00281054";
  for (const absl::string_view other :
       {"0022", "0048", "0062", "0070", "0088", "0400", "5200", "7FE0", "FFFA", "FFFC"}) {
    if (group == other) return true;
  }
  return tag.substr(0, 2) == "50" || tag.substr(0, 2) == "60";
}

bool IsPrivate(absl::string_view tag) {
  unsigned group = 0;
  return !absl::SimpleHexAtoi(tag.substr(0, 4), &group) || group % 2 == 1;
}

json TakenOver(const json& source) {
  json dataset = json::object();
  for (const auto& [tag, attribute] : source.items()) {
    if (tag.size() != 8 || IsPrivate(tag) || DescribesTheImage(tag) || !attribute.is_object()) continue;
    if (attribute.contains("BulkDataURI")) continue;
    dataset[tag] = attribute;
  }
  return dataset;
}

// The first item of a sequence in `dataset`, or null.
const json* FirstItem(const json& dataset, const char* tag) {
  const json* const values = dicom::ValuesOf(dataset, tag);
  return values != nullptr && values->front().is_object() ? &values->front() : nullptr;
}

// The data set that has the windows: the image itself, or of an enhanced image the frame's functional group.
const json& WindowsOf(const json& source) {
  for (const char* groups : {"52009230", "52009229"}) {
    const json* const group = FirstItem(source, groups);
    const json* const voi = group == nullptr ? nullptr : FirstItem(*group, "00289132");
    if (voi != nullptr) return *voi;
  }
  return source;
}

std::string SopClassOf(const json& source, const VirtualSeries& series) {
  if (series.kind == VirtualKind::kTurn) return std::string(kSecondaryCapture);
  const std::string modality = TextOf(source, "00080060");
  if (modality == "CT") return std::string(kCtImage);
  if (modality == "MR") return std::string(kMrImage);
  if (modality == "PT") return std::string(kPetImage);
  return std::string(kSecondaryCapture);
}

void SetGrey(const json& source, const VirtualSeries& series, json& dataset) {
  Put(dataset, "00280002", "US", {1});
  Put(dataset, "00280004", "CS", {"MONOCHROME2"});
  Put(dataset, "00280030", "DS", {series.pixel_mm, series.pixel_mm});
  for (const auto& [tag, value] : {std::pair("00280100", 16), {"00280101", 16}, {"00280102", 15}, {"00280103", 0}}) {
    Put(dataset, tag, "US", {value});
  }
  Put(dataset, "00281052", "DS", {series.RescaleIntercept});
  Put(dataset, "00281053", "DS", {series.RescaleSlope});
  if (!dataset.contains("00281054")) {
    Put(dataset, "00281054", "LO", {TextOf(source, "00080060") == "CT" ? "HU" : "US"});
  }
  const json& windows = WindowsOf(source);
  for (const char* tag : {"00281050", "00281051", "00281055", "00281056"}) {
    if (const auto window = windows.find(tag); window != windows.end()) dataset[tag] = *window;
  }
  Put(dataset, "00180050", "DS", {series.slab_mm > 0 ? series.slab_mm : series.pixel_mm});
  Put(dataset, "00180088", "DS", {series.step_mm});
  Put(dataset, "00083002", "UI", {kNative});
}

void SetColour(json& dataset) {
  Put(dataset, "00280002", "US", {3});
  Put(dataset, "00280004", "CS", {"RGB"});
  Put(dataset, "00280006", "US", {0});
  for (const auto& [tag, value] : {std::pair("00280100", 8), {"00280101", 8}, {"00280102", 7}, {"00280103", 0}}) {
    Put(dataset, tag, "US", {value});
  }
  for (const char* tag : {"00200052", "00201040", "00281054"}) dataset.erase(tag);
  Put(dataset, "00282110", "CS", {"01"});
  Put(dataset, "00282112", "DS", {kCompressionRatio});
  Put(dataset, "00282114", "CS", {"ISO_10918_1"});
  Put(dataset, "00083002", "UI", {kJpegBaseline});
}

}  // namespace

json SharedAttributes(const json& source, const VirtualSeries& series, const std::string& description, int number) {
  json dataset = TakenOver(source);
  static constexpr const char* kFlavors[] = {"MPR", "MIP", "VOLUME_RENDERED"};
  Put(dataset, "00080008", "CS", {"DERIVED", "SECONDARY", "REFORMATTED", kFlavors[static_cast<int>(series.kind)]});
  Put(dataset, "00080016", "UI", {SopClassOf(source, series)});
  Put(dataset, "0008103E", "LO", {description});
  Put(dataset, "00082111", "ST", {"Rendered by Vitrine from the volume of the series that it describes; not stored"});
  Put(dataset, "0020000E", "UI", {series.SeriesInstanceUID});
  Put(dataset, "00200011", "IS", {number});
  Put(dataset, "00280010", "US", {series.Rows});
  Put(dataset, "00280011", "US", {series.Columns});
  Put(dataset, "00280301", "CS", {"NO"});
  if (series.kind == VirtualKind::kTurn) {
    SetColour(dataset);
  } else {
    SetGrey(source, series, dataset);
  }
  return dataset;
}

std::string TextOf(const json& dataset, const char* tag) {
  const json* const values = dicom::ValuesOf(dataset, tag);
  return values != nullptr && values->front().is_string() ? values->front().get<std::string>() : "";
}

std::string ShortText(std::string text) {
  constexpr size_t kMaxCharacters = 64;
  size_t characters = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const bool starts = (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
    if (starts && characters++ == kMaxCharacters) {
      text.resize(i);
      break;
    }
  }
  return text;
}

}  // namespace vitrine::service
