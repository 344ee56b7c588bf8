// RenderHandler::Cine().

#include <algorithm>
#include <utility>

#include "base/error.h"
#include "base/status_macros.h"
#include "service/handler/render_handler.h"
#include "service/handler/view_parts.h"

namespace vitrine::service {
namespace {

constexpr double kHighestRate = 100;

bool IsSameFrame(const v1::View& a, const v1::View& b) {
  return a.target().sop_instance_uid() == b.target().sop_instance_uid() &&
         a.frame().frame_number() == b.frame().frame_number();
}

}  // namespace

absl::StatusOr<CineSequence> RenderHandler::Cine(const auth::Principal& principal, const v1::RenderRequest& view,
                                                 const v1::Cine& cine, const Operation& operation) {
  if (!view.view().has_frame()) return MakeError(ErrorCategory::kInvalidRequest, "cine is for a FrameView");
  if (!(cine.rate() >= 0 && cine.rate() <= kHighestRate)) {
    return MakeError(ErrorCategory::kInvalidRequest, "cine.rate must be above 0 and at most 100");
  }
  v1::RenderStreamRequest range;
  *range.mutable_view() = view.view();
  *range.mutable_output() = view.output();
  if (cine.has_instances()) {
    *range.mutable_instances() = cine.instances();
  } else {
    *range.mutable_frames() = cine.frames();
  }
  CineSequence sequence;
  VITRINE_ASSIGN_OR_RETURN(sequence.stills, Stills(principal, range, operation));
  const auto begin = std::find_if(sequence.stills.begin(), sequence.stills.end(), [&](const v1::RenderRequest& still) {
    return IsSameFrame(still.view(), view.view());
  });
  sequence.begin = begin == sequence.stills.end() ? 0 : begin - sequence.stills.begin();
  const int count = static_cast<int>(sequence.stills.size());
  if (cine.rate() > 0) {
    sequence.durations = EvenDurations(count, cine.rate());
    return sequence;
  }
  VITRINE_ASSIGN_OR_RETURN(const ArchiveSet::Named* archive, Admit(principal, view.view().target()));
  VITRINE_ASSIGN_OR_RETURN(const auto place, EnterGate(view.view(), *archive));
  Timings timings = {};
  VITRINE_ASSIGN_OR_RETURN(const auto fetched,
                           dependencies_.images.Instance(*archive, PathOf(view.view().target()), operation, timings));
  const dicom::InstanceInfo& info = fetched->instance->info();
  if (cine.has_instances()) {
    sequence.durations.assign(count, FrameDurations(info, 1, 1).front());
  } else {
    sequence.durations = FrameDurations(info, sequence.stills.front().view().frame().frame_number(), count);
  }
  return sequence;
}

}  // namespace vitrine::service
