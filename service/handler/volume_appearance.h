#ifndef VITRINE_SERVICE_HANDLER_VOLUME_APPEARANCE_H_
#define VITRINE_SERVICE_HANDLER_VOLUME_APPEARANCE_H_

// What the values of a volume look like.

#include <memory>

#include "absl/status/statusor.h"
#include "base/parallel.h"
#include "image/transfer_function.h"
#include "service/handler/volume_source.h"
#include "vitrine/v1/view.pb.h"

namespace vitrine::service {

// The smallest and largest modality value of the voxels that are no padding; {0, 0} where all are.
image::Range ValueRange(const image::Volume& volume);

// Computes what the default window and transfer function of the volume need of its voxels. For those who have just
// loaded it: planning a view has no processors to spare.
void PrepareAppearance(const SourceVolume& source, Parallel& parallel);

// The window that a grey view of the volume is shown with: the view's own, else the volume's first, else one that is
// the identity from its smallest to its largest value.
v1::Window AppliedWindow(const v1::View& view, const SourceVolume& source);

// The transfer function of a canonical VolumeView that is VOLUME_RENDERED: its own, else the preset that it names, else
// the modality's. kInvalidRequest where there is no such preset.
absl::StatusOr<std::shared_ptr<const image::TransferFunction>> AppliedTransferFunction(const v1::VolumeView& view,
                                                                                       const SourceVolume& source);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_VOLUME_APPEARANCE_H_
