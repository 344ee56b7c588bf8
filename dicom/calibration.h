#ifndef VITRINE_DICOM_CALIBRATION_H_
#define VITRINE_DICOM_CALIBRATION_H_

// What makes lengths of an image's pixels, and quantities of its values.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "dicom/dataset.h"

namespace vitrine::dicom {

enum class SpacingSource {
  kPixelSpacing,
  kImagerPixelSpacing,          // On the detector, or corrected by the magnification where that is stated.
  kNominalScannedPixelSpacing,  // On the film that was scanned.
};

// mm between the centres of neighbouring rows and of neighbouring columns; both above 0.
struct PixelSize {
  double row_mm = 1;
  double column_mm = 1;
  SpacingSource source = SpacingSource::kPixelSpacing;

  friend bool operator==(const PixelSize&, const PixelSize&) = default;
};

// A rectangle of an ultrasound image (PS3.3 C.8.5.5) from the outer edge of its first pixel to that of its last; pixel
// (0, 0) has its outer corner at (0, 0).
struct UltrasoundRegion {
  double left = 0;
  double top = 0;
  double right = 0;
  double bottom = 0;
  // Absent where an axis of the region is no length.
  std::optional<std::array<double, 2>> pixel_mm;  // Across, down.
};

// Of one frame. A value; the regions are shared.
struct FrameCalibration {
  std::optional<PixelSize> pixel_size;
  // Those of high priority first; null where the image has none. Where it has some, they alone make lengths.
  std::shared_ptr<const std::vector<UltrasoundRegion>> regions;
  // Of modality values: "HU" for CT unless Rescale Type says otherwise; Rescale Type, Modality LUT Type or, of PET,
  // Units for others; "" where nothing is said or it is "US", unspecified.
  std::string unit;
};

// Of all frames. Const members are thread-safe.
class Calibration {
 public:
  // Attributes are looked for in the frame's functional groups, then in the shared ones, then in the data set. Those
  // that make no sense count as missing. The unit is that of the first frame.
  static Calibration Read(const Item& root, int frames);

  // `number` from 1.
  FrameCalibration Of(int number) const;

  // Beside the object itself.
  uint64_t memory_bytes() const;

 private:
  FrameCalibration common_;
  std::vector<std::optional<PixelSize>> frames_;  // Where the first frames have sizes of their own.
};

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_CALIBRATION_H_
