#include "service/handler/target_plans.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status_macros.h"
#include "service/handler/select_volume.h"

namespace vitrine::service {
namespace {

constexpr uint64_t kBytesPerSlice = 1024;

}  // namespace

TargetPlans::TargetPlans(dicom::VolumePlans plans, absl::string_view archive, const v1::Target& target)
    : plans_(std::move(plans)) {
  for (const dicom::VolumePlan& plan : plans_.volumes) {
    keys_.push_back(absl::StrCat(archive, "/", target.study_instance_uid(), "/", Identity(plan)));
  }
}

uint64_t TargetPlans::memory_bytes() const {
  size_t slices = 0;
  for (const dicom::VolumePlan& plan : plans_.volumes) slices += plan.slices.size();
  for (const dicom::LeftOut& left_out : plans_.left_out) slices += left_out.frames.size();
  return (slices + 1) * kBytesPerSlice;
}

std::string PlansKey(absl::string_view archive, const v1::Target& target, const v1::VolumeInput& input) {
  std::string key = absl::StrCat(archive, "/", target.study_instance_uid(), "/", target.series_instance_uid(), "/",
                                 target.sop_instance_uid(), "/", absl::StrJoin(target.frame_numbers(), ","));
  for (const auto& [name, value] : std::map<std::string, std::string>(input.match().begin(), input.match().end())) {
    absl::StrAppend(&key, "/", name.size(), ":", name, value.size(), ":", value);
  }
  return key;
}

absl::StatusOr<NamedSelection> SelectVolume(const std::shared_ptr<const TargetPlans>& plans, const v1::Target& target,
                                            const v1::VolumeInput& input) {
  VITRINE_ASSIGN_OR_RETURN(const VolumeChoice choice, ChooseVolume(plans->plans(), input));
  const dicom::VolumePlan& plan = plans->plans().volumes[choice.volume];
  NamedSelection selection;
  selection.volume.study_instance_uid = target.study_instance_uid();
  selection.volume.plan = std::shared_ptr<const dicom::VolumePlan>(plans, &plan);
  selection.volume.window_slice = static_cast<int>(plan.slices.size() / 2);
  selection.key = plans->key(choice.volume);
  const std::string& windows = plan.slices[choice.reference_slice].windows;
  if (windows != plan.slices[selection.volume.window_slice].windows) {
    selection.volume.window_slice = choice.reference_slice;
    absl::StrAppend(&selection.key, "/", windows);
  }
  return selection;
}

}  // namespace vitrine::service
