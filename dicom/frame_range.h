#ifndef VITRINE_DICOM_FRAME_RANGE_H_
#define VITRINE_DICOM_FRAME_RANGE_H_

#include <optional>

#include "image/frame.h"
#include "image/tone_curve.h"

namespace vitrine::dicom {

// What `modality` makes of the values in [stored.low, stored.high]. low < high also where they all give the same value.
image::Range ModalityRange(const image::Modality& modality, const image::Range& stored);

// The same for the stored values of a grey frame, from the lowest to the highest, padding, NaN and infinities aside.
// [0, 1] where nothing is left.
image::Range ModalityRange(const image::Modality& modality, const image::Frame& frame,
                           const std::optional<image::Padding>& padding);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_FRAME_RANGE_H_
