#include "service/handler/volumetric_metadata.h"

#include <cmath>

#include "absl/strings/string_view.h"
#include "base/status_macros.h"
#include "nlohmann/json.hpp"
#include "service/handler/animation.h"
#include "service/handler/camera.h"
#include "service/handler/view_extent.h"
#include "service/handler/view_parts.h"
#include "service/handler/volume_appearance.h"

namespace vitrine::service {
namespace {

using nlohmann::json;

const char* MethodName(v1::Projection projection) {
  switch (projection) {
    case v1::MAXIMUM_INTENSITY: return "MAXIMUM_IP";
    case v1::MINIMUM_INTENSITY: return "MINIMUM_IP";
    case v1::AVERAGE_INTENSITY: return "AVERAGE_IP";
    default: return "VOLUME_RENDERED";
  }
}

const char* FunctionName(v1::Window::Function function) {
  switch (function) {
    case v1::Window::LINEAR_EXACT: return "LINEAR_EXACT";
    case v1::Window::SIGMOID: return "SIGMOID";
    default: return "LINEAR";
  }
}

void Put(json& dataset, const char* tag, const char* vr, json values) {
  dataset[tag] = {{"vr", vr}, {"Value", std::move(values)}};
}

json Coordinates(const v1::Vector3& vector) { return {vector.x(), vector.y(), vector.z()}; }

}  // namespace

absl::StatusOr<v1::VolumetricMetadata> MetadataOf(const v1::RenderRequest& canonical, const SourceVolume& source) {
  const v1::View& view = canonical.view();
  const image::Lattice& lattice = source.volume.lattice;
  VITRINE_ASSIGN_OR_RETURN(const ResolvedCamera camera,
                           ResolveCamera(CameraOf(view), CentreOf(lattice), DefaultDistance(lattice)));
  v1::VolumetricMetadata metadata;
  metadata.set_operation_type(view.has_slice() ? v1::VolumetricMetadata::MPR
                                               : v1::VolumetricMetadata::THREE_D_RENDERING);
  metadata.set_rendering_method(view.has_slice() ? view.slice().projection() : view.volume().projection());
  *metadata.mutable_viewpoint_position() = FromVector(camera.position);
  *metadata.mutable_viewpoint_look_at() = FromVector(camera.look_at);
  *metadata.mutable_viewpoint_up() = FromVector(camera.up);
  if (view.slice().slab_thickness_mm() > 0) metadata.set_mpr_slab_thickness_mm(view.slice().slab_thickness_mm());
  if (metadata.rendering_method() != v1::VOLUME_RENDERED) *metadata.mutable_window() = AppliedWindow(view, source);
  if (!canonical.has_animation()) return metadata;
  const v1::Animation& animation = canonical.animation();
  if (animation.has_swivel()) metadata.set_swivel_range_degrees(animation.swivel().range_degrees());
  metadata.set_animation_step_size(StepSizeOf(animation));
  metadata.set_recommended_animation_rate(animation.rate());
  return metadata;
}

std::string DicomJsonOf(const v1::VolumetricMetadata& metadata) {
  json dataset = json::object();
  const bool mpr = metadata.operation_type() == v1::VolumetricMetadata::MPR;
  Put(dataset, "00720510", "CS", {mpr ? "MPR" : "3D_RENDERING"});
  Put(dataset, "0070120D", "CS", {MethodName(metadata.rendering_method())});
  Put(dataset, "00701603", "FD", Coordinates(metadata.viewpoint_position()));
  Put(dataset, "00701604", "FD", Coordinates(metadata.viewpoint_look_at()));
  Put(dataset, "00701605", "FD", Coordinates(metadata.viewpoint_up()));
  if (metadata.has_mpr_slab_thickness_mm()) Put(dataset, "00701503", "FD", {metadata.mpr_slab_thickness_mm()});
  if (metadata.has_window()) {
    Put(dataset, "00281050", "DS", {metadata.window().center()});
    Put(dataset, "00281051", "DS", {metadata.window().width()});
    Put(dataset, "00281056", "CS", {FunctionName(metadata.window().function())});
  }
  if (metadata.has_swivel_range_degrees()) Put(dataset, "00701A06", "FD", {metadata.swivel_range_degrees()});
  if (metadata.has_animation_step_size()) Put(dataset, "00701A05", "FD", {metadata.animation_step_size()});
  if (metadata.has_recommended_animation_rate()) {
    Put(dataset, "00701A03", "FD", {metadata.recommended_animation_rate()});
  }
  return dataset.dump();
}

}  // namespace vitrine::service
