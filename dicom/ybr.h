#ifndef VITRINE_DICOM_YBR_H_
#define VITRINE_DICOM_YBR_H_

#include "image/frame.h"

namespace vitrine::dicom {

enum class YbrRange {
  kFull,     // YBR_FULL: Y, Cb and Cr use all values, Cb and Cr about the middle one (PS3.3 C.7.6.3.1.2).
  kPartial,  // YBR_PARTIAL_422: of 8 bits Y from 16 to 235, Cb and Cr from 16 to 240; more bits in proportion.
};

// Makes the Y, Cb and Cr samples of `frame` (3 channels, kUint8 or kUint16) R, G and B by ITU-R BT.601, rounded and
// clamped to [0, 2^bits).
void YbrToRgb(YbrRange range, image::Frame* frame);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_YBR_H_
