#include "dicom/volume_plan.h"

#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "dicom/volume_geometry.h"

namespace vitrine::dicom {
namespace {

using Frames = std::vector<VolumeFrame>;

// Directions that are told apart among frames that agree otherwise: a rotating acquisition has hundreds.
constexpr size_t kMaxGrids = 256;

// Images with a frame of reference each, from which on the UIDs are taken for scattered ones.
constexpr size_t kLeastScattered = 3;

image::SampleType StoredType(const VolumeInstance& instance) {
  if (instance.is_float || instance.BitsStored > 16) return image::SampleType::kFloat32;
  if (instance.is_signed) return image::SampleType::kInt16;
  return instance.BitsStored > 8 ? image::SampleType::kUint16 : image::SampleType::kUint8;
}

// Why the frame can be in no volume, or "".
absl::string_view Unfit(const VolumeFrame& frame) {
  const VolumeInstance& instance = *frame.instance;
  if (instance.Rows == 0 || instance.Columns == 0) return "the object holds no image";
  const auto& types = frame.ImageType;
  if (std::find(types.begin(), types.end(), "LOCALIZER") != types.end()) return "the image type is LOCALIZER";
  if (instance.PhotometricInterpretation == "MONOCHROME1") return "the photometric interpretation is MONOCHROME1";
  if (instance.SamplesPerPixel != 1 || instance.PhotometricInterpretation != "MONOCHROME2") {
    return "the photometric interpretation is not MONOCHROME2";
  }
  if (!frame.position || !frame.row_direction || !frame.PixelSpacing) {
    return "the position, orientation or pixel spacing is not known";
  }
  return "";
}

// What must be equal within a volume, but for what is compared with a tolerance and the frame of reference.
std::string Key(const VolumeFrame& frame) {
  const VolumeInstance& i = *frame.instance;
  return absl::StrCat(
      absl::StrJoin({i.SeriesInstanceUID, i.SOPClassUID}, "\n"), "\n",
      absl::StrJoin({i.Rows, i.Columns, i.BitsAllocated, i.BitsStored, i.HighBit, int{i.is_signed}, int{i.is_float}},
                    "\n"),
      "\n", absl::StrJoin(frame.ImageType, "\\"), "\n", frame.volume_key);
}

class Planner {
 public:
  VolumePlans Plan(Frames frames) {
    for (Frames& group : Partition(std::move(frames))) {
      for (Frames& part : SplitFramesOfReference(std::move(group))) {
        for (Frames& volume : SplitPhases(std::move(part))) AddVolume(std::move(volume));
      }
    }
    return std::move(plans_);
  }

 private:
  void LeaveOut(Frames frames, absl::string_view reason) {
    const auto same = std::find_if(plans_.left_out.begin(), plans_.left_out.end(),
                                   [&](const LeftOut& left_out) { return left_out.reason == reason; });
    if (same == plans_.left_out.end()) {
      plans_.left_out.push_back({std::move(frames), std::string(reason)});
    } else {
      std::move(frames.begin(), frames.end(), std::back_inserter(same->frames));
    }
  }

  // By everything but frames of reference and phase keys.
  std::vector<Frames> Partition(Frames frames) {
    std::vector<Frames> groups;
    absl::flat_hash_map<std::string, std::vector<size_t>> groups_of_key;
    for (VolumeFrame& frame : frames) {
      if (const absl::string_view reason = Unfit(frame); !reason.empty()) {
        LeaveOut({std::move(frame)}, reason);
        continue;
      }
      std::vector<size_t>& candidates = groups_of_key[Key(frame)];
      const auto found = std::find_if(candidates.begin(), candidates.end(),
                                      [&](size_t group) { return SameGrid(frame, groups[group].front()); });
      if (found != candidates.end()) {
        groups[*found].push_back(std::move(frame));
      } else if (candidates.size() == kMaxGrids) {
        LeaveOut({std::move(frame)}, "the series has too many different orientations");
      } else {
        candidates.push_back(groups.size());
        groups.push_back({std::move(frame)});
      }
    }
    return groups;
  }

  static std::vector<Frames> SplitFramesOfReference(Frames group) {
    std::vector<Frames> parts;
    absl::flat_hash_map<std::string, size_t> part_of_uid;
    for (const VolumeFrame& frame : group) {
      const auto [part, is_new] = part_of_uid.try_emplace(frame.instance->FrameOfReferenceUID, parts.size());
      if (is_new) parts.emplace_back();
      parts[part->second].push_back(frame);
    }
    if (parts.size() != group.size() || group.size() < kLeastScattered) return parts;
    parts.clear();
    parts.push_back(std::move(group));
    return parts;
  }

  // One group, or several where a phase key separates frames that share positions.
  static std::vector<Frames> SplitPhases(Frames group) {
    std::vector<Frames> groups;
    groups.push_back(std::move(group));
    for (int key = 0; key < kPhaseKeys; ++key) {
      std::vector<Frames> next;
      for (Frames& frames : groups) SplitBy(key, std::move(frames), next);
      groups = std::move(next);
    }
    return groups;
  }

  static void SplitBy(int key, Frames frames, std::vector<Frames>& result) {
    const int shared = CountSharedPositions(frames);
    std::vector<Frames> parts;
    if (shared > 0) {
      absl::flat_hash_map<std::string, size_t> part_of_value;
      for (const VolumeFrame& frame : frames) {
        const auto [part, is_new] = part_of_value.try_emplace(frame.phase_keys[key], parts.size());
        if (is_new) parts.emplace_back();
        parts[part->second].push_back(frame);
      }
    }
    int still_shared = 0;
    bool alone = false;
    for (const Frames& part : parts) {
      still_shared += CountSharedPositions(part);
      alone = alone || part.size() < 2;
    }
    if (shared == 0 || alone || still_shared >= shared) {
      result.push_back(std::move(frames));
    } else {
      std::move(parts.begin(), parts.end(), std::back_inserter(result));
    }
  }

  void AddVolume(Frames frames) {
    absl::StatusOr<SliceStack> stack = StackSlices(frames);
    if (!stack.ok()) return LeaveOut(std::move(frames), stack.status().message());
    VolumePlan plan;
    plan.lattice = stack->lattice;
    plan.places = std::move(stack->places);
    for (const int i : stack->order) plan.slices.push_back(std::move(frames[i]));
    plan.stored_type = StoredType(*plan.slices.front().instance);
    const std::optional<image::Rescale>& first = plan.slices.front().rescale;
    plan.one_rescale = std::all_of(plan.slices.begin(), plan.slices.end(), [&](const VolumeFrame& slice) {
      return slice.rescale && slice.rescale->slope > 0 && slice.rescale->slope == first->slope &&
             slice.rescale->intercept == first->intercept;
    });
    plans_.volumes.push_back(std::move(plan));
  }

  VolumePlans plans_;
};

}  // namespace

std::string Sentence(const LeftOut& left_out) {
  const size_t count = left_out.frames.size();
  return absl::StrCat(count, count == 1 ? " image is" : " images are", " left out: ", left_out.reason);
}

VolumePlans PlanVolumes(std::vector<VolumeFrame> frames) { return Planner().Plan(std::move(frames)); }

}  // namespace vitrine::dicom
