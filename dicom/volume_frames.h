#ifndef VITRINE_DICOM_VOLUME_FRAMES_H_
#define VITRINE_DICOM_VOLUME_FRAMES_H_

// What DICOM JSON metadata (PS3.18 F) say of the frames of a series or study, as far as the question matters which of
// them form a volume and where its voxels lie.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "image/geometry.h"
#include "image/tone_curve.h"
#include "nlohmann/json_fwd.hpp"

namespace vitrine::dicom {

// What all frames of an instance share. Strings are "" and numbers 0 where the metadata say nothing, unless noted.
struct VolumeInstance {
  std::string SeriesInstanceUID;
  std::string SOPClassUID;
  std::string SOPInstanceUID;
  std::string FrameOfReferenceUID;  // Or Volume Frame of Reference UID.
  int InstanceNumber = 0;
  int NumberOfFrames = 1;
  int Rows = 0;
  int Columns = 0;
  int SamplesPerPixel = 1;
  std::string PhotometricInterpretation;
  int BitsAllocated = 16;
  int BitsStored = 16;  // BitsAllocated where it is not stated.
  int HighBit = 15;     // BitsStored - 1 where it is not stated.
  bool is_signed = false;
  bool is_float = false;  // Float or Double Float Pixel Data.
};

// Attributes that differ between the phases of an acquisition that images every position several times, but may as well
// differ from slice to slice of one volume: TriggerTime or NominalCardiacTriggerDelayTime,
// DiffusionGradientOrientation, InversionTime, AcquisitionNumber.
constexpr int kPhaseKeys = 4;

struct VolumeFrame {
  std::shared_ptr<const VolumeInstance> instance;  // Never null.
  int number = 1;                                  // In the instance, from 1.

  std::optional<image::Vector3> position;             // ImagePositionPatient: mm, LPS, centre of the first pixel.
  std::optional<image::Vector3> row_direction;        // ImageOrientationPatient: along a row, as stated.
  std::optional<image::Vector3> column_direction;     // Down a column.
  std::optional<std::array<double, 2>> PixelSpacing;  // mm: between rows, between columns.

  std::vector<std::string> ImageType;  // Or Frame Type.

  // Values that a volume has one of each: stack, temporal position, echo, b-value, segment. Opaque, to be compared.
  std::string volume_key;
  std::array<std::string, kPhaseKeys> phase_keys;

  std::optional<image::Rescale> rescale = image::Rescale{};  // nullopt: a Modality LUT.
  std::string windows;                                       // Its VOI windows; opaque, to be compared.
};

// One frame's attributes, wherever they are: in the functional groups of the frame, in the shared ones, or in the data
// set itself (PS3.3 C.7.6.16.2).
class FrameAttributes {
 public:
  virtual ~FrameAttributes() = default;

  // Values as text, names as their component groups; empty where the attribute is not there. `tag` is
  // (group << 16) | element.
  virtual std::vector<std::string> Values(uint32_t tag) const = 0;
};

// Which frames are wanted.
struct FrameFilter {
  // The attributes that `keep` asks for; others seem not to be there. Those of functional groups are found in the
  // groups that describe acquisition, geometry and time.
  std::vector<uint32_t> tags;
  absl::FunctionRef<bool(const FrameAttributes&)> keep;
};

// The attributes, at any level, that frames are read from, filters apart.
const absl::flat_hash_set<uint32_t>& VolumeFrameTags();

// The frames in the order of the document that the filter keeps. Of a multi-frame instance without functional groups
// for its frames, one without a position. Attributes that make no sense count as missing. kArchiveProtocol for what is
// no DICOM JSON array.
absl::StatusOr<std::vector<VolumeFrame>> ReadVolumeFrames(absl::string_view metadata, const FrameFilter& filter);
// All of them.
absl::StatusOr<std::vector<VolumeFrame>> ReadVolumeFrames(absl::string_view metadata);

// All frames of one data set of such a document, which has no other attributes than VolumeFrameTags().
std::vector<VolumeFrame> ReadInstanceFrames(const nlohmann::json& dataset);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_VOLUME_FRAMES_H_
