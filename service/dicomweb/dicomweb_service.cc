#include "service/dicomweb/dicomweb_service.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "service/dicomweb/parameters.h"
#include "service/dicomweb/rendered_response.h"
#include "service/dicomweb/rewrite_uris.h"
#include "service/dicomweb/wado_uri.h"
#include "service/http/public_base.h"
#include "service/virtual_series/derived_uid.h"

namespace vitrine::service {
namespace {

constexpr absl::string_view kDicomJson = "application/dicom+json";
constexpr absl::string_view kPdf = "application/pdf";

std::string FrameLocation(const Route& route, int frame) {
  return absl::StrCat(route.archive.empty() ? "" : absl::StrCat("/archives/", route.archive), "/dicom-web/studies/",
                      route.path.StudyInstanceUID, "/series/", route.path.SeriesInstanceUID, "/instances/",
                      route.path.SOPInstanceUID, "/frames/", frame);
}

}  // namespace

std::string QueryWithoutAccept(const http::Request& request) {
  return absl::StrJoin(
      absl::StrSplit(request.query, '&', [](absl::string_view pair) { return !absl::StartsWith(pair, "accept="); }),
      "&");
}

http::Response JsonResponse(std::string json) {
  http::Response response = http::MakeResponse(200, kDicomJson, std::move(json));
  response.Set("Cache-Control", "private, no-cache").Set("Vary", "Accept, Authorization");
  return response;
}

v1::Target TargetOf(const Route& route) {
  v1::Target target;
  target.set_archive(route.archive);
  target.set_study_instance_uid(route.path.StudyInstanceUID);
  target.set_series_instance_uid(route.path.SeriesInstanceUID);
  target.set_sop_instance_uid(route.path.SOPInstanceUID);
  return target;
}

absl::StatusOr<const ArchiveSet::Named*> DicomWebService::Admit(const Route& route,
                                                                const auth::Principal& principal) const {
  VITRINE_ASSIGN_OR_RETURN(const ArchiveSet::Named* archive, archives_.Find(route.archive));
  VITRINE_RETURN_IF_ERROR(access_.Check(principal, archive->name, route.path.StudyInstanceUID));
  return archive;
}

std::string DicomWebService::BaseOf(const Route& route, const http::Request& request) const {
  return absl::StrCat(http::PublicBase(request, options_.public_url),
                      route.archive.empty() ? "" : absl::StrCat("/archives/", route.archive), "/dicom-web");
}

absl::StatusOr<http::Response> DicomWebService::Handle(const http::Request& request, const Operation& operation,
                                                       absl::string_view& route_name) {
  VITRINE_ASSIGN_OR_RETURN(const auth::Principal principal, access_.Authenticate({request.header("authorization")}));
  if (IsWadoUri(request.segments)) {
    route_name = "wado_uri";
    VITRINE_ASSIGN_OR_RETURN(const WadoUriRequest translated, TranslateWadoUri(request));
    return Dispatch(translated.route, principal, translated.request, operation);
  }
  VITRINE_ASSIGN_OR_RETURN(const Route route, ParseRoute(request.segments));
  route_name = route.name;
  return Dispatch(route, principal, request, operation);
}

absl::StatusOr<http::Response> DicomWebService::Dispatch(const Route& route, const auth::Principal& principal,
                                                         const http::Request& request, const Operation& operation) {
  if (virtual_studies_ != nullptr && IsDerivedUid(route.path.SeriesInstanceUID)) {
    return Virtual(route, principal, request, operation);
  }
  switch (route.resource) {
    case Resource::kQuery: return Search(route, principal, request, operation);
    case Resource::kMetadata: return Metadata(route, principal, request, operation);
    case Resource::kStored: return Stored(route, principal, request, operation);
    case Resource::kFrames: return Frames(route, principal, request, operation);
    case Resource::kBulkData: return BulkData(route, principal, request, operation);
    case Resource::kRendered:
      if (route.path.SOPInstanceUID.empty()) return RenderedSet(route, principal, request, operation);
      return Rendered(route, principal, request, operation);
    case Resource::kThumbnail: return Thumbnail(route, principal, request, operation);
    case Resource::kRenderedMpr:
    case Resource::kRendered3d: return RenderedVolume(route, principal, request, operation);
  }
  return MakeError(ErrorCategory::kInternal, "unreachable");
}

absl::StatusOr<http::Response> DicomWebService::Search(const Route& route, const auth::Principal& principal,
                                                       const http::Request& request, const Operation& operation) {
  VITRINE_RETURN_IF_ERROR(CheckAcceptsJson(request));
  VITRINE_ASSIGN_OR_RETURN(const ArchiveSet::Named* archive, Admit(route, principal));
  VITRINE_ASSIGN_OR_RETURN(const ArchiveGate::Place place, archive->gate->Enter());
  VITRINE_ASSIGN_OR_RETURN(
      fetch::QueryResult result,
      virtual_studies_ == nullptr
          ? archive->archive->Query(route.level, route.path, QueryWithoutAccept(request), operation)
          : SearchWithVirtual(route, *archive, QueryWithoutAccept(request), operation));
  http::Response response =
      JsonResponse(RewriteUris(std::move(result.json), archive->archive->root(), BaseOf(route, request)));
  if (!result.warning.empty()) response.Set("Warning", result.warning);
  return response;
}

absl::StatusOr<http::Response> DicomWebService::Metadata(const Route& route, const auth::Principal& principal,
                                                         const http::Request& request, const Operation& operation) {
  VITRINE_RETURN_IF_ERROR(CheckAcceptsJson(request));
  VITRINE_ASSIGN_OR_RETURN(const ArchiveSet::Named* archive, Admit(route, principal));
  VITRINE_ASSIGN_OR_RETURN(const ArchiveGate::Place place, archive->gate->Enter());
  VITRINE_ASSIGN_OR_RETURN(std::string json, virtual_studies_ == nullptr
                                                 ? archive->archive->Metadata(route.path, operation)
                                                 : MetadataWithVirtual(route, *archive, operation));
  return JsonResponse(RewriteUris(std::move(json), archive->archive->root(), BaseOf(route, request)));
}

absl::StatusOr<http::Response> DicomWebService::Rendered(const Route& route, const auth::Principal& principal,
                                                         const http::Request& request, const Operation& operation) {
  absl::StatusOr<http::Response> response = RenderedFrames(route, principal, request, operation);
  const ErrorCategory category = CategoryOf(response.status());
  const bool no_image = category == ErrorCategory::kUnsupported || category == ErrorCategory::kNotAcceptable;
  if (!no_image || !route.frames.empty() || !Accepts(request, kPdf)) return response;
  absl::StatusOr<http::Response> document = RenderedDocument(route, principal, operation);
  // What it is not says more about the instance than what else it is not.
  return CategoryOf(document.status()) == ErrorCategory::kUnsupported ? response : document;
}

absl::StatusOr<http::Response> DicomWebService::RenderedFrames(const Route& route, const auth::Principal& principal,
                                                               const http::Request& request,
                                                               const Operation& operation) {
  const Offer offer = route.frames.size() > 1 ? Offer::kPictures : Offer::kPicture;
  VITRINE_ASSIGN_OR_RETURN(const Representation representation, Negotiate(request, offer));
  v1::RenderRequest render;
  *render.mutable_view()->mutable_target() = TargetOf(route);
  render.mutable_view()->mutable_frame();
  render.mutable_output()->set_format(representation.format);
  VITRINE_RETURN_IF_ERROR(ReadRenderParameters(request.params, render));
  std::vector<int> frames = route.frames.empty() ? std::vector<int>{1} : route.frames;
  if (representation.multipart && route.frames.empty()) {
    VITRINE_ASSIGN_OR_RETURN(frames, AllFrames(principal, render.view().target(), operation));
  }
  if (static_cast<int>(frames.size()) > options_.max_pictures) {
    return MakeError(ErrorCategory::kTooLarge,
                     absl::StrCat("one answer holds at most ", options_.max_pictures, " pictures"));
  }
  std::vector<Part> parts;
  uint64_t bytes = 0;
  for (const int frame : frames) {
    render.mutable_view()->mutable_frame()->set_frame_number(frame);
    VITRINE_ASSIGN_OR_RETURN(RenderResult result, handler_.Render(principal, render, operation));
    bytes += result.picture->data->size();
    if (bytes > options_.max_answer_bytes) {
      return MakeError(ErrorCategory::kTooLarge, "the answer would be over the server's limit; ask for fewer pictures");
    }
    parts.push_back({std::move(result), FrameLocation(route, frame)});
  }
  http::Response response = representation.multipart
                                ? MultipartResponse(request, parts, options_.client_max_age)
                                : SinglePartResponse(request, parts.front().result, options_.client_max_age);
  if (options_.server_timing) response.Set("Server-Timing", ServerTiming(parts.front().result.timings));
  return response;
}

absl::StatusOr<std::vector<int>> DicomWebService::AllFrames(const auth::Principal& principal, const v1::Target& target,
                                                            const Operation& operation) {
  VITRINE_ASSIGN_OR_RETURN(const int count, handler_.NumberOfFrames(principal, target, operation));
  // One more than may be answered is enough to notice that there are too many.
  std::vector<int> frames(std::min(count, options_.max_pictures + 1));
  std::iota(frames.begin(), frames.end(), 1);
  return frames;
}

}  // namespace vitrine::service
