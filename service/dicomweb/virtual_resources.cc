#include "service/dicomweb/virtual_resources.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "dicom/transfer_syntaxes.h"
#include "service/dicomweb/accept.h"
#include "service/dicomweb/parameters.h"
#include "service/dicomweb/rendered_response.h"
#include "service/dicomweb/response_headers.h"
#include "service/dicomweb/rewrite_uris.h"
#include "service/dicomweb/stored_media.h"
#include "service/dicomweb/stored_source.h"
#include "service/dicomweb/virtual_listings.h"
#include "service/virtual_series/virtual_file.h"
#include "service/virtual_series/virtual_search.h"

namespace vitrine::service {
namespace {

constexpr absl::string_view kJpegBaseline = "1.2.840.10008.1.2.4.50";
constexpr absl::string_view kDicom = "application/dicom";

// Between two tries of a render that found the queue full.
constexpr absl::Duration kTurnPause = absl::Milliseconds(20);

absl::Status NotFound() { return MakeError(ErrorCategory::kNotFound, "there is no such virtual object"); }

// The box that keeps the image's shape inside what the client asked for.
void FitOutput(const VirtualSeries& series, v1::Output& output) {
  if (output.width() == 0) {
    output.set_width(series.Columns);
    output.set_height(series.Rows);
    return;
  }
  const double scale = std::min(output.width() / static_cast<double>(series.Columns),
                                output.height() / static_cast<double>(series.Rows));
  output.set_width(std::max(1, static_cast<int>(std::lround(series.Columns * scale))));
  output.set_height(std::max(1, static_cast<int>(std::lround(series.Rows * scale))));
}

}  // namespace

absl::StatusOr<http::Response> VirtualResources::Answer(const ResourceCall& call) {
  const Route& route = call.route;
  VITRINE_ASSIGN_OR_RETURN(const ArchiveSet::Named* archive, access_.Admit(call));
  VirtualStudies::Pointer study = studies_.Known(*archive, route.path.StudyInstanceUID);
  if (study == nullptr || study->Find(route.path.SeriesInstanceUID) == nullptr) {
    VITRINE_ASSIGN_OR_RETURN(const ArchiveGate::Place place, archive->gate->Enter());
    VITRINE_ASSIGN_OR_RETURN(study, studies_.Of(*archive, route.path.StudyInstanceUID, call.operation));
  }
  const VirtualSeries* const series = study->Find(route.path.SeriesInstanceUID);
  if (series == nullptr) return NotFound();
  const int index = route.path.SOPInstanceUID.empty() ? -1 : series->IndexOf(route.path.SOPInstanceUID);
  if (!route.path.SOPInstanceUID.empty() && index < 0) return NotFound();
  if (!route.frames.empty() && route.frames != std::vector<int>{1}) {
    return MakeError(ErrorCategory::kNotFound, "virtual images have one frame");
  }
  switch (route.resource) {
    case Resource::kQuery:
    case Resource::kMetadata: return Describe(call, *study, *series, index);
    case Resource::kFrames: return Frame(call, *series, index);
    case Resource::kStored:
      if (index < 0) return MakeError(ErrorCategory::kUnsupported, "virtual series are handed out image by image");
      return Instance(call, *series, index);
    case Resource::kRendered:
    case Resource::kThumbnail: {
      const int middle = static_cast<int>(series->SOPInstanceUIDs.size() / 2);
      return Picture(call, *series, index >= 0 ? index : series->kind == VirtualKind::kTurn ? 0 : middle);
    }
    default: return NotFound();
  }
}

absl::StatusOr<http::Response> VirtualResources::Describe(const ResourceCall& call, const VirtualStudy& study,
                                                          const VirtualSeries& series, int index) {
  VITRINE_RETURN_IF_ERROR(CheckAcceptsJson(call.request));
  std::string json;
  if (call.route.resource == Resource::kMetadata) {
    json = MetadataOf(series, index);
  } else {
    VITRINE_ASSIGN_OR_RETURN(json, JoinSearch("[]", study, call.route.level, call.route.path,
                                              QueryWithoutAccept(call.request), call.operation));
  }
  return JsonResponse(RewriteUris(std::move(json), "", access_.BaseOf(call)));
}

absl::StatusOr<std::string> VirtualResources::Pixels(const ResourceCall& call, const VirtualSeries& series, int index,
                                                     v1::Output::Format format) {
  v1::RenderRequest render;
  *render.mutable_view() = ViewOf(series, index);
  v1::Output& output = *render.mutable_output();
  output.set_format(format);
  output.set_width(series.Columns);
  output.set_height(series.Rows);
  if (series.kind != VirtualKind::kTurn) {
    output.set_bits(16);
    *render.mutable_view()->mutable_window() = FullWindow(series);
  }
  // Viewers ask for a whole stack at once and take no refusal, so these wait for their turn - in a bounded number.
  VITRINE_ASSIGN_OR_RETURN(const ArchiveGate::Place place, renders_.Enter());
  while (true) {
    const absl::StatusOr<RenderResult> result = handler_.Render(call.principal, render, call.operation);
    if (result.ok()) return *result->picture->data;
    if (CategoryOf(result.status()) != ErrorCategory::kOverloaded) return result.status();
    VITRINE_RETURN_IF_ERROR(call.operation.Check());
    absl::SleepFor(kTurnPause);
  }
}

absl::StatusOr<http::Response> VirtualResources::Frame(const ResourceCall& call, const VirtualSeries& series,
                                                       int index) {
  const std::vector<MediaRange> accept = StoredAccept(call.request);
  // Colour is a JPEG picture wherever the client leaves the choice.
  absl::StatusOr<FrameMedia> media = MakeError(ErrorCategory::kNotAcceptable, "");
  if (series.kind == VirtualKind::kTurn) media = MediaOfFrames(accept, kJpegBaseline);
  const v1::Output::Format format = media.ok() ? v1::Output::JPEG : v1::Output::RAW;
  if (!media.ok()) media = MediaOfFrames(accept, dicom::kExplicitLittleEndian);
  VITRINE_RETURN_IF_ERROR(media.status());
  VITRINE_ASSIGN_OR_RETURN(std::string pixels, Pixels(call, series, index, format));
  StoredPart part = {media->content_type, "", std::make_shared<const std::string>(std::move(pixels))};
  VITRINE_ASSIGN_OR_RETURN(http::Response response,
                           StoredResponse(media->type, std::move(part), media->multipart, call.operation));
  SetCacheControl(response, options_.client_max_age);
  return response;
}

absl::StatusOr<http::Response> VirtualResources::Instance(const ResourceCall& call, const VirtualSeries& series,
                                                          int index) {
  VITRINE_ASSIGN_OR_RETURN(const MediaRange range, FindStoredRange(call.request, kDicom));
  VITRINE_ASSIGN_OR_RETURN(const std::string pixels, Pixels(call, series, index, v1::Output::RAW));
  VITRINE_ASSIGN_OR_RETURN(std::string file, WriteVirtualFile(AttributesOf(series, index), pixels));
  StoredPart part = {std::string(kDicom), "", std::make_shared<const std::string>(std::move(file))};
  VITRINE_ASSIGN_OR_RETURN(http::Response response,
                           StoredResponse(kDicom, std::move(part), WantsMultipart(range), call.operation));
  SetCacheControl(response, options_.client_max_age);
  return response;
}

absl::StatusOr<http::Response> VirtualResources::Picture(const ResourceCall& call, const VirtualSeries& series,
                                                         int index) {
  VITRINE_ASSIGN_OR_RETURN(const Representation representation, Negotiate(call.request, Offer::kPicture));
  v1::RenderRequest wish;
  VITRINE_RETURN_IF_ERROR(ReadRenderParameters(call.request.params, wish));
  if (wish.view().frame().has_source_region()) {
    return MakeError(ErrorCategory::kInvalidRequest, "viewport: virtual images are shown whole");
  }
  v1::RenderRequest render;
  v1::View& view = *render.mutable_view();
  view = ViewOf(series, index);
  if (wish.view().has_window()) *view.mutable_window() = wish.view().window();
  if (view.has_slice()) view.mutable_slice()->set_invert(wish.view().frame().invert());
  *render.mutable_output() = wish.output();
  v1::Output& output = *render.mutable_output();
  output.set_format(representation.format);
  if (call.route.resource == Resource::kThumbnail) SetThumbnailSize(output);
  FitOutput(series, output);
  VITRINE_ASSIGN_OR_RETURN(RenderResult result, handler_.Render(call.principal, render, call.operation));
  if (!representation.multipart) return SinglePartResponse(call.request, result, options_.client_max_age);
  const std::string location = absl::StrCat(
      access_.BaseOf(call),
      fetch::PathText({call.route.path.StudyInstanceUID, series.SeriesInstanceUID, series.SOPInstanceUIDs[index]}));
  return MultipartResponse(call.request, {{std::move(result), location}}, options_.client_max_age);
}

}  // namespace vitrine::service
