#ifndef VITRINE_SERVICE_DICOMWEB_VOLUME_PARAMETER_TABLE_H_
#define VITRINE_SERVICE_DICOMWEB_VOLUME_PARAMETER_TABLE_H_

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "service/dicomweb/volume_parameters.h"
#include "vitrine/v1/render_service.pb.h"

namespace vitrine::service {

// What the parameters are read into.
struct VolumeReading {
  v1::RenderRequest& request;
  AnimationWish wish;

  v1::View& view() { return *request.mutable_view(); }
  v1::SliceView& slice() { return *view().mutable_slice(); }
  v1::VolumeView& volume() { return *view().mutable_volume(); }
  bool mpr() const { return request.view().has_slice(); }
  v1::Camera& camera() { return mpr() ? *slice().mutable_camera() : *volume().mutable_camera(); }
  v1::VolumeInput& input() { return mpr() ? *slice().mutable_input() : *volume().mutable_input(); }
};

// A parameter of renderedmpr, rendered3d or both.
struct VolumeParameter {
  enum class Of { kBoth, kMpr, k3d };

  absl::string_view name;
  Of of;
  // kInvalidRequest where the value is malformed.
  absl::Status (*read)(absl::string_view text, VolumeReading& reading);
};

// Of both resources.
absl::Span<const VolumeParameter> VolumeParameters();

// The parameter of that name that the resource has, or null.
const VolumeParameter* FindVolumeParameter(absl::string_view name, bool mpr);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_DICOMWEB_VOLUME_PARAMETER_TABLE_H_
