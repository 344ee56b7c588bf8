// RenderedResources: studies and series, and thumbnails.

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "service/dicomweb/accept.h"
#include "service/dicomweb/instance_list.h"
#include "service/dicomweb/parameters.h"
#include "service/dicomweb/rendered_resources.h"
#include "service/dicomweb/rendered_response.h"

namespace vitrine::service {
namespace {

constexpr size_t kMaxCandidates = 8;

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

absl::Status NoImages() { return MakeError(ErrorCategory::kUnsupported, "there is no image that could be shown"); }

}  // namespace

absl::StatusOr<http::Response> RenderedResources::Representative(const ResourceCall& call, v1::RenderRequest render) {
  const Route& route = call.route;
  std::vector<Candidate> candidates = {{route.path, route.frames.empty() ? 1 : route.frames.front()}};
  if (route.path.SOPInstanceUID.empty()) {
    VITRINE_ASSIGN_OR_RETURN(const auto instances, List(call));
    if (instances.empty()) return MakeError(ErrorCategory::kNotFound, "the archive does not hold this object");
    candidates = CandidatesAmong(instances);
  }
  absl::Status status = NoImages();
  for (const Candidate& candidate : candidates) {
    SetTarget(candidate, render);
    const absl::StatusOr<RenderResult> result = handler_.Render(call.principal, render, call.operation);
    if (result.ok()) return SinglePartResponse(call.request, *result, options_.client_max_age);
    status = result.status();
    if (CategoryOf(status) != ErrorCategory::kUnsupported) break;
  }
  return status;
}

absl::StatusOr<http::Response> RenderedResources::Thumbnail(const ResourceCall& call) {
  VITRINE_ASSIGN_OR_RETURN(const Representation representation, Negotiate(call.request, Offer::kPicture));
  if (representation.multipart) return MakeError(ErrorCategory::kNotAcceptable, "a thumbnail is a single picture");
  VITRINE_ASSIGN_OR_RETURN(v1::RenderRequest render, ReadFrameRequest(call, representation.format));
  SetThumbnailSize(*render.mutable_output());
  return Representative(call, std::move(render));
}

absl::StatusOr<http::Response> RenderedResources::Set(const ResourceCall& call) {
  VITRINE_ASSIGN_OR_RETURN(const Representation representation, Negotiate(call.request, Offer::kPicture));
  VITRINE_ASSIGN_OR_RETURN(v1::RenderRequest render, ReadFrameRequest(call, representation.format));
  if (!representation.multipart) return Representative(call, std::move(render));
  VITRINE_ASSIGN_OR_RETURN(const std::vector<ListedInstance> instances, List(call));
  std::vector<Candidate> pictures;
  for (const ListedInstance& instance : instances) {
    for (int frame = 1; frame <= instance.frames; ++frame) {
      pictures.push_back({instance.path, frame});
      VITRINE_RETURN_IF_ERROR(CheckPictureCount(pictures.size(), options_));
    }
  }
  const std::string base = access_.BaseOf(call);
  PartList parts(options_.max_answer_bytes);
  for (const Candidate& picture : pictures) {
    SetTarget(picture, render);
    absl::StatusOr<RenderResult> result = handler_.Render(call.principal, render, call.operation);
    if (CategoryOf(result.status()) == ErrorCategory::kUnsupported) continue;  // Reports and the like.
    VITRINE_RETURN_IF_ERROR(result.status());
    VITRINE_RETURN_IF_ERROR(
        parts.Add(*std::move(result), absl::StrCat(base, fetch::PathText(picture.path), "/frames/", picture.frame)));
  }
  if (parts.parts().empty()) return NoImages();
  return MultipartResponse(call.request, parts.parts(), options_.client_max_age);
}

absl::StatusOr<std::vector<ListedInstance>> RenderedResources::List(const ResourceCall& call) const {
  VITRINE_ASSIGN_OR_RETURN(const ArchiveSet::Named* archive, access_.Admit(call));
  VITRINE_ASSIGN_OR_RETURN(const ArchiveGate::Place place, archive->gate->Enter());
  return ListInstances(*archive, call.route.path, call.operation);
}

}  // namespace vitrine::service
