// RenderHandler::Stills(): streams as sequences of stills.

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "service/handler/animation.h"
#include "service/handler/render_handler.h"

namespace vitrine::service {
namespace {

using Stream = v1::RenderStreamRequest;

absl::Status Invalid(absl::string_view message) { return MakeError(ErrorCategory::kInvalidRequest, message); }

// Of instances and frames, whose pictures are 2D and cheap.
constexpr int kMostPictures = 10000;

v1::RenderRequest StillOf(const Stream& stream) {
  v1::RenderRequest still;
  *still.mutable_view() = stream.view();
  *still.mutable_output() = stream.output();
  return still;
}

absl::StatusOr<std::vector<v1::RenderRequest>> InstanceStills(const Stream& stream, const RenderLimits& limits) {
  const auto& uids = stream.instances().sop_instance_uids();
  if (uids.empty()) return Invalid("instances needs at least one SOP Instance UID");
  if (uids.size() > kMostPictures) return Invalid(absl::StrCat("a stream has at most ", kMostPictures, " pictures"));
  std::vector<v1::RenderRequest> stills;
  for (const std::string& uid : uids) {
    v1::RenderRequest still = StillOf(stream);
    still.mutable_view()->mutable_target()->set_sop_instance_uid(uid);
    VITRINE_ASSIGN_OR_RETURN(still, Canonicalize(std::move(still), limits));
    stills.push_back(std::move(still));
  }
  return stills;
}

absl::StatusOr<std::vector<v1::RenderRequest>> FrameStills(const Stream& stream, int number_of_frames,
                                                           const RenderLimits& limits) {
  const int first = stream.frames().first() == 0 ? 1 : stream.frames().first();
  const int last = stream.frames().last() == 0 ? number_of_frames : stream.frames().last();
  if (first < 1 || last < first) return Invalid("frames must be a range from 1 on");
  if (last > number_of_frames) return MakeError(ErrorCategory::kNotFound, "the instance has no such frame");
  if (last - first >= kMostPictures) return Invalid(absl::StrCat("a stream has at most ", kMostPictures, " pictures"));
  std::vector<v1::RenderRequest> stills;
  for (int number = first; number <= last; ++number) {
    v1::RenderRequest still = StillOf(stream);
    still.mutable_view()->mutable_frame()->set_frame_number(number);
    VITRINE_ASSIGN_OR_RETURN(still, Canonicalize(std::move(still), limits));
    stills.push_back(std::move(still));
  }
  return stills;
}

}  // namespace

absl::StatusOr<std::vector<v1::RenderRequest>> RenderHandler::Stills(const auth::Principal& principal,
                                                                     const Stream& request, const Operation& operation,
                                                                     const LoadProgress& progress) {
  v1::RenderRequest whole = StillOf(request);
  if (request.has_animation()) *whole.mutable_animation() = request.animation();
  const bool frames = request.has_frames() || request.has_instances();
  if (frames && !request.view().has_frame()) return Invalid("frames and instances are for a FrameView");
  if (request.has_instances()) return InstanceStills(request, options_.limits);
  VITRINE_ASSIGN_OR_RETURN(whole, Canonicalize(std::move(whole), options_.limits));
  v1::Target& target = *whole.mutable_view()->mutable_target();
  if (request.has_frames()) {
    VITRINE_ASSIGN_OR_RETURN(const int count, NumberOfFrames(principal, target, operation));
    return FrameStills(request, count, options_.limits);
  }
  if (!request.has_animation()) return Invalid("range is required");
  if (whole.output().format() == v1::Output::MP4) return Invalid("a stream is of pictures; Render makes an MP4");
  VITRINE_ASSIGN_OR_RETURN(const ArchiveSet::Named* archive, Admit(principal, target));
  VITRINE_ASSIGN_OR_RETURN(const auto place, EnterGate(whole.view(), *archive));
  Timings timings = {};
  VITRINE_ASSIGN_OR_RETURN(const auto source, Volume(whole.view(), *archive, operation, timings, progress));
  return ExpandAnimation(whole, *source, options_.limits);
}

}  // namespace vitrine::service
