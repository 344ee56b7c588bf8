// DicomWebService: what is stored, as it is stored (PS3.18 10.4.1.1.1, 10.4.1.1.5, 10.4.1.1.6).

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "service/dicomweb/dicomweb_service.h"
#include "service/dicomweb/instance_list.h"
#include "service/dicomweb/stored_media.h"
#include "service/dicomweb/stored_source.h"

namespace vitrine::service {
namespace {

constexpr absl::string_view kDicom = "application/dicom";
constexpr absl::string_view kOctetStream = "application/octet-stream";

std::string PathText(const fetch::ResourcePath& path) {
  std::string text = absl::StrCat("/studies/", path.StudyInstanceUID);
  if (!path.SeriesInstanceUID.empty()) absl::StrAppend(&text, "/series/", path.SeriesInstanceUID);
  if (!path.SOPInstanceUID.empty()) absl::StrAppend(&text, "/instances/", path.SOPInstanceUID);
  return text;
}

bool IsAny(const MediaRange& range) { return range.type == "*/*"; }

// The first member that covers the type.
absl::StatusOr<MediaRange> FindRange(const http::Request& request, absl::string_view type) {
  for (MediaRange& range : StoredAccept(request)) {
    if (!CoversStored(range, type)) continue;
    if (range.type == "application/*") range.type = std::string(type);
    return range;
  }
  return MakeError(ErrorCategory::kNotAcceptable, absl::StrCat("multipart/related; type=\"", type, "\" can be had"));
}

// Parts are multipart unless a client names a type by itself.
bool WantsMultipart(const MediaRange& range) { return range.multipart || IsAny(range); }

bool MayBeFrames(const MediaRange& range) {
  return CoversStored(range, kOctetStream) || absl::StartsWith(range.type, "image/");
}

absl::Status CheckAsStored(const MediaRange& range) {
  if (range.transfer_syntax.empty() || range.transfer_syntax == "*") return absl::OkStatus();
  return MakeError(ErrorCategory::kNotAcceptable, "instances can be had as they are stored: transfer-syntax=*");
}

}  // namespace

void DicomWebService::SetStoredHeaders(http::Response& response) const {
  response.Set("Cache-Control", absl::StrCat("private, max-age=", absl::ToInt64Seconds(options_.client_max_age)));
  response.Set("Vary", "Accept, Authorization");
}

absl::StatusOr<http::Response> DicomWebService::Pass(const ArchiveSet::Named& archive, const std::string& path,
                                                     absl::string_view accept, bool multipart,
                                                     const Operation& operation) {
  VITRINE_ASSIGN_OR_RETURN(const ArchiveGate::Place place, archive.gate->Enter());
  VITRINE_ASSIGN_OR_RETURN(auto answer, archive.archive->PassOn(path, accept, operation));
  if (multipart) return PassedResponse(std::move(answer), *archive.gate);
  VITRINE_ASSIGN_OR_RETURN(StoredPart part, ReadPassed(*answer, options_.max_stored_bytes, operation));
  return StoredResponse(std::move(part));
}

absl::StatusOr<http::Response> DicomWebService::Stored(const Route& route, const auth::Principal& principal,
                                                       const http::Request& request, const Operation& operation) {
  VITRINE_ASSIGN_OR_RETURN(const MediaRange range, FindRange(request, kDicom));
  VITRINE_ASSIGN_OR_RETURN(const ArchiveSet::Named* archive, Admit(route, principal));
  http::Response response;
  if (!WantsMultipart(range)) {
    VITRINE_RETURN_IF_ERROR(CheckAsStored(range));
    if (route.path.SOPInstanceUID.empty()) {
      return MakeError(ErrorCategory::kNotAcceptable, "several instances need multipart/related");
    }
    VITRINE_ASSIGN_OR_RETURN(const ArchiveGate::Place place, archive->gate->Enter());
    VITRINE_ASSIGN_OR_RETURN(fetch::Bytes bytes, archive->archive->Instance(route.path, operation));
    response = StoredResponse({std::string(kDicom), "", std::move(bytes)});
  } else if (!archive->archive->root().empty()) {
    VITRINE_ASSIGN_OR_RETURN(
        response, Pass(*archive, PathText(route.path), MultipartAccept(range, kDicom), /*multipart=*/true, operation));
  } else {
    VITRINE_RETURN_IF_ERROR(CheckAsStored(range));
    VITRINE_ASSIGN_OR_RETURN(response, StoredParts(route, *archive, request, operation));
  }
  SetStoredHeaders(response);
  return response;
}

absl::StatusOr<http::Response> DicomWebService::StoredParts(const Route& route, const ArchiveSet::Named& archive,
                                                            const http::Request& request, const Operation& operation) {
  std::vector<fetch::ResourcePath> paths = {route.path};
  if (route.path.SOPInstanceUID.empty()) {
    VITRINE_ASSIGN_OR_RETURN(const std::vector<ListedInstance> listed, ListInstances(archive, route.path, operation));
    paths.clear();
    for (const ListedInstance& instance : listed) paths.push_back(instance.path);
    if (paths.empty()) return MakeError(ErrorCategory::kNotFound, "the archive does not hold this object");
  }
  const size_t count = paths.size();
  auto make = [paths = std::move(paths), &archive, base = BaseOf(route, request)](
                  size_t index, const Operation& operation) -> absl::StatusOr<StoredPart> {
    VITRINE_ASSIGN_OR_RETURN(const ArchiveGate::Place place, archive.gate->Enter());
    VITRINE_ASSIGN_OR_RETURN(fetch::Bytes bytes, archive.archive->Instance(paths[index], operation));
    return StoredPart{std::string(kDicom), absl::StrCat(base, PathText(paths[index])), std::move(bytes)};
  };
  return StoredMultipart(kDicom, count, std::move(make), operation);
}

absl::StatusOr<http::Response> DicomWebService::Frames(const Route& route, const auth::Principal& principal,
                                                       const http::Request& request, const Operation& operation) {
  VITRINE_ASSIGN_OR_RETURN(const ArchiveSet::Named* archive, Admit(route, principal));
  http::Response response;
  if (archive->archive->root().empty()) {
    VITRINE_ASSIGN_OR_RETURN(response, OwnFrames(route, *archive, request, operation));
  } else {
    VITRINE_ASSIGN_OR_RETURN(response, PassedFrames(route, *archive, request, operation));
  }
  SetStoredHeaders(response);
  return response;
}

absl::StatusOr<http::Response> DicomWebService::PassedFrames(const Route& route, const ArchiveSet::Named& archive,
                                                             const http::Request& request, const Operation& operation) {
  const std::vector<MediaRange> ranges = StoredAccept(request);
  const std::string path = absl::StrCat(PathText(route.path), "/frames/", absl::StrJoin(route.frames, ","));
  absl::Status refusal = MakeError(ErrorCategory::kNotAcceptable, "the frames can be had as multipart/related");
  for (const MediaRange& range : ranges) {
    const bool multipart = WantsMultipart(range);
    if (!MayBeFrames(range) || (!multipart && route.frames.size() > 1)) continue;
    auto answer = Pass(archive, path, MultipartAccept(range, kOctetStream), multipart, operation);
    if (CategoryOf(answer.status()) != ErrorCategory::kNotAcceptable) return answer;
    refusal = answer.status();
  }
  return refusal;
}

absl::StatusOr<http::Response> DicomWebService::OwnFrames(const Route& route, const ArchiveSet::Named& archive,
                                                          const http::Request& request, const Operation& operation) {
  VITRINE_ASSIGN_OR_RETURN(const ArchiveGate::Place place, archive.gate->Enter());
  Timings timings = {};
  VITRINE_ASSIGN_OR_RETURN(const auto fetched, images_.Instance(archive, route.path, operation, timings));
  VITRINE_ASSIGN_OR_RETURN(const dicom::StoredFrame first, fetched->instance->ReadStoredFrame(route.frames.front()));
  VITRINE_ASSIGN_OR_RETURN(const FrameMedia media, MediaOfFrames(StoredAccept(request), first.TransferSyntaxUID));
  auto make = [fetched, frames = route.frames, type = media.content_type,
               base = absl::StrCat(BaseOf(route, request), PathText(route.path), "/frames/")](
                  size_t index, const Operation&) -> absl::StatusOr<StoredPart> {
    VITRINE_ASSIGN_OR_RETURN(dicom::StoredFrame frame, fetched->instance->ReadStoredFrame(frames[index]));
    return StoredPart{type, absl::StrCat(base, frames[index]),
                      std::make_shared<const std::string>(std::move(frame.bytes))};
  };
  if (media.multipart) return StoredMultipart(media.type, route.frames.size(), std::move(make), operation);
  if (route.frames.size() > 1) {
    return MakeError(ErrorCategory::kNotAcceptable, "several frames need multipart/related");
  }
  VITRINE_ASSIGN_OR_RETURN(StoredPart part, make(0, operation));
  return StoredResponse(std::move(part));
}

absl::StatusOr<http::Response> DicomWebService::BulkData(const Route& route, const auth::Principal& principal,
                                                         const http::Request& request, const Operation& operation) {
  VITRINE_ASSIGN_OR_RETURN(const ArchiveSet::Named* archive, Admit(route, principal));
  VITRINE_ASSIGN_OR_RETURN(const MediaRange range, FindRange(request, kOctetStream));
  const std::string path = absl::StrCat(PathText(route.path), "/", route.rest);
  http::Response response;
  if (!archive->archive->root().empty()) {
    const std::string query = QueryWithoutAccept(request);
    VITRINE_ASSIGN_OR_RETURN(
        response, Pass(*archive, absl::StrCat(path, query.empty() ? "" : "?", query),
                       MultipartAccept({range.type, true, "", 1}, kOctetStream), WantsMultipart(range), operation));
  } else {
    absl::string_view attribute = route.rest;
    if (!absl::ConsumePrefix(&attribute, "bulkdata/") || route.path.SOPInstanceUID.empty()) {
      return MakeError(ErrorCategory::kNotFound, "there is no such resource");
    }
    VITRINE_ASSIGN_OR_RETURN(const ArchiveGate::Place place, archive->gate->Enter());
    VITRINE_ASSIGN_OR_RETURN(std::string value, archive->archive->BulkData(route.path, attribute, operation));
    const StoredPart part = {std::string(kOctetStream), absl::StrCat(BaseOf(route, request), path),
                             std::make_shared<const std::string>(std::move(value))};
    if (WantsMultipart(range)) {
      VITRINE_ASSIGN_OR_RETURN(response,
                               StoredMultipart(
                                   kOctetStream, 1, [part](size_t, const Operation&) { return part; }, operation));
    } else {
      response = StoredResponse(part);
    }
  }
  SetStoredHeaders(response);
  return response;
}

}  // namespace vitrine::service
