#include "dicom/volume_frames.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "dicom/metadata_json.h"
#include "nlohmann/json.hpp"

namespace vitrine::dicom {
namespace {

using image::Vector3;
using nlohmann::json;

constexpr absl::string_view kSharedFunctionalGroups = "52009229";
constexpr absl::string_view kPerFrameFunctionalGroups = "52009230";

// Functional groups, and sequences inside them, that tell acquisitions apart: geometry, pixel values, frame content and
// types, and what CT, MR and PET say of acquisition and synchronisation.
constexpr absl::string_view kGroups[] = {
    "00180012", "00189006", "00189076", "00189112", "00189114", "00189115", "00189117", "00189118", "00189119",
    "00189226", "00189251", "00189301", "00189304", "00189314", "00189321", "00189325", "00189326", "00189329",
    "00189341", "00189504", "00189732", "00189733", "00189734", "00189735", "00189736", "00189737", "00189751",
    "00209071", "00209111", "00209113", "00209116", "00209253", "0020930E", "0020930F", "00209310", "00283000",
    "00289110", "00289132", "00289145", "0062000A", "52009229", "52009230"};

// What is read below.
constexpr absl::string_view kAttributes[] = {
    "00080008", "00080016", "00080018", "00089007", "00180081", "00180082", "00180086", "00181060", "00189082",
    "00189087", "00189089", "0020000E", "00200012", "00200013", "00200032", "00200037", "00200052", "00200100",
    "00209056", "00209128", "00209153", "00209301", "00209302", "00209312", "00280002", "00280004", "00280008",
    "00280010", "00280011", "00280030", "00280100", "00280101", "00280102", "00280103", "00281050", "00281051",
    "00281052", "00281053", "00281056", "0062000B", "7FE00008", "7FE00009"};

// A kilometre from the scanner, and pixels between a nanometre and ten metres: what is beyond is a mistake, and would
// overflow later.
constexpr double kMaxPositionMm = 1e6;
constexpr double kMinSpacingMm = 1e-6;
constexpr double kMaxSpacingMm = 1e4;

constexpr int kMaxSize = 65535;

// DS and IS are numbers or strings (PS3.18 F.2.3).
std::optional<double> NumberOf(const json& value) {
  double number = 0;
  if (value.is_number()) {
    number = value.get<double>();
  } else if (!value.is_string() || !absl::SimpleAtod(value.get<std::string>(), &number)) {
    return std::nullopt;
  }
  return std::isfinite(number) ? std::optional<double>(number) : std::nullopt;
}

void AppendTexts(const json& value, std::vector<std::string>& texts) {
  if (value.is_string()) {
    texts.emplace_back(absl::StripAsciiWhitespace(value.get<std::string>()));
  } else if (value.is_number()) {
    texts.push_back(value.dump());
  } else if (value.is_object()) {
    for (const auto& group : value) {
      if (group.is_string()) texts.push_back(group.get<std::string>());
    }
  }
}

// Attributes by tag, as DICOM JSON writes it.
using Index = absl::flat_hash_map<absl::string_view, const json*>;

// Of all functional groups in an item: the attributes of each group's first item, and of sequences inside it.
void IndexGroups(const json& item, int depth, Index& index) {
  constexpr int kMaxDepth = 2;
  if (!item.is_object()) return;
  for (auto attribute = item.begin(); attribute != item.end(); ++attribute) {
    const json* values = ValuesOf(attribute.value());
    if (values == nullptr) continue;
    const auto vr = attribute->find("vr");
    const bool sequence = values->front().is_object() && vr != attribute->end() && *vr == "SQ";
    if (!sequence) {
      if (depth > 0) index.try_emplace(attribute.key(), &attribute.value());
    } else if (depth < kMaxDepth) {
      IndexGroups(values->front(), depth + 1, index);
    }
  }
}

class Attributes : public FrameAttributes {
 public:
  Attributes(const json& dataset, const Index& shared) : dataset_(dataset), shared_(shared) {}

  void SetFrame(const json& functional_groups) {
    frame_.clear();
    IndexGroups(functional_groups, 0, frame_);
  }

  std::vector<std::string> Values(uint32_t tag) const override { return Texts(absl::StrFormat("%08X", tag)); }

  std::vector<std::string> Texts(absl::string_view tag) const {
    std::vector<std::string> texts;
    if (const json* values = Find(tag)) {
      for (const json& value : *values) AppendTexts(value, texts);
    }
    return texts;
  }

  std::string Text(absl::string_view tag) const {
    std::vector<std::string> texts = Texts(tag);
    return texts.empty() ? std::string() : std::move(texts.front());
  }

  // All values, or none where one is no number.
  std::vector<double> Numbers(absl::string_view tag) const {
    std::vector<double> numbers;
    if (const json* values = Find(tag)) {
      for (const json& value : *values) {
        const std::optional<double> number = NumberOf(value);
        if (!number) return {};
        numbers.push_back(*number);
      }
    }
    return numbers;
  }

  std::optional<double> Number(absl::string_view tag) const {
    const std::vector<double> numbers = Numbers(tag);
    return numbers.empty() ? std::nullopt : std::optional<double>(numbers.front());
  }

  int Integer(absl::string_view tag, int otherwise) const {
    constexpr double kLargest = 2e9;
    const double value = Number(tag).value_or(otherwise);
    return std::abs(value) <= kLargest ? static_cast<int>(value) : otherwise;
  }

  // Equal numbers have equal keys, however they were written.
  std::string Key(absl::string_view tag) const {
    if (const std::vector<double> numbers = Numbers(tag); !numbers.empty()) return absl::StrJoin(numbers, "\\");
    return absl::StrJoin(Texts(tag), "\\");
  }

  bool Has(absl::string_view tag) const { return Find(tag) != nullptr; }
  bool InGroups(absl::string_view tag) const { return frame_.contains(tag) || shared_.contains(tag); }
  // Also where the value lies elsewhere (BulkDataURI).
  bool Mentions(absl::string_view tag) const { return dataset_.contains(std::string(tag)); }

 private:
  const json* Find(absl::string_view tag) const {
    if (const auto found = frame_.find(tag); found != frame_.end()) return ValuesOf(*found->second);
    if (const auto found = shared_.find(tag); found != shared_.end()) return ValuesOf(*found->second);
    return ValuesOf(dataset_, tag);
  }

  const json& dataset_;
  const Index& shared_;
  Index frame_;
};

// 0 for what no US can say: products of sizes cannot overflow later.
int Size(const Attributes& attributes, absl::string_view tag) {
  const int size = attributes.Integer(tag, 0);
  return size >= 1 && size <= kMaxSize ? size : 0;
}

std::shared_ptr<const VolumeInstance> ReadInstance(const Attributes& attributes) {
  auto instance = std::make_shared<VolumeInstance>();
  instance->SeriesInstanceUID = attributes.Text("0020000E");
  instance->SOPClassUID = attributes.Text("00080016");
  instance->SOPInstanceUID = attributes.Text("00080018");
  instance->FrameOfReferenceUID = attributes.Text("00200052");
  if (instance->FrameOfReferenceUID.empty()) instance->FrameOfReferenceUID = attributes.Text("00209312");
  instance->InstanceNumber = attributes.Integer("00200013", 0);
  instance->NumberOfFrames = std::max(1, attributes.Integer("00280008", 1));
  instance->Rows = Size(attributes, "00280010");
  instance->Columns = Size(attributes, "00280011");
  instance->SamplesPerPixel = attributes.Integer("00280002", 1);
  instance->PhotometricInterpretation = absl::AsciiStrToUpper(attributes.Text("00280004"));
  instance->BitsAllocated = attributes.Integer("00280100", 16);
  instance->BitsStored = attributes.Integer("00280101", instance->BitsAllocated);
  instance->HighBit = attributes.Integer("00280102", instance->BitsStored - 1);
  instance->is_signed = attributes.Integer("00280103", 0) == 1;
  const bool names_float = attributes.Mentions("7FE00008") || attributes.Mentions("7FE00009");
  instance->is_float = names_float || (!attributes.Has("00280101") && instance->BitsAllocated >= 32);
  return instance;
}

std::optional<Vector3> VectorAt(const std::vector<double>& numbers, size_t first, size_t size) {
  const auto absurd = [](double number) { return std::abs(number) > kMaxPositionMm; };
  if (numbers.size() != size || std::any_of(numbers.begin(), numbers.end(), absurd)) return std::nullopt;
  return Vector3{numbers[first], numbers[first + 1], numbers[first + 2]};
}

// Of the patient, else of the volume frame of reference (PS3.3 C.8.24.3, enhanced ultrasound).
void ReadPlane(const Attributes& attributes, VolumeFrame& frame) {
  const bool several = frame.instance->NumberOfFrames > 1;
  std::vector<double> position = attributes.Numbers("00200032");
  if (several && !attributes.InGroups("00200032")) position = attributes.Numbers("00209301");
  std::vector<double> orientation = attributes.Numbers("00200037");
  if (orientation.empty()) orientation = attributes.Numbers("00209302");
  frame.position = VectorAt(position, 0, 3);
  frame.row_direction = VectorAt(orientation, 0, 6);
  frame.column_direction = VectorAt(orientation, 3, 6);
  const std::vector<double> spacing = attributes.Numbers("00280030");
  const auto plausible = [](double mm) { return mm >= kMinSpacingMm && mm <= kMaxSpacingMm; };
  if (spacing.size() == 2 && plausible(spacing[0]) && plausible(spacing[1])) {
    frame.PixelSpacing = {spacing[0], spacing[1]};
  }
}

void ReadKeys(const Attributes& attributes, VolumeFrame& frame) {
  // StackID, TemporalPositionIdentifier, TemporalPositionIndex, EchoTime, EchoNumbers, EffectiveEchoTime,
  // DiffusionBValue, ReferencedSegmentNumber.
  static constexpr absl::string_view kVolumeTags[] = {"00209056", "00200100", "00209128", "00180081",
                                                      "00180086", "00189082", "00189087", "0062000B"};
  for (const absl::string_view tag : kVolumeTags) absl::StrAppend(&frame.volume_key, attributes.Key(tag), "\n");
  const std::string trigger_time = attributes.Key("00181060");
  frame.phase_keys = {trigger_time.empty() ? attributes.Key("00209153") : trigger_time, attributes.Key("00189089"),
                      attributes.Key("00180082"), attributes.Key("00200012")};
  frame.ImageType = attributes.Texts("00089007");
  if (frame.ImageType.empty()) frame.ImageType = attributes.Texts("00080008");
}

VolumeFrame ReadFrame(const Attributes& attributes, std::shared_ptr<const VolumeInstance> instance, int number) {
  VolumeFrame frame;
  frame.instance = std::move(instance);
  frame.number = number;
  ReadPlane(attributes, frame);
  ReadKeys(attributes, frame);
  if (attributes.Mentions("00283000")) {
    frame.rescale = std::nullopt;
  } else {
    frame.rescale = {attributes.Number("00281053").value_or(1), attributes.Number("00281052").value_or(0)};
  }
  frame.windows =
      absl::StrCat(attributes.Key("00281050"), "\n", attributes.Key("00281051"), "\n", attributes.Key("00281056"));
  return frame;
}

void ReadDataset(const json& dataset, const FrameFilter& filter, std::vector<VolumeFrame>& frames) {
  Index shared;
  if (const json* items = ValuesOf(dataset, kSharedFunctionalGroups)) IndexGroups(items->front(), 0, shared);
  Attributes attributes(dataset, shared);
  const std::shared_ptr<const VolumeInstance> instance = ReadInstance(attributes);
  const json* per_frame = ValuesOf(dataset, kPerFrameFunctionalGroups);
  const size_t items = per_frame == nullptr ? 1 : std::min<size_t>(per_frame->size(), instance->NumberOfFrames);
  for (size_t i = 0; i < items; ++i) {
    if (per_frame != nullptr) attributes.SetFrame((*per_frame)[i]);
    if (filter.keep(attributes)) frames.push_back(ReadFrame(attributes, instance, static_cast<int>(i) + 1));
  }
}

bool KeepAll(const FrameAttributes&) { return true; }

}  // namespace

const absl::flat_hash_set<uint32_t>& VolumeFrameTags() {
  static const auto* const kTags = [] {
    auto* const tags = new absl::flat_hash_set<uint32_t>();
    const auto add = [&](absl::string_view name) {
      uint32_t tag = 0;
      if (absl::SimpleHexAtoi(name, &tag)) tags->insert(tag);
    };
    std::for_each(std::begin(kGroups), std::end(kGroups), add);
    std::for_each(std::begin(kAttributes), std::end(kAttributes), add);
    return tags;
  }();
  return *kTags;
}

absl::StatusOr<std::vector<VolumeFrame>> ReadVolumeFrames(absl::string_view metadata, const FrameFilter& filter) {
  std::vector<std::string> names;
  for (const uint32_t tag : filter.tags) names.push_back(absl::StrFormat("%08X", tag));
  absl::flat_hash_set<absl::string_view> tags(names.begin(), names.end());
  tags.insert(std::begin(kGroups), std::end(kGroups));
  tags.insert(std::begin(kAttributes), std::end(kAttributes));
  VITRINE_ASSIGN_OR_RETURN(const json document, ParseMetadata(metadata, tags));
  std::vector<VolumeFrame> frames;
  for (const json& dataset : document) ReadDataset(dataset, filter, frames);
  return frames;
}

absl::StatusOr<std::vector<VolumeFrame>> ReadVolumeFrames(absl::string_view metadata) {
  return ReadVolumeFrames(metadata, {{}, KeepAll});
}

std::vector<VolumeFrame> ReadInstanceFrames(const json& dataset) {
  std::vector<VolumeFrame> frames;
  ReadDataset(dataset, {{}, KeepAll}, frames);
  return frames;
}

}  // namespace vitrine::dicom
