#include "service/dicomweb/resource.h"

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/status_macros.h"
#include "service/http/public_base.h"

namespace vitrine::service {

absl::StatusOr<const ArchiveSet::Named*> ResourceAccess::Admit(const ResourceCall& call) const {
  VITRINE_ASSIGN_OR_RETURN(const ArchiveSet::Named* archive, archives_.Find(call.route.archive));
  VITRINE_RETURN_IF_ERROR(access_.Check(call.principal, archive->name, call.route.path.StudyInstanceUID));
  return archive;
}

std::string ResourceAccess::BaseOf(const ResourceCall& call) const {
  return absl::StrCat(http::PublicBase(call.request, public_url_), RootOf(call.route));
}

std::string RootOf(const Route& route) {
  return absl::StrCat(route.archive.empty() ? "" : absl::StrCat("/archives/", route.archive), "/dicom-web");
}

v1::Target TargetOf(const Route& route) {
  v1::Target target;
  target.set_archive(route.archive);
  target.set_study_instance_uid(route.path.StudyInstanceUID);
  target.set_series_instance_uid(route.path.SeriesInstanceUID);
  target.set_sop_instance_uid(route.path.SOPInstanceUID);
  return target;
}

std::string QueryWithoutAccept(const http::Request& request) {
  return absl::StrJoin(
      absl::StrSplit(request.query, '&', [](absl::string_view pair) { return !absl::StartsWith(pair, "accept="); }),
      "&");
}

}  // namespace vitrine::service
