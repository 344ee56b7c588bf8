#ifndef VITRINE_SERVICE_HANDLER_VOLUME_PRESETS_H_
#define VITRINE_SERVICE_HANDLER_VOLUME_PRESETS_H_

// Transfer functions by name. Those that begin with "ct-" are in HU; the others fit themselves to the values of the
// volume, because their modalities know no fixed units.

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "image/tone_curve.h"
#include "image/transfer_function.h"

namespace vitrine::service {

// In the order in which they are documented.
std::vector<std::string> VolumePresetNames();

// The preset that a volume of this modality (Modality (0008,0060)) is shown with where nobody names one.
absl::string_view DefaultVolumePreset(absl::string_view modality);

// An empty `name` means the default. `values`: the volume's smallest and largest modality value, low <= high; called
// only where the preset fits itself to them. An unknown name is kInvalidRequest, with the list of those that are known.
absl::StatusOr<image::TransferFunction> VolumePreset(absl::string_view name, absl::string_view modality,
                                                     absl::FunctionRef<image::Range()> values);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_VOLUME_PRESETS_H_
