#ifndef VITRINE_DICOM_INSTANCE_H_
#define VITRINE_DICOM_INSTANCE_H_

// One DICOM object in memory: parsed once, then asked for frames by many threads.

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "base/operation.h"
#include "dicom/calibration.h"
#include "dicom/instance_info.h"
#include "dicom/limits.h"
#include "image/frame.h"
#include "image/tone_curve.h"

namespace vitrine::dicom {

// Bytes that several owners read.
using Bytes = std::shared_ptr<const std::string>;

// A frame as it is to be shown by default.
struct DecodedFrame {
  image::Frame frame;     // Grey stored values, or RGB: YBR and palette colour are already converted.
  image::ToneCurve tone;  // Grey frames: the image's own Modality LUT, first VOI view, inversion and padding.
};

// A frame by itself, in its own transfer syntax. Native ones are Explicit VR Little Endian, and 1-bit ones begin with a
// byte of their own.
struct StoredFrame {
  std::string bytes;
  std::string TransferSyntaxUID;
};

// Thread-safe, immutable.
class Instance {
 public:
  virtual ~Instance() = default;

  // Parses a PS3.10 file. kBadInstance for bytes that break the standard, kUnsupported for an object without an image
  // (SR, KO, PR ...) or a transfer syntax that is not decoded, kTooLarge for one over `limits`. The pixel data are not
  // copied: the instance keeps `bytes` alive, or of a deflated data set the inflated one. `bytes` must not be null.
  static absl::StatusOr<std::shared_ptr<const Instance>> Parse(Bytes bytes, const Limits& limits);

  virtual const InstanceInfo& info() const = 0;

  // Of frame `number`, 1 to NumberOfFrames.
  virtual FrameCalibration CalibrationOf(int number) const = 0;

  // Decodes frame `number` (1-based). kNotFound past NumberOfFrames; otherwise as Parse(). CANCELLED or
  // DEADLINE_EXCEEDED once the operation is over, as soon as the decoder notices.
  virtual absl::StatusOr<DecodedFrame> DecodeFrame(int number, const Operation& operation) const = 0;

  // Frame `number` as it is stored. Errors as DecodeFrame().
  virtual absl::StatusOr<StoredFrame> ReadStoredFrame(int number) const = 0;

  // Memory that the instance keeps alive, the file's bytes included.
  virtual uint64_t memory_bytes() const = 0;
};

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_INSTANCE_H_
