#include "service/dicomweb/stored_objects.h"

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
#include "service/dicomweb/instance_list.h"
#include "service/dicomweb/response_headers.h"
#include "service/dicomweb/stored_media.h"
#include "service/dicomweb/stored_source.h"

namespace vitrine::service {
namespace {

constexpr absl::string_view kDicom = "application/dicom";
constexpr absl::string_view kOctetStream = "application/octet-stream";

bool MayBeFrames(const MediaRange& range) {
  return CoversStored(range, kOctetStream) || absl::StartsWith(range.type, "image/");
}

absl::Status CheckAsStored(const MediaRange& range) {
  if (range.transfer_syntax.empty() || range.transfer_syntax == "*") return absl::OkStatus();
  return MakeError(ErrorCategory::kNotAcceptable, "instances can be had as they are stored: transfer-syntax=*");
}

}  // namespace

absl::StatusOr<http::Response> StoredObjects::Pass(const ArchiveSet::Named& archive, const std::string& path,
                                                   absl::string_view accept, bool multipart,
                                                   const Operation& operation) {
  VITRINE_ASSIGN_OR_RETURN(const ArchiveGate::Place place, archive.gate->Enter());
  VITRINE_ASSIGN_OR_RETURN(auto answer, archive.archive->PassOn(path, accept, operation));
  if (multipart) return PassedResponse(std::move(answer), *archive.gate);
  VITRINE_ASSIGN_OR_RETURN(StoredPart part, ReadPassed(*answer, options_.max_stored_bytes, operation));
  return StoredResponse(std::move(part));
}

absl::StatusOr<http::Response> StoredObjects::Instances(const ResourceCall& call) {
  VITRINE_ASSIGN_OR_RETURN(const MediaRange range, FindStoredRange(call.request, kDicom));
  VITRINE_ASSIGN_OR_RETURN(const ArchiveSet::Named* archive, access_.Admit(call));
  http::Response response;
  if (!WantsMultipart(range)) {
    VITRINE_RETURN_IF_ERROR(CheckAsStored(range));
    if (call.route.path.SOPInstanceUID.empty()) {
      return MakeError(ErrorCategory::kNotAcceptable, "several instances need multipart/related");
    }
    VITRINE_ASSIGN_OR_RETURN(const ArchiveGate::Place place, archive->gate->Enter());
    VITRINE_ASSIGN_OR_RETURN(fetch::Bytes bytes, archive->archive->Instance(call.route.path, call.operation));
    response = StoredResponse({std::string(kDicom), "", std::move(bytes)});
  } else if (!archive->archive->root().empty()) {
    VITRINE_ASSIGN_OR_RETURN(response, Pass(*archive, fetch::PathText(call.route.path), MultipartAccept(range, kDicom),
                                            /*multipart=*/true, call.operation));
  } else {
    VITRINE_RETURN_IF_ERROR(CheckAsStored(range));
    VITRINE_ASSIGN_OR_RETURN(response, InstanceParts(call, *archive));
  }
  SetCacheControl(response, options_.client_max_age);
  return response;
}

absl::StatusOr<http::Response> StoredObjects::InstanceParts(const ResourceCall& call,
                                                            const ArchiveSet::Named& archive) {
  std::vector<fetch::ResourcePath> paths = {call.route.path};
  if (call.route.path.SOPInstanceUID.empty()) {
    VITRINE_ASSIGN_OR_RETURN(const std::vector<ListedInstance> listed,
                             ListInstances(archive, call.route.path, call.operation));
    paths.clear();
    for (const ListedInstance& instance : listed) paths.push_back(instance.path);
    if (paths.empty()) return MakeError(ErrorCategory::kNotFound, "the archive does not hold this object");
  }
  const size_t count = paths.size();
  auto make = [paths = std::move(paths), &archive, base = access_.BaseOf(call)](
                  size_t index, const Operation& operation) -> absl::StatusOr<StoredPart> {
    VITRINE_ASSIGN_OR_RETURN(const ArchiveGate::Place place, archive.gate->Enter());
    VITRINE_ASSIGN_OR_RETURN(fetch::Bytes bytes, archive.archive->Instance(paths[index], operation));
    return StoredPart{std::string(kDicom), absl::StrCat(base, fetch::PathText(paths[index])), std::move(bytes)};
  };
  return StoredMultipart(kDicom, count, std::move(make), call.operation);
}

absl::StatusOr<http::Response> StoredObjects::Frames(const ResourceCall& call) {
  VITRINE_ASSIGN_OR_RETURN(const ArchiveSet::Named* archive, access_.Admit(call));
  http::Response response;
  if (archive->archive->root().empty()) {
    VITRINE_ASSIGN_OR_RETURN(response, OwnFrames(call, *archive));
  } else {
    VITRINE_ASSIGN_OR_RETURN(response, PassedFrames(call, *archive));
  }
  SetCacheControl(response, options_.client_max_age);
  return response;
}

absl::StatusOr<http::Response> StoredObjects::PassedFrames(const ResourceCall& call, const ArchiveSet::Named& archive) {
  const std::vector<MediaRange> ranges = StoredAccept(call.request);
  const std::string path =
      absl::StrCat(fetch::PathText(call.route.path), "/frames/", absl::StrJoin(call.route.frames, ","));
  absl::Status refusal = MakeError(ErrorCategory::kNotAcceptable, "the frames can be had as multipart/related");
  for (const MediaRange& range : ranges) {
    const bool multipart = WantsMultipart(range);
    if (!MayBeFrames(range) || (!multipart && call.route.frames.size() > 1)) continue;
    auto answer = Pass(archive, path, MultipartAccept(range, kOctetStream), multipart, call.operation);
    if (CategoryOf(answer.status()) != ErrorCategory::kNotAcceptable) return answer;
    refusal = answer.status();
  }
  return refusal;
}

absl::StatusOr<http::Response> StoredObjects::OwnFrames(const ResourceCall& call, const ArchiveSet::Named& archive) {
  VITRINE_ASSIGN_OR_RETURN(const ArchiveGate::Place place, archive.gate->Enter());
  Timings timings = {};
  VITRINE_ASSIGN_OR_RETURN(const auto fetched, images_.Instance(archive, call.route.path, call.operation, timings));
  VITRINE_ASSIGN_OR_RETURN(const dicom::StoredFrame first,
                           fetched->instance->ReadStoredFrame(call.route.frames.front()));
  VITRINE_ASSIGN_OR_RETURN(const FrameMedia media, MediaOfFrames(StoredAccept(call.request), first.TransferSyntaxUID));
  auto make = [fetched, frames = call.route.frames, type = media.content_type,
               base = absl::StrCat(access_.BaseOf(call), fetch::PathText(call.route.path), "/frames/")](
                  size_t index, const Operation&) -> absl::StatusOr<StoredPart> {
    VITRINE_ASSIGN_OR_RETURN(dicom::StoredFrame frame, fetched->instance->ReadStoredFrame(frames[index]));
    return StoredPart{type, absl::StrCat(base, frames[index]),
                      std::make_shared<const std::string>(std::move(frame.bytes))};
  };
  if (media.multipart) return StoredMultipart(media.type, call.route.frames.size(), std::move(make), call.operation);
  if (call.route.frames.size() > 1) {
    return MakeError(ErrorCategory::kNotAcceptable, "several frames need multipart/related");
  }
  VITRINE_ASSIGN_OR_RETURN(StoredPart part, make(0, call.operation));
  return StoredResponse(std::move(part));
}

absl::StatusOr<http::Response> StoredObjects::BulkData(const ResourceCall& call) {
  VITRINE_ASSIGN_OR_RETURN(const ArchiveSet::Named* archive, access_.Admit(call));
  VITRINE_ASSIGN_OR_RETURN(const MediaRange range, FindStoredRange(call.request, kOctetStream));
  const std::string path = absl::StrCat(fetch::PathText(call.route.path), "/", call.route.rest);
  http::Response response;
  if (!archive->archive->root().empty()) {
    const std::string query = QueryWithoutAccept(call.request);
    VITRINE_ASSIGN_OR_RETURN(response, Pass(*archive, absl::StrCat(path, query.empty() ? "" : "?", query),
                                            MultipartAccept({range.type, true, "", 1}, kOctetStream),
                                            WantsMultipart(range), call.operation));
  } else {
    absl::string_view attribute = call.route.rest;
    if (!absl::ConsumePrefix(&attribute, "bulkdata/") || call.route.path.SOPInstanceUID.empty()) {
      return MakeError(ErrorCategory::kNotFound, "there is no such resource");
    }
    VITRINE_ASSIGN_OR_RETURN(const ArchiveGate::Place place, archive->gate->Enter());
    VITRINE_ASSIGN_OR_RETURN(std::string value, archive->archive->BulkData(call.route.path, attribute, call.operation));
    StoredPart part = {std::string(kOctetStream), absl::StrCat(access_.BaseOf(call), path),
                       std::make_shared<const std::string>(std::move(value))};
    VITRINE_ASSIGN_OR_RETURN(response,
                             StoredResponse(kOctetStream, std::move(part), WantsMultipart(range), call.operation));
  }
  SetCacheControl(response, options_.client_max_age);
  return response;
}

}  // namespace vitrine::service
