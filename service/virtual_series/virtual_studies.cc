#include "service/virtual_series/virtual_studies.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "nlohmann/json.hpp"
#include "service/virtual_series/plan_virtual_study.h"

namespace vitrine::service {
namespace {

using nlohmann::json;

std::string KeyOf(const ArchiveSet::Named& archive, const std::string& study_instance_uid) {
  return absl::StrCat(archive.name, "/", study_instance_uid);
}

// About what a study's plan takes: a UID and its string for each image, and some kilobytes of shared attributes.
uint64_t ChargeOf(const VirtualStudy& study) {
  uint64_t bytes = sizeof(study);
  for (const VirtualSeries& series : study.series) bytes += (16 << 10) + series.SOPInstanceUIDs.size() * 80;
  return bytes;
}

}  // namespace

absl::StatusOr<VirtualStudies::Pointer> VirtualStudies::Of(const ArchiveSet::Named& archive,
                                                           const std::string& study_instance_uid,
                                                           const Operation& operation) {
  using Loaded = ByteCache<VirtualStudy>::Loaded;
  const auto instance = [&](const fetch::ResourcePath& path) -> absl::StatusOr<json> {
    VITRINE_ASSIGN_OR_RETURN(const std::string text, archive.archive->Metadata(path, operation));
    json datasets = json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (datasets.is_array() && !datasets.empty() && datasets.front().is_object()) return std::move(datasets.front());
    return MakeError(ErrorCategory::kArchiveProtocol, "the archive's metadata is not a DICOM JSON array");
  };
  return studies_.GetOrLoad(KeyOf(archive, study_instance_uid), operation, [&]() -> absl::StatusOr<Loaded> {
    const absl::Time start = absl::Now();
    VITRINE_ASSIGN_OR_RETURN(const std::string metadata,
                             archive.archive->Metadata({study_instance_uid, "", ""}, operation));
    VITRINE_ASSIGN_OR_RETURN(VirtualStudy study,
                             PlanVirtualStudy(metadata, archive.name, study_instance_uid, instance));
    const uint64_t charge = ChargeOf(study);
    return Loaded{std::make_shared<const VirtualStudy>(std::move(study)), charge, start};
  });
}

VirtualStudies::Pointer VirtualStudies::Known(const ArchiveSet::Named& archive, const std::string& study_instance_uid) {
  return studies_.Find(KeyOf(archive, study_instance_uid));
}

}  // namespace vitrine::service
