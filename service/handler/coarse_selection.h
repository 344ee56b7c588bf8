#ifndef VITRINE_SERVICE_HANDLER_COARSE_SELECTION_H_
#define VITRINE_SERVICE_HANDLER_COARSE_SELECTION_H_

// What of a volume is loaded first, to show something of it early.

#include <optional>

#include "service/handler/volume_loader.h"

namespace vitrine::service {

// A tenth of the slices, 8 to 27 of them, evenly spaced, as a volume of its own with the same outer edges. Where the
// wanted window is not that of the middle slice, its slice takes the place of the nearest one. nullopt where that would
// save little: the volume has no more than 16 slices, or they come many to an instance.
std::optional<VolumeSelection> CoarseSelection(const VolumeSelection& selection);

}  // namespace vitrine::service

#endif  // VITRINE_SERVICE_HANDLER_COARSE_SELECTION_H_
