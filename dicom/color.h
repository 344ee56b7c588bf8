#ifndef VITRINE_DICOM_COLOR_H_
#define VITRINE_DICOM_COLOR_H_

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dicom/codec/codec.h"
#include "dicom/limits.h"
#include "dicom/palette.h"
#include "image/frame.h"

namespace vitrine::dicom {

// kTooLarge where the picture of a frame is over Limits::max_frame_bytes: a palette makes it up to six times as large
// as its samples, a sign twice. To be asked before ToPicture().
absl::Status CheckPictureBytes(const PixelFormat& format, const Palette* palette, const Limits& limits);

// Decoded samples -> a picture whose samples mean what image::Frame says. `raw` has every sample of every pixel (the
// codec has expanded subsampled chroma).
//
// Grey: bits outside of bits_stored / high_bit are cut off, signed values are sign-extended. Values of more than 16
// bits (and doubles) become float32, which holds integers exactly up to 2^24; infinities and NaN stay what they are.
// Palette colour (`palette` not null): RGB of the palette's bits. A supplemental palette is not applied: such images
// are MONOCHROME2 and shown as that. Colour: YBR_FULL and YBR_PARTIAL_422 (also where the codec states them) become RGB
// by ITU-R BT.601 (PS3.3 C.7.6.3.1.2); YBR_ICT and YBR_RCT are RGB already, since the JPEG 2000 decoder has inverted
// them. Samples of more than 16 bits keep their upper 16.
//
// kUnsupported for a colour model without a conversion, kInternal where `raw` contradicts itself.
absl::StatusOr<image::Frame> ToPicture(RawFrame raw, const PixelFormat& format, const Palette* palette);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_COLOR_H_
