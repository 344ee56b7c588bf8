// RenderedResources: an instance, its frames, and documents that are shown as they are.

#include <algorithm>
#include <numeric>
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
#include "service/dicomweb/accept.h"
#include "service/dicomweb/parameters.h"
#include "service/dicomweb/rendered_resources.h"
#include "service/dicomweb/rendered_response.h"
#include "service/dicomweb/response_headers.h"

namespace vitrine::service {
namespace {

constexpr absl::string_view kPdf = "application/pdf";
constexpr absl::string_view kDocument = "00420011";      // Encapsulated Document.
constexpr absl::string_view kDocumentType = "00420012";  // MIME Type of Encapsulated Document.

absl::Status NoDocument() { return MakeError(ErrorCategory::kUnsupported, "the instance holds no document"); }

}  // namespace

absl::StatusOr<v1::RenderRequest> ReadFrameRequest(const ResourceCall& call, v1::Output::Format format) {
  v1::RenderRequest render;
  *render.mutable_view()->mutable_target() = TargetOf(call.route);
  render.mutable_view()->mutable_frame();
  render.mutable_output()->set_format(format);
  VITRINE_RETURN_IF_ERROR(ReadRenderParameters(call.request.params, render));
  return render;
}

absl::Status CheckPictureCount(size_t count, const DicomWebOptions& options) {
  if (count <= static_cast<size_t>(options.max_pictures)) return absl::OkStatus();
  return MakeError(ErrorCategory::kTooLarge,
                   absl::StrCat("one answer holds at most ", options.max_pictures, " pictures"));
}

absl::StatusOr<http::Response> RenderedResources::Instance(const ResourceCall& call) {
  absl::StatusOr<http::Response> response = Frames(call);
  const ErrorCategory category = CategoryOf(response.status());
  const bool no_image = category == ErrorCategory::kUnsupported || category == ErrorCategory::kNotAcceptable;
  if (!no_image || !call.route.frames.empty() || !Accepts(call.request, kPdf)) return response;
  absl::StatusOr<http::Response> document = Document(call);
  // What it is not says more about the instance than what else it is not.
  return CategoryOf(document.status()) == ErrorCategory::kUnsupported ? response : document;
}

absl::StatusOr<http::Response> RenderedResources::Frames(const ResourceCall& call) {
  const Route& route = call.route;
  const Offer offer = route.frames.size() > 1 ? Offer::kPictures : Offer::kPicture;
  VITRINE_ASSIGN_OR_RETURN(const Representation representation, Negotiate(call.request, offer));
  VITRINE_ASSIGN_OR_RETURN(v1::RenderRequest render, ReadFrameRequest(call, representation.format));
  std::vector<int> frames = route.frames.empty() ? std::vector<int>{1} : route.frames;
  if (representation.multipart && route.frames.empty()) {
    VITRINE_ASSIGN_OR_RETURN(frames, AllFrames(call, render.view().target()));
  }
  VITRINE_RETURN_IF_ERROR(CheckPictureCount(frames.size(), options_));
  const std::string location = absl::StrCat(RootOf(route), fetch::PathText(route.path), "/frames/");
  PartList parts(options_.max_answer_bytes);
  for (const int frame : frames) {
    render.mutable_view()->mutable_frame()->set_frame_number(frame);
    VITRINE_ASSIGN_OR_RETURN(RenderResult result, handler_.Render(call.principal, render, call.operation));
    VITRINE_RETURN_IF_ERROR(parts.Add(std::move(result), absl::StrCat(location, frame)));
  }
  const RenderResult& first = parts.parts().front().result;
  http::Response response = representation.multipart
                                ? MultipartResponse(call.request, parts.parts(), options_.client_max_age)
                                : SinglePartResponse(call.request, first, options_.client_max_age);
  if (options_.server_timing) response.Set("Server-Timing", ServerTiming(first.timings));
  return response;
}

absl::StatusOr<std::vector<int>> RenderedResources::AllFrames(const ResourceCall& call, const v1::Target& target) {
  VITRINE_ASSIGN_OR_RETURN(const int count, handler_.NumberOfFrames(call.principal, target, call.operation));
  // One more than may be answered is enough to notice that there are too many.
  std::vector<int> frames(std::min(count, options_.max_pictures + 1));
  std::iota(frames.begin(), frames.end(), 1);
  return frames;
}

absl::StatusOr<http::Response> RenderedResources::Document(const ResourceCall& call) {
  VITRINE_ASSIGN_OR_RETURN(const ArchiveSet::Named* archive, access_.Admit(call));
  VITRINE_ASSIGN_OR_RETURN(const ArchiveGate::Place place, archive->gate->Enter());
  VITRINE_ASSIGN_OR_RETURN(const fetch::Bytes bytes, archive->archive->Instance(call.route.path, call.operation));
  const auto type = dicom::ReadBulkData(*bytes, /*complete=*/true, dicom::Limits(), kDocumentType);
  if (!type.ok() || !type->has_value() || !absl::StartsWith(**type, kPdf)) return NoDocument();
  VITRINE_ASSIGN_OR_RETURN(std::optional<std::string> document,
                           dicom::ReadBulkData(*bytes, /*complete=*/true, dicom::Limits(), kDocument));
  if (!document.has_value()) return NoDocument();
  if (!document->empty() && document->back() == '\0') document->pop_back();  // Padding (PS3.5 6.2, OB).
  http::Response response = http::MakeResponse(200, kPdf, *std::move(document));
  SetCacheControl(response, options_.client_max_age);
  return response;
}

}  // namespace vitrine::service
