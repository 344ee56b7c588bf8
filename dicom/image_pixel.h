#ifndef VITRINE_DICOM_IMAGE_PIXEL_H_
#define VITRINE_DICOM_IMAGE_PIXEL_H_

// The Image Pixel module (PS3.3 C.7.6.3), checked before anything is sized by it.

#include <cstdint>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "dicom/codec/codec.h"
#include "dicom/dataset.h"
#include "dicom/limits.h"
#include "dicom/part10.h"

namespace vitrine::dicom {

// What is missing and has one sensible value is filled in: Samples per Pixel and Photometric Interpretation from each
// other, Bits Stored from Bits Allocated, High Bit from Bits Stored (also where it lies outside of the sample). A wrong
// VR is no error. kBadInstance for what contradicts itself, kUnsupported for colour models and sample sizes
// that cannot be shown, kTooLarge over `limits`.
absl::StatusOr<PixelFormat> ReadPixelFormat(const Item& root, const PixelData& pixel_data, const Limits& limits);

// 1 where the attribute is missing or 0. kBadInstance, kTooLarge.
absl::StatusOr<int> ReadNumberOfFrames(const Item& root, const Limits& limits);

// kBadInstance where native pixel data of `length` bytes are too short for `frames` frames; padding is accepted.
// YBR_FULL_422 whose data are long enough for samples without subsampling is relabelled as YBR_FULL: writers forget it.
absl::Status CheckNativeLength(uint64_t length, int frames, PixelFormat* format);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_IMAGE_PIXEL_H_
