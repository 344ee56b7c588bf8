// DicomWebService: rendered studies and series, thumbnails, and documents that are shown as they are.

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "dicom/bulk_data.h"
#include "dicom/limits.h"
#include "service/dicomweb/dicomweb_service.h"
#include "service/dicomweb/instance_list.h"
#include "service/dicomweb/parameters.h"
#include "service/dicomweb/rendered_response.h"

namespace vitrine::service {
namespace {

constexpr int kThumbnailSide = 256;
constexpr size_t kMaxCandidates = 8;
constexpr absl::string_view kDocument = "00420011";      // Encapsulated Document.
constexpr absl::string_view kDocumentType = "00420012";  // MIME Type of Encapsulated Document.

// A picture that may stand for what it is one of.
struct Candidate {
  fetch::ResourcePath path;
  int frame = 1;
};

// The middle image of each series, the first series first.
std::vector<Candidate> CandidatesAmong(const std::vector<ListedInstance>& instances) {
  std::vector<Candidate> candidates;
  for (size_t begin = 0; begin < instances.size() && candidates.size() < kMaxCandidates;) {
    size_t end = begin;
    while (end < instances.size() && instances[end].path.SeriesInstanceUID == instances[begin].path.SeriesInstanceUID) {
      ++end;
    }
    const ListedInstance& middle = instances[begin + (end - begin) / 2];
    candidates.push_back({middle.path, (middle.frames + 1) / 2});
    begin = end;
  }
  return candidates;
}

void SetTarget(const Candidate& candidate, v1::RenderRequest& render) {
  v1::Target& target = *render.mutable_view()->mutable_target();
  target.set_series_instance_uid(candidate.path.SeriesInstanceUID);
  target.set_sop_instance_uid(candidate.path.SOPInstanceUID);
  render.mutable_view()->mutable_frame()->set_frame_number(candidate.frame);
}

absl::StatusOr<v1::RenderRequest> ReadRequest(const Route& route, const http::Request& request,
                                              v1::Output::Format format) {
  v1::RenderRequest render;
  *render.mutable_view()->mutable_target() = TargetOf(route);
  render.mutable_view()->mutable_frame();
  render.mutable_output()->set_format(format);
  VITRINE_RETURN_IF_ERROR(ReadRenderParameters(request.params, render));
  return render;
}

absl::Status NoImages() { return MakeError(ErrorCategory::kUnsupported, "there is no image that could be shown"); }

}  // namespace

absl::StatusOr<http::Response> DicomWebService::Representative(const Route& route, const auth::Principal& principal,
                                                               const http::Request& request, v1::RenderRequest render,
                                                               const Operation& operation) {
  std::vector<Candidate> candidates = {{route.path, route.frames.empty() ? 1 : route.frames.front()}};
  if (route.path.SOPInstanceUID.empty()) {
    VITRINE_ASSIGN_OR_RETURN(const ArchiveSet::Named* archive, Admit(route, principal));
    VITRINE_ASSIGN_OR_RETURN(const ArchiveGate::Place place, archive->gate->Enter());
    VITRINE_ASSIGN_OR_RETURN(const auto instances, ListInstances(*archive, route.path, operation));
    if (instances.empty()) return MakeError(ErrorCategory::kNotFound, "the archive does not hold this object");
    candidates = CandidatesAmong(instances);
  }
  absl::Status status = NoImages();
  for (const Candidate& candidate : candidates) {
    SetTarget(candidate, render);
    const absl::StatusOr<RenderResult> result = handler_.Render(principal, render, operation);
    if (result.ok()) return SinglePartResponse(request, *result, options_.client_max_age);
    status = result.status();
    if (CategoryOf(status) != ErrorCategory::kUnsupported) break;
  }
  return status;
}

absl::StatusOr<http::Response> DicomWebService::Thumbnail(const Route& route, const auth::Principal& principal,
                                                          const http::Request& request, const Operation& operation) {
  VITRINE_ASSIGN_OR_RETURN(const Representation representation, Negotiate(request, Offer::kPicture));
  if (representation.multipart) return MakeError(ErrorCategory::kNotAcceptable, "a thumbnail is a single picture");
  VITRINE_ASSIGN_OR_RETURN(v1::RenderRequest render, ReadRequest(route, request, representation.format));
  if (render.output().width() == 0) {
    render.mutable_output()->set_width(kThumbnailSide);
    render.mutable_output()->set_height(kThumbnailSide);
  }
  return Representative(route, principal, request, std::move(render), operation);
}

absl::StatusOr<http::Response> DicomWebService::RenderedSet(const Route& route, const auth::Principal& principal,
                                                            const http::Request& request, const Operation& operation) {
  VITRINE_ASSIGN_OR_RETURN(const Representation representation, Negotiate(request, Offer::kPicture));
  VITRINE_ASSIGN_OR_RETURN(v1::RenderRequest render, ReadRequest(route, request, representation.format));
  if (!representation.multipart) return Representative(route, principal, request, std::move(render), operation);
  VITRINE_ASSIGN_OR_RETURN(const ArchiveSet::Named* archive, Admit(route, principal));
  std::vector<ListedInstance> instances;
  {
    VITRINE_ASSIGN_OR_RETURN(const ArchiveGate::Place place, archive->gate->Enter());
    VITRINE_ASSIGN_OR_RETURN(instances, ListInstances(*archive, route.path, operation));
  }
  std::vector<Candidate> pictures;
  for (const ListedInstance& instance : instances) {
    for (int frame = 1; frame <= instance.frames; ++frame) {
      pictures.push_back({instance.path, frame});
      if (static_cast<int>(pictures.size()) > options_.max_pictures) {
        return MakeError(ErrorCategory::kTooLarge,
                         absl::StrCat("one answer holds at most ", options_.max_pictures, " pictures"));
      }
    }
  }
  std::vector<Part> parts;
  uint64_t bytes = 0;
  for (const Candidate& picture : pictures) {
    SetTarget(picture, render);
    absl::StatusOr<RenderResult> result = handler_.Render(principal, render, operation);
    if (CategoryOf(result.status()) == ErrorCategory::kUnsupported) continue;  // Reports and the like.
    VITRINE_RETURN_IF_ERROR(result.status());
    bytes += result->picture->data->size();
    if (bytes > options_.max_answer_bytes) {
      return MakeError(ErrorCategory::kTooLarge, "the answer would be over the server's limit; ask for fewer pictures");
    }
    parts.push_back(
        {*std::move(result), absl::StrCat(BaseOf(route, request), "/studies/", picture.path.StudyInstanceUID,
                                          "/series/", picture.path.SeriesInstanceUID, "/instances/",
                                          picture.path.SOPInstanceUID, "/frames/", picture.frame)});
  }
  if (parts.empty()) return NoImages();
  return MultipartResponse(request, parts, options_.client_max_age);
}

absl::StatusOr<http::Response> DicomWebService::RenderedDocument(const Route& route, const auth::Principal& principal,
                                                                 const Operation& operation) {
  VITRINE_ASSIGN_OR_RETURN(const ArchiveSet::Named* archive, Admit(route, principal));
  VITRINE_ASSIGN_OR_RETURN(const ArchiveGate::Place place, archive->gate->Enter());
  VITRINE_ASSIGN_OR_RETURN(const fetch::Bytes bytes, archive->archive->Instance(route.path, operation));
  const auto type = dicom::ReadBulkData(*bytes, /*complete=*/true, dicom::Limits(), kDocumentType);
  if (!type.ok() || !type->has_value() || !absl::StartsWith(**type, "application/pdf")) return NoImages();
  VITRINE_ASSIGN_OR_RETURN(std::optional<std::string> document,
                           dicom::ReadBulkData(*bytes, /*complete=*/true, dicom::Limits(), kDocument));
  if (!document.has_value()) return NoImages();
  if (!document->empty() && document->back() == '\0') document->pop_back();  // Padding (PS3.5 6.2, OB).
  http::Response response = http::MakeResponse(200, "application/pdf", *std::move(document));
  SetStoredHeaders(response);
  return response;
}

}  // namespace vitrine::service
