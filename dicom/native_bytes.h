#ifndef VITRINE_DICOM_NATIVE_BYTES_H_
#define VITRINE_DICOM_NATIVE_BYTES_H_

#include <string>

#include "absl/strings/string_view.h"
#include "dicom/codec/codec.h"

namespace vitrine::dicom {

// Frame `number` (1-based) of native pixel data as Explicit VR Little Endian has it by itself: from the first bit of a
// byte on, padded to a whole one. `value` is the Pixel Data, which holds the frame; `big_endian` its byte order.
std::string NativeFrameBytes(absl::string_view value, const PixelFormat& format, int number, bool big_endian);

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_NATIVE_BYTES_H_
