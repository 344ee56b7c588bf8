#ifndef VITRINE_DICOM_NATIVE_VIEW_H_
#define VITRINE_DICOM_NATIVE_VIEW_H_

#include <memory>
#include <optional>
#include <string>

#include "dicom/codec/codec.h"
#include "dicom/part10.h"
#include "image/frame.h"

namespace vitrine::dicom {

// The frame that lies in `file` at `pixels` in native little endian, without copying it; it keeps `file` alive. nullopt
// where the bytes are not the samples as image::Frame wants them: other than 8 or 16 bits allocated, misaligned, signed
// bytes, or values whose unused high bits are neither zero nor the sign (PS3.5 8.1.1 promises nothing about them).
// `pixels` lies inside `file`.
std::optional<image::Frame> BorrowGreyFrame(const std::shared_ptr<const std::string>& file, Extent pixels,
                                            const PixelFormat& format);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_NATIVE_VIEW_H_
