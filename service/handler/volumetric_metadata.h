#ifndef VITRINE_SERVICE_HANDLER_VOLUMETRIC_METADATA_H_
#define VITRINE_SERVICE_HANDLER_VOLUMETRIC_METADATA_H_

#include <string>

#include "absl/status/statusor.h"
#include "service/handler/volume_source.h"
#include "vitrine/v1/render_service.pb.h"

namespace vitrine::service {

// How a canonical request for a SliceView or VolumeView shows its volume (PS3.18 Annex K): no pixel is computed, and
// equal requests give equal values. kInvalidRequest as ResolveCamera().
absl::StatusOr<v1::VolumetricMetadata> MetadataOf(const v1::RenderRequest& canonical, const SourceVolume& source);

// The same as the DICOM JSON object of PS3.18 B.32: one data set, no array, attributes in ascending order.
std::string DicomJsonOf(const v1::VolumetricMetadata& metadata);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_VOLUMETRIC_METADATA_H_
