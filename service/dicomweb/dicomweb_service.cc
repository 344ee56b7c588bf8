#include "service/dicomweb/dicomweb_service.h"

#include <string>

#include "base/error.h"
#include "base/status_macros.h"
#include "service/dicomweb/accept.h"
#include "service/dicomweb/response_headers.h"
#include "service/dicomweb/rewrite_uris.h"
#include "service/dicomweb/wado_uri.h"
#include "service/virtual_series/derived_uid.h"

namespace vitrine::service {

absl::StatusOr<http::Response> DicomWebService::Handle(const http::Request& request, const Operation& operation,
                                                       absl::string_view& route_name) {
  VITRINE_ASSIGN_OR_RETURN(const auth::Principal principal,
                           authenticator_.Authenticate({request.header("authorization")}));
  if (IsWadoUri(request.segments)) {
    route_name = "wado_uri";
    VITRINE_ASSIGN_OR_RETURN(const WadoUriRequest translated, TranslateWadoUri(request));
    return Dispatch({translated.route, principal, translated.request, operation});
  }
  VITRINE_ASSIGN_OR_RETURN(const Route route, ParseRoute(request.segments));
  route_name = route.name;
  return Dispatch({route, principal, request, operation});
}

absl::StatusOr<http::Response> DicomWebService::Dispatch(const ResourceCall& call) {
  const Route& route = call.route;
  if (virtual_resources_ && IsDerivedUid(route.path.SeriesInstanceUID)) return virtual_resources_->Answer(call);
  switch (route.resource) {
    case Resource::kQuery: return Search(call);
    case Resource::kMetadata: return Metadata(call);
    case Resource::kStored: return stored_.Instances(call);
    case Resource::kFrames: return stored_.Frames(call);
    case Resource::kBulkData: return stored_.BulkData(call);
    case Resource::kRendered: return route.path.SOPInstanceUID.empty() ? rendered_.Set(call) : rendered_.Instance(call);
    case Resource::kThumbnail: return rendered_.Thumbnail(call);
    case Resource::kRenderedMpr:
    case Resource::kRendered3d: return rendered_.Volume(call);
  }
  return MakeError(ErrorCategory::kInternal, "unreachable");
}

absl::StatusOr<http::Response> DicomWebService::Search(const ResourceCall& call) {
  VITRINE_RETURN_IF_ERROR(CheckAcceptsJson(call.request));
  VITRINE_ASSIGN_OR_RETURN(const ArchiveSet::Named* named, access_.Admit(call));
  VITRINE_ASSIGN_OR_RETURN(const ArchiveGate::Place place, named->gate->Enter());
  fetch::Archive& archive = *named->archive;
  const std::string query = QueryWithoutAccept(call.request);
  VITRINE_ASSIGN_OR_RETURN(fetch::QueryResult result,
                           virtual_listings_ ? virtual_listings_->Search(call, *named, query)
                                             : archive.Query(call.route.level, call.route.path, query, call.operation));
  http::Response response = JsonResponse(RewriteUris(std::move(result.json), archive.root(), access_.BaseOf(call)));
  if (!result.warning.empty()) response.Set("Warning", result.warning);
  return response;
}

absl::StatusOr<http::Response> DicomWebService::Metadata(const ResourceCall& call) {
  VITRINE_RETURN_IF_ERROR(CheckAcceptsJson(call.request));
  VITRINE_ASSIGN_OR_RETURN(const ArchiveSet::Named* named, access_.Admit(call));
  VITRINE_ASSIGN_OR_RETURN(const ArchiveGate::Place place, named->gate->Enter());
  fetch::Archive& archive = *named->archive;
  VITRINE_ASSIGN_OR_RETURN(std::string json, virtual_listings_ ? virtual_listings_->Metadata(call, *named)
                                                               : archive.Metadata(call.route.path, call.operation));
  return JsonResponse(RewriteUris(std::move(json), archive.root(), access_.BaseOf(call)));
}

}  // namespace vitrine::service
