// RenderedResources::Volume(): renderedmpr and rendered3d (PS3.18 10.4.1.1.7, 10.4.1.1.8).

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/status_macros.h"
#include "service/dicomweb/accept.h"
#include "service/dicomweb/rendered_resources.h"
#include "service/dicomweb/rendered_response.h"
#include "service/dicomweb/volume_parameters.h"

namespace vitrine::service {
namespace {

v1::RenderRequest RequestFor(const Route& route) {
  v1::RenderRequest request;
  v1::View& view = *request.mutable_view();
  *view.mutable_target() = TargetOf(route);
  for (const int number : route.frames) view.mutable_target()->add_frame_numbers(number);
  if (route.resource == Resource::kRenderedMpr) {
    view.mutable_slice();
  } else {
    view.mutable_volume();
  }
  return request;
}

bool HasCurve(const v1::RenderRequest& request) { return request.view().slice().curve_size() > 0; }

// Of representations of a path of cross sections, where stills show it straightened.
bool IsAnimated(const Representation& representation) {
  return representation.multipart || representation.format == v1::Output::GIF ||
         representation.format == v1::Output::MP4;
}

// Completes the animation that the parameters ask for, if they do.
void SetAnimation(const AnimationWish& wish, v1::RenderRequest& request) {
  if (!request.has_animation()) return;
  v1::Animation& animation = *request.mutable_animation();
  if (wish.rate) animation.set_rate(*wish.rate);
  if (!wish.step) return;
  if (animation.has_swivel()) {
    animation.mutable_swivel()->set_step_degrees(*wish.step);
  } else {
    animation.mutable_cross_curve()->set_step_mm(*wish.step);
  }
}

absl::Status CheckAcceptsDicomJson(const http::Request& request) {
  const std::string accept = request.header("accept");
  for (const absl::string_view allowed : {"*/*", "application/*", "application/dicom+json", "application/json"}) {
    if (absl::StrContains(accept, allowed)) return absl::OkStatus();
  }
  return MakeError(ErrorCategory::kNotAcceptable, "the metadata of a rendered volume need application/dicom+json");
}

}  // namespace

absl::StatusOr<http::Response> RenderedResources::Volume(const ResourceCall& call) {
  v1::RenderRequest render = RequestFor(call.route);
  VITRINE_ASSIGN_OR_RETURN(const AnimationWish wish, ReadVolumeParameters(call.request.params, render));
  Representation representation;
  if (render.metadata_only()) {
    VITRINE_RETURN_IF_ERROR(CheckAcceptsDicomJson(call.request));
    // The standard knows no other use of a curve.
    if (HasCurve(render)) render.mutable_animation()->mutable_cross_curve();
  } else {
    const bool paced = HasCurve(render) && (wish.step || wish.rate);
    if (paced) render.mutable_animation()->mutable_cross_curve();
    const Offer offer = render.has_animation() ? Offer::kAnimation
                        : HasCurve(render)     ? Offer::kPictureOrAnimation
                                               : Offer::kPicture;
    VITRINE_ASSIGN_OR_RETURN(representation, Negotiate(call.request, offer, [this] { return handler_.CheckVideo(); }));
    if (HasCurve(render) && IsAnimated(representation)) {
      render.mutable_animation()->mutable_cross_curve();
    }
    render.mutable_output()->set_format(representation.format);
  }
  SetAnimation(wish, render);
  if (representation.multipart) return AnimationParts(call, render);
  VITRINE_ASSIGN_OR_RETURN(const RenderResult result, handler_.Render(call.principal, render, call.operation));
  http::Response response = SinglePartResponse(call.request, result, options_.client_max_age);
  if (options_.server_timing) response.Set("Server-Timing", ServerTiming(result.timings));
  return response;
}

absl::StatusOr<http::Response> RenderedResources::AnimationParts(const ResourceCall& call,
                                                                 const v1::RenderRequest& render) {
  std::vector<v1::RenderRequest> stills = {render};
  if (render.has_animation()) {
    v1::RenderStreamRequest stream;
    *stream.mutable_view() = render.view();
    *stream.mutable_output() = render.output();
    *stream.mutable_animation() = render.animation();
    VITRINE_ASSIGN_OR_RETURN(stills, handler_.Stills(call.principal, stream, call.operation));
  }
  const std::string source = absl::StrCat(RootOf(call.route), fetch::PathText(call.route.path));
  std::vector<Part> parts;
  for (const v1::RenderRequest& still : stills) {
    VITRINE_ASSIGN_OR_RETURN(RenderResult result, handler_.Render(call.principal, still, call.operation));
    parts.push_back({std::move(result), source});
  }
  return MultipartResponse(call.request, parts, options_.client_max_age);
}

}  // namespace vitrine::service
