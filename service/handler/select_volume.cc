#include "service/handler/select_volume.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "fetch/archive.h"
#include "service/handler/volume_match.h"
#include "xxhash.h"

namespace vitrine::service {
namespace {

using dicom::VolumeFrame;

constexpr size_t kMaxReasons = 4;

absl::Status Invalid(absl::string_view message) { return MakeError(ErrorCategory::kInvalidRequest, message); }

bool IsUidOrEmpty(const std::string& uid) { return uid.empty() || fetch::IsValidUid(uid); }

// Archives may answer with more than was asked for.
bool InTarget(const VolumeFrame& frame, const v1::Target& target) {
  const dicom::VolumeInstance& instance = *frame.instance;
  return fetch::IsValidUid(instance.SOPInstanceUID) && fetch::IsValidUid(instance.SeriesInstanceUID) &&
         (target.series_instance_uid().empty() || instance.SeriesInstanceUID == target.series_instance_uid()) &&
         (target.sop_instance_uid().empty() || instance.SOPInstanceUID == target.sop_instance_uid());
}

absl::Status KeepFrameNumbers(const v1::Target& target, std::vector<VolumeFrame>& frames) {
  if (target.frame_numbers().empty()) return absl::OkStatus();
  const std::set<int> wanted(target.frame_numbers().begin(), target.frame_numbers().end());
  const int count = frames.empty() ? 0 : frames.front().instance->NumberOfFrames;
  if (*wanted.begin() < 1 || *wanted.rbegin() > count) {
    return MakeError(ErrorCategory::kNotFound, absl::StrCat("the instance has ", count, " frames"));
  }
  frames.erase(std::remove_if(frames.begin(), frames.end(),
                              [&](const VolumeFrame& frame) { return !wanted.contains(frame.number); }),
               frames.end());
  return absl::OkStatus();
}

absl::Status NoVolume(const std::vector<dicom::LeftOut>& left_out) {
  std::vector<std::string> reasons;
  for (const dicom::LeftOut& frames : left_out) {
    if (reasons.size() < kMaxReasons) reasons.push_back(dicom::Sentence(frames));
  }
  return Invalid(absl::StrCat("the target holds no volume: ", absl::StrJoin(reasons, "; ")));
}

absl::Status SeveralVolumes(size_t count) {
  return Invalid(
      absl::StrCat("the target holds ", count,
                   " volumes: name one of their instances (or frames) as the reference, or match attributes"));
}

bool IsReference(const VolumeFrame& frame, const v1::VolumeInput& input) {
  return frame.instance->SOPInstanceUID == input.reference_sop_instance_uid() &&
         (input.reference_frame_number() == 0 || frame.number == input.reference_frame_number());
}

absl::StatusOr<VolumeChoice> ChooseByReference(const dicom::VolumePlans& plans, const v1::VolumeInput& input) {
  const auto is_reference = [&](const VolumeFrame& frame) { return IsReference(frame, input); };
  std::vector<VolumeChoice> found;
  for (size_t i = 0; i < plans.volumes.size(); ++i) {
    const std::vector<VolumeFrame>& slices = plans.volumes[i].slices;
    const auto slice = std::find_if(slices.begin(), slices.end(), is_reference);
    if (slice != slices.end()) found.push_back({i, static_cast<int>(slice - slices.begin())});
  }
  if (found.size() == 1) return found.front();
  if (found.size() > 1) return SeveralVolumes(found.size());
  for (const dicom::LeftOut& left_out : plans.left_out) {
    if (std::any_of(left_out.frames.begin(), left_out.frames.end(), is_reference)) {
      return Invalid(absl::StrCat("the reference belongs to no volume: ", dicom::Sentence(left_out)));
    }
  }
  return Invalid("the reference is not in the target");
}

void SetVector(const image::Vector3& from, v1::Vector3& to) {
  to.set_x(from.x);
  to.set_y(from.y);
  to.set_z(from.z);
}

}  // namespace

absl::Status CheckVolumeRequest(const v1::Target& target, const v1::VolumeInput& input) {
  if (!fetch::IsValidUid(target.study_instance_uid())) return Invalid("target needs a study_instance_uid");
  if (!IsUidOrEmpty(target.series_instance_uid()) || !IsUidOrEmpty(target.sop_instance_uid())) {
    return Invalid("target: a UID is 1 to 64 digits and dots");
  }
  if (!target.sop_instance_uid().empty() && target.series_instance_uid().empty()) {
    return Invalid("target: an instance needs its series_instance_uid");
  }
  if (!target.frame_numbers().empty() && target.sop_instance_uid().empty()) {
    return Invalid("target: frame_numbers need a sop_instance_uid");
  }
  const bool has_reference = !input.reference_sop_instance_uid().empty();
  if (!IsUidOrEmpty(input.reference_sop_instance_uid())) return Invalid("the reference is no UID");
  if (input.reference_frame_number() < 0 || (input.reference_frame_number() > 0 && !has_reference)) {
    return Invalid("reference_frame_number needs an instance and counts from 1");
  }
  if (has_reference && !input.match().empty()) return Invalid("a reference excludes matching attributes");
  return absl::OkStatus();
}

absl::StatusOr<dicom::VolumePlans> ReadVolumes(absl::string_view metadata, const v1::Target& target,
                                               const v1::VolumeInput& input) {
  VITRINE_ASSIGN_OR_RETURN(const std::vector<MatchKey> keys, ParseMatch(input.match()));
  const auto keep = [&keys](const dicom::FrameAttributes& frame) { return Matches(keys, frame); };
  std::vector<uint32_t> tags;
  for (const MatchKey& key : keys) tags.push_back(key.tag);
  VITRINE_ASSIGN_OR_RETURN(std::vector<VolumeFrame> frames, dicom::ReadVolumeFrames(metadata, {tags, keep}));
  return PlanTarget(std::move(frames), target);
}

absl::StatusOr<dicom::VolumePlans> PlanTarget(std::vector<VolumeFrame> frames, const v1::Target& target) {
  frames.erase(
      std::remove_if(frames.begin(), frames.end(), [&](const VolumeFrame& frame) { return !InTarget(frame, target); }),
      frames.end());
  VITRINE_RETURN_IF_ERROR(KeepFrameNumbers(target, frames));
  if (frames.empty()) return Invalid("no image of the target matches");
  return dicom::PlanVolumes(std::move(frames));
}

absl::StatusOr<VolumeChoice> ChooseVolume(const dicom::VolumePlans& plans, const v1::VolumeInput& input) {
  if (!input.reference_sop_instance_uid().empty()) return ChooseByReference(plans, input);
  if (plans.volumes.empty()) return NoVolume(plans.left_out);
  if (plans.volumes.size() > 1) return SeveralVolumes(plans.volumes.size());
  return VolumeChoice{0, static_cast<int>(plans.volumes.front().slices.size() / 2)};
}

absl::Status DescribeVolumes(absl::string_view metadata, v1::DescribeSeriesResponse& response) {
  VITRINE_ASSIGN_OR_RETURN(std::vector<VolumeFrame> frames, dicom::ReadVolumeFrames(metadata));
  const dicom::VolumePlans plans = dicom::PlanVolumes(std::move(frames));
  for (const dicom::VolumePlan& plan : plans.volumes) {
    v1::DescribeSeriesResponse::Volume& volume = *response.add_volumes();
    const VolumeFrame& first = plan.slices.front();
    volume.mutable_input()->set_reference_sop_instance_uid(first.instance->SOPInstanceUID);
    if (first.instance->NumberOfFrames > 1) volume.mutable_input()->set_reference_frame_number(first.number);
    const image::Lattice& lattice = plan.lattice;
    volume.set_columns(lattice.columns);
    volume.set_rows(lattice.rows);
    volume.set_slices(lattice.slices);
    volume.set_column_spacing_mm(Length(lattice.column_step));
    volume.set_row_spacing_mm(Length(lattice.row_step));
    volume.set_slice_spacing_mm(Length(lattice.slice_step));
    SetVector(lattice.origin, *volume.mutable_origin());
    SetVector(Normalized(lattice.column_step), *volume.mutable_column_direction());
    SetVector(Normalized(lattice.row_step), *volume.mutable_row_direction());
    SetVector(Normalized(lattice.slice_step), *volume.mutable_slice_direction());
  }
  for (const dicom::LeftOut& left_out : plans.left_out) response.add_left_out(dicom::Sentence(left_out));
  return absl::OkStatus();
}

std::string Identity(const dicom::VolumePlan& plan) {
  std::string text;
  for (size_t i = 0; i < plan.slices.size(); ++i) {
    const dicom::VolumeInstance& instance = *plan.slices[i].instance;
    absl::StrAppend(&text, instance.SeriesInstanceUID, "/", instance.SOPInstanceUID, "/", plan.slices[i].number, "@",
                    plan.places[i], "\n");
  }
  const image::Lattice& l = plan.lattice;
  for (const image::Vector3& v : {l.origin, l.column_step, l.row_step, l.slice_step}) {
    absl::StrAppend(&text, absl::StrFormat("%.17g %.17g %.17g\n", v.x, v.y, v.z));
  }
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  return absl::StrFormat("%016x%016x", hash.high64, hash.low64);
}

}  // namespace vitrine::service
