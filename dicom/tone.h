#ifndef VITRINE_DICOM_TONE_H_
#define VITRINE_DICOM_TONE_H_

// From the data set to the grey-scale pipeline of PS3.4 N.2 as data.

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "dicom/codec/codec.h"
#include "dicom/dataset.h"
#include "dicom/instance_info.h"
#include "image/frame.h"
#include "image/tone_curve.h"

namespace vitrine::dicom {

// The tone curves of all frames. A value; const members are thread-safe.
class Tone {
 public:
  // Every stage is looked for in the frame's functional groups, then in the shared ones, then in the data set itself.
  // What frames have in common is read once and its tables are shared: memory and time follow the size of the header.
  //
  // Modality: the Modality LUT, else Rescale Slope and Intercept, else identity. Not applied to XA and XRF images whose
  // Pixel Intensity Relationship is LOG or DISP: there it leads back to X-ray intensities (PS3.4 N.2.1.2).
  // VOI: the first VOI LUT, else the first window that is valid (a width below 1 is not for LINEAR, nor 0 or less for
  // the others), else none.
  // Inversion: MONOCHROME1 or Presentation LUT Shape INVERSE, which say the same thing and count once.
  // Padding: Pixel Padding Value and Range Limit, or their counterparts for float pixel data.
  //
  // kBadInstance for a Modality LUT without entries.
  static absl::StatusOr<Tone> Read(const Item& root, const PixelFormat& format, int frames);

  // The curve of frame `number` (1-based), whose stored values are `frame`. Without a VOI stage, the curve covers all
  // values that the modality stage can put out if there are up to 8 bits stored, and otherwise those of the frame,
  // padding aside: up to 8 bits, writers mean stored values to be displayed as they are; more bits seldom use their
  // range. A frame of fractions (segmentation) ends at Maximum Fractional Value, a label map at its largest label.
  image::ToneCurve CurveFor(int number, const image::Frame& frame) const;

  // The windows of the first frame, in the order of the data set.
  const std::vector<NamedWindow>& windows() const { return windows_; }

  // Beside the object itself; a table that frames share counts once.
  uint64_t memory_bytes() const;

 private:
  struct FrameTone {
    image::Modality modality;
    std::optional<image::Voi> voi;
  };

  FrameTone common_;
  std::vector<FrameTone> frames_;  // Of the first frames, where they have stages of their own; the others: common_.
  std::vector<NamedWindow> windows_;
  bool invert_ = false;
  std::optional<image::Padding> padding_;
  // Lowest and highest stored value to show where there is no VOI stage; nullopt: those of the frame.
  std::optional<image::Range> stored_range_;
};

}  // namespace vitrine::dicom

#endif  // VITRINE_DICOM_TONE_H_
