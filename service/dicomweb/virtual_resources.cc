// DicomWebService: series that no archive holds.

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "dicom/transfer_syntaxes.h"
#include "service/dicomweb/dicomweb_service.h"
#include "service/dicomweb/parameters.h"
#include "service/dicomweb/rendered_response.h"
#include "service/dicomweb/rewrite_uris.h"
#include "service/dicomweb/stored_media.h"
#include "service/dicomweb/stored_source.h"
#include "service/handler/log_failure.h"
#include "service/virtual_series/virtual_file.h"
#include "service/virtual_series/virtual_search.h"

namespace vitrine::service {
namespace {

constexpr absl::string_view kJpegBaseline = "1.2.840.10008.1.2.4.50";
constexpr absl::string_view kDicom = "application/dicom";
constexpr int kThumbnailSide = 256;

// Between two tries of a render that found the queue full.
constexpr absl::Duration kTurnPause = absl::Milliseconds(20);

// How long a list of studies may take longer than the archive itself does, for counts that are not known yet.
constexpr absl::Duration kCountingTime = absl::Seconds(1);

constexpr absl::string_view kUncounted =
    "299 vitrine \"The counts of some studies do not include their virtual series yet\"";
constexpr absl::string_view kUnknown = "299 vitrine \"The virtual series of the study could not be found out\"";

absl::Status NotFound() { return MakeError(ErrorCategory::kNotFound, "there is no such virtual object"); }

void AddWarning(std::string& warnings, absl::string_view warning) {
  absl::StrAppend(&warnings, warnings.empty() ? "" : ", ", warning);
}

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

nlohmann::json DatasetsOf(const VirtualSeries& series, int index) {
  nlohmann::json datasets = nlohmann::json::array();
  if (index >= 0) {
    datasets.push_back(AttributesOf(series, index));
  } else {
    for (size_t i = 0; i < series.SOPInstanceUIDs.size(); ++i) {
      datasets.push_back(AttributesOf(series, static_cast<int>(i)));
    }
  }
  return datasets;
}

std::string TextOf(const nlohmann::json& datasets) {
  return datasets.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}

}  // namespace

absl::StatusOr<http::Response> DicomWebService::Virtual(const Route& route, const auth::Principal& principal,
                                                        const http::Request& request, const Operation& operation) {
  VITRINE_ASSIGN_OR_RETURN(const ArchiveSet::Named* archive, Admit(route, principal));
  VirtualStudies::Pointer study = virtual_studies_->Known(*archive, route.path.StudyInstanceUID);
  if (study == nullptr || study->Find(route.path.SeriesInstanceUID) == nullptr) {
    VITRINE_ASSIGN_OR_RETURN(const ArchiveGate::Place place, archive->gate->Enter());
    VITRINE_ASSIGN_OR_RETURN(study, virtual_studies_->Of(*archive, route.path.StudyInstanceUID, operation));
  }
  const VirtualSeries* const series = study->Find(route.path.SeriesInstanceUID);
  if (series == nullptr) return NotFound();
  const int index = route.path.SOPInstanceUID.empty() ? -1 : series->IndexOf(route.path.SOPInstanceUID);
  if (!route.path.SOPInstanceUID.empty() && index < 0) return NotFound();
  if (!route.frames.empty() && route.frames != std::vector<int>{1}) {
    return MakeError(ErrorCategory::kNotFound, "virtual images have one frame");
  }
  switch (route.resource) {
    case Resource::kQuery: {
      VITRINE_RETURN_IF_ERROR(CheckAcceptsJson(request));
      VITRINE_ASSIGN_OR_RETURN(
          std::string json, JoinSearch("[]", *study, route.level, route.path, QueryWithoutAccept(request), operation));
      return JsonResponse(RewriteUris(std::move(json), "", BaseOf(route, request)));
    }
    case Resource::kMetadata:
      VITRINE_RETURN_IF_ERROR(CheckAcceptsJson(request));
      return JsonResponse(RewriteUris(TextOf(DatasetsOf(*series, index)), "", BaseOf(route, request)));
    case Resource::kFrames: return VirtualFrame(*series, index, principal, request, operation);
    case Resource::kStored:
      if (index < 0) return MakeError(ErrorCategory::kUnsupported, "virtual series are handed out image by image");
      return VirtualInstance(*series, index, principal, request, operation);
    case Resource::kRendered:
    case Resource::kThumbnail: {
      const int middle = static_cast<int>(series->SOPInstanceUIDs.size() / 2);
      const int shown = index >= 0 ? index : series->kind == VirtualKind::kTurn ? 0 : middle;
      return VirtualPicture(route, *series, shown, principal, request, operation);
    }
    default: return NotFound();
  }
}

absl::StatusOr<std::string> DicomWebService::VirtualPixels(const VirtualSeries& series, int index,
                                                           v1::Output::Format format, const auth::Principal& principal,
                                                           const Operation& operation) {
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
  VITRINE_ASSIGN_OR_RETURN(const ArchiveGate::Place place, virtual_renders_.Enter());
  while (true) {
    const absl::StatusOr<RenderResult> result = handler_.Render(principal, render, operation);
    if (result.ok()) return *result->picture->data;
    if (CategoryOf(result.status()) != ErrorCategory::kOverloaded) return result.status();
    VITRINE_RETURN_IF_ERROR(operation.Check());
    absl::SleepFor(kTurnPause);
  }
}

absl::StatusOr<http::Response> DicomWebService::VirtualFrame(const VirtualSeries& series, int index,
                                                             const auth::Principal& principal,
                                                             const http::Request& request, const Operation& operation) {
  const std::vector<MediaRange> accept = StoredAccept(request);
  // Colour is a JPEG picture wherever the client leaves the choice.
  absl::StatusOr<FrameMedia> media = MakeError(ErrorCategory::kNotAcceptable, "");
  if (series.kind == VirtualKind::kTurn) media = MediaOfFrames(accept, kJpegBaseline);
  const v1::Output::Format format = media.ok() ? v1::Output::JPEG : v1::Output::RAW;
  if (!media.ok()) media = MediaOfFrames(accept, dicom::kExplicitLittleEndian);
  VITRINE_RETURN_IF_ERROR(media.status());
  VITRINE_ASSIGN_OR_RETURN(std::string pixels, VirtualPixels(series, index, format, principal, operation));
  StoredPart part = {media->content_type, "", std::make_shared<const std::string>(std::move(pixels))};
  http::Response response;
  if (media->multipart) {
    VITRINE_ASSIGN_OR_RETURN(response,
                             StoredMultipart(
                                 media->type, 1, [part](size_t, const Operation&) { return part; }, operation));
  } else {
    response = StoredResponse(std::move(part));
  }
  SetStoredHeaders(response);
  return response;
}

absl::StatusOr<http::Response> DicomWebService::VirtualInstance(const VirtualSeries& series, int index,
                                                                const auth::Principal& principal,
                                                                const http::Request& request,
                                                                const Operation& operation) {
  std::optional<MediaRange> chosen;
  for (const MediaRange& range : StoredAccept(request)) {
    if (!chosen && CoversStored(range, kDicom)) chosen = range;
  }
  if (!chosen)
    return MakeError(ErrorCategory::kNotAcceptable, "multipart/related; type=\"application/dicom\" can be had");
  VITRINE_ASSIGN_OR_RETURN(const std::string pixels,
                           VirtualPixels(series, index, v1::Output::RAW, principal, operation));
  VITRINE_ASSIGN_OR_RETURN(std::string file, WriteVirtualFile(AttributesOf(series, index), pixels));
  StoredPart part = {std::string(kDicom), "", std::make_shared<const std::string>(std::move(file))};
  http::Response response;
  if (chosen->multipart || chosen->type == "*/*") {
    VITRINE_ASSIGN_OR_RETURN(response, StoredMultipart(
                                           kDicom, 1, [part](size_t, const Operation&) { return part; }, operation));
  } else {
    response = StoredResponse(std::move(part));
  }
  SetStoredHeaders(response);
  return response;
}

absl::StatusOr<http::Response> DicomWebService::VirtualPicture(const Route& route, const VirtualSeries& series,
                                                               int index, const auth::Principal& principal,
                                                               const http::Request& request,
                                                               const Operation& operation) {
  VITRINE_ASSIGN_OR_RETURN(const Representation representation, Negotiate(request, Offer::kPicture));
  v1::RenderRequest wish;
  VITRINE_RETURN_IF_ERROR(ReadRenderParameters(request.params, wish));
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
  if (route.resource == Resource::kThumbnail && output.width() == 0) {
    output.set_width(kThumbnailSide);
    output.set_height(kThumbnailSide);
  }
  FitOutput(series, output);
  VITRINE_ASSIGN_OR_RETURN(RenderResult result, handler_.Render(principal, render, operation));
  if (!representation.multipart) return SinglePartResponse(request, result, options_.client_max_age);
  const std::string location =
      absl::StrCat(BaseOf(route, request), "/studies/", route.path.StudyInstanceUID, "/series/",
                   series.SeriesInstanceUID, "/instances/", series.SOPInstanceUIDs[index]);
  return MultipartResponse(request, {{std::move(result), location}}, options_.client_max_age);
}

absl::StatusOr<fetch::QueryResult> DicomWebService::SearchWithVirtual(const Route& route,
                                                                      const ArchiveSet::Named& archive,
                                                                      const std::string& query,
                                                                      const Operation& operation) {
  if (route.level == fetch::QueryLevel::kStudies) {
    VITRINE_ASSIGN_OR_RETURN(fetch::QueryResult result,
                             archive.archive->Query(route.level, route.path, query, operation));
    result.json = CountVirtual(archive, std::move(result.json), result.warning, operation);
    return result;
  }
  // Of a real series there is nothing to add, and a search across studies is the archive's.
  if (route.path.StudyInstanceUID.empty() || !route.path.SeriesInstanceUID.empty()) {
    return archive.archive->Query(route.level, route.path, query, operation);
  }
  const auto study = virtual_studies_->Of(archive, route.path.StudyInstanceUID, operation);
  if (!study.ok()) {
    LogFailure(study.status(), "virtual_series", operation.request_id);
    VITRINE_ASSIGN_OR_RETURN(fetch::QueryResult result,
                             archive.archive->Query(route.level, route.path, query, operation));
    AddWarning(result.warning, kUnknown);
    return result;
  }
  if ((*study)->series.empty()) return archive.archive->Query(route.level, route.path, query, operation);
  VITRINE_ASSIGN_OR_RETURN(fetch::QueryResult result,
                           archive.archive->Query(route.level, route.path, WithoutPaging(query), operation));
  VITRINE_ASSIGN_OR_RETURN(result.json,
                           JoinSearch(std::move(result.json), **study, route.level, route.path, query, operation));
  return result;
}

std::string DicomWebService::CountVirtual(const ArchiveSet::Named& archive, std::string studies, std::string& warning,
                                          const Operation& operation) {
  Operation counting = operation;
  counting.deadline = std::min(operation.deadline, absl::Now() + kCountingTime);
  bool all = true;
  studies = WithVirtualCounts(std::move(studies), [&](const std::string& uid) -> VirtualStudies::Pointer {
    if (!fetch::IsValidUid(uid)) return nullptr;
    if (auto known = virtual_studies_->Known(archive, uid); known != nullptr) return known;
    if (!counting.Check().ok()) {
      all = false;
      return nullptr;
    }
    const auto found = virtual_studies_->Of(archive, uid, counting);
    all = all && found.ok();
    return found.ok() ? *found : nullptr;
  });
  if (!all) AddWarning(warning, kUncounted);
  return studies;
}

absl::StatusOr<std::string> DicomWebService::MetadataWithVirtual(const Route& route, const ArchiveSet::Named& archive,
                                                                 const Operation& operation) {
  VITRINE_ASSIGN_OR_RETURN(std::string json, archive.archive->Metadata(route.path, operation));
  if (!route.path.SeriesInstanceUID.empty()) return json;
  const auto study = virtual_studies_->Of(archive, route.path.StudyInstanceUID, operation);
  if (!study.ok()) {
    LogFailure(study.status(), "virtual_series", operation.request_id);
    return json;
  }
  for (const VirtualSeries& series : (*study)->series) {
    const std::string added = TextOf(DatasetsOf(series, -1));
    json.pop_back();
    absl::StrAppend(&json, json.size() > 1 ? "," : "", absl::string_view(added).substr(1));
  }
  return json;
}

}  // namespace vitrine::service
